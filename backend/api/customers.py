"""Customers: the institution's relationship with a party, lists of them, and the search for them."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.api import graph
from backend.api.costs import resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id
from backend.api.merges import MergeCase
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.parties import Party, fetch_parties, party_of
from backend.api.party_enums import MergeStatus, PartyKind, Stage
from backend.api.request import Info
from backend.api.staff import Agent, Team, agent, team
from backend.customers import queries, views

_BOOK: Final = "customers"
_SEARCH: Final = "search"
_DUPLICATES: Final = "duplicates"


@strawberry.type
class Customer:
    id: UUID
    version: int
    number: str
    stage: Stage
    stage_since: datetime
    risk_level: str | None
    next_review_on: date | None
    activated_at: datetime | None
    exited_at: datetime | None
    party: Party
    manager_id: strawberry.Private[UUID | None]
    team_id: strawberry.Private[UUID | None]

    @strawberry.field
    def manager(self, info: Info) -> Agent | None:
        return agent(info, self.manager_id)

    @strawberry.field
    def team(self, info: Info) -> Team | None:
        return team(info, self.team_id)

    @classmethod
    def of(cls, view: views.CustomerView, of: Party) -> "Customer":
        return cls(
            id=view.id,
            version=view.ver,
            number=view.number,
            stage=Stage(view.stage),
            stage_since=view.stage_since,
            risk_level=view.risk_level,
            next_review_on=view.next_review_on,
            activated_at=view.activated_at,
            exited_at=view.exited_at,
            party=of,
            manager_id=view.manager_id,
            team_id=view.team_id,
        )


@strawberry.type
class CustomerConnection(Connection[Customer]):
    filters: strawberry.Private[queries.BookFilters]

    @resolved("How many there are in all; counted only when asked for.", weight=100)
    async def total_count(self, info: Info) -> int:
        filters = self.filters
        return await info.context.read(lambda ctx: queries.book_count(ctx, filters))


@strawberry.input(description="Conditions that all hold; `mine` is the viewer's own book.")
class CustomerFilter:
    stage: Stage | None = None
    manager_id: UUID | None = None
    team_id: UUID | None = None
    mine: bool = False
    risk_level: str | None = None
    kind: PartyKind | None = None
    country: str | None = None
    review_due_by: date | None = None

    def filters(self, info: Info) -> queries.BookFilters:
        return queries.BookFilters(
            manager_id=info.context.actor.id if self.mine else self.manager_id,
            team_id=self.team_id,
            stage=None if self.stage is None else self.stage.value,
            risk_level=self.risk_level,
            kind=None if self.kind is None else self.kind.value,
            country=self.country,
            review_due_by=self.review_due_by,
        )


@strawberry.enum(description="By what a party is looked up; the value is compared exactly, in its normal form.")
class LookUp(Enum):
    IDENTIFIER = "identifier"
    PHONE = "phone"
    EMAIL = "email"


def record_place(info: Info, listed: str, after: str | None) -> UUID | None:
    text = place(info, listed, after)
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise CursorInvalid(field="after") from None


@strawberry.type
class CustomerQuery:
    @resolved("A party that may be seen.", weight=2)
    def party(self, info: Info, record_id: Id) -> Party | None:
        return graph.party(info, record_id)

    @resolved("The relationship with a party.", weight=2)
    async def customer(self, info: Info, party_id: UUID) -> Customer | None:
        return await graph.customer_of(info, party_id)

    @resolved("Customers in the order in which their relationships were opened.", weight=5, sliced_by="first")
    async def customers(
        self,
        info: Info,
        where: CustomerFilter | None = None,
        first: First = 50,
        after: After = None,
    ) -> CustomerConnection:
        filters = (where or CustomerFilter()).filters(info)
        start, limit = record_place(info, _BOOK, after), page_size(first)
        page = await info.context.read(lambda ctx: queries.book(ctx, filters, start, limit))
        parties = [party_of(summary) for summary in page.items]
        nodes = [Customer.of(each.summary.customer, each) for each in parties if each.summary.customer is not None]
        connection = CustomerConnection.of(info, _BOOK, nodes, _text(page.after), filters=filters)
        info.context.loader(fetch_parties, None).prime({each.id: each for each in parties})
        return connection

    @resolved("Parties whose name answers every word, in whatever script.", weight=20, sliced_by="first")
    async def search(self, info: Info, text: str, first: First = 20, after: After = None) -> Connection[Party]:
        start, limit = record_place(info, _SEARCH, after), page_size(first)
        page = await info.context.read(lambda ctx: queries.search(ctx, text, start, limit))
        return Connection.of(info, _SEARCH, [party_of(summary) for summary in page.items], _text(page.after))

    @resolved("Parties that carry this identifier, phone number or e-mail address.", weight=10, size=5)
    async def search_identifier(
        self,
        info: Info,
        value: str,
        by: LookUp = LookUp.IDENTIFIER,
        type_: Annotated[str | None, strawberry.argument(name="type")] = None,
    ) -> list[Party]:
        look_up = {
            LookUp.IDENTIFIER: lambda ctx: queries.by_identifier(ctx, value, type_),
            LookUp.PHONE: lambda ctx: queries.by_phone(ctx, value),
            LookUp.EMAIL: lambda ctx: queries.by_email(ctx, value),
        }
        return [party_of(summary) for summary in await info.context.read(look_up[by])]

    @resolved("Pairs of records that may be one, of which both may be seen.", weight=10, sliced_by="first")
    async def duplicates(
        self, info: Info, status: MergeStatus = MergeStatus.OPEN, first: First = 20, after: After = None
    ) -> Connection[MergeCase]:
        start, limit = record_place(info, _DUPLICATES, after), page_size(first)
        page = await info.context.read(lambda ctx: queries.duplicates(ctx, status.value, start, limit))
        return Connection.of(info, _DUPLICATES, [MergeCase.of(view) for view in page.items], _text(page.after))


def _text(after: UUID | None) -> str | None:
    return None if after is None else str(after)
