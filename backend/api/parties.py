"""Parties: persons and organisations with everything that is recorded of them.

A relation that the viewer has no right to see is null, which is not the same as empty.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.cases import Case, cases_of_party
from backend.api.costs import resolved
from backend.api.customer_holdings import Holding, holdings_of
from backend.api.graph import LazyCustomer, LazyMergeCase, LazyScreening
from backend.api.holdings import Account, accounts_of
from backend.api.ownership import Ownership
from backend.api.pages import After, Connection, First
from backend.api.papers import Document
from backend.api.party_enums import PartyStatus
from backend.api.party_parts import (
    Address,
    Contact,
    CountryTie,
    Identifier,
    Name,
    Relationship,
    Stake,
    Visible,
    shown,
)
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers import queries, views
from backend.customers.models import PartyKind

V = TypeVar("V")
T = TypeVar("T")


@strawberry.interface
class Party:
    id: UUID
    status: PartyStatus
    name: PersonalText
    country: str | None
    merged_into_id: UUID | None
    summary: strawberry.Private[views.PartySummary]

    @resolved("The party that continues this one after a merge.", weight=2)
    def merged_into(self, info: Info) -> "Party | None":
        return graph.party(info, self.merged_into_id)

    @resolved("The institution's relationship with the party.")
    def customer(self) -> LazyCustomer | None:
        return graph.customer(self.summary.customer, self)

    @resolved("What a list of parties need not load.", weight=20)
    async def details(self, info: Info) -> "PartyDetails | None":
        found = await info.context.loader(fetch_particulars, None).get(self.id)
        return None if found is None else PartyDetails.of(found, self.summary)

    @resolved(weight=2, size=4)
    async def names(self, info: Info) -> list[Name] | None:
        return await _parts(info, queries.names_of, self, Name.of)

    @resolved(weight=2, size=4)
    async def identifiers(self, info: Info) -> list[Identifier] | None:
        return await _parts(info, queries.identifiers_of, self, Identifier.of)

    @resolved(weight=2, size=3)
    async def addresses(self, info: Info) -> list[Address] | None:
        return await _parts(info, queries.addresses_of, self, Address.of)

    @resolved(weight=2, size=3)
    async def contacts(self, info: Info) -> list[Contact] | None:
        return await _parts(info, queries.contacts_of, self, Contact.of)

    @resolved(weight=2, size=3)
    async def countries(self, info: Info) -> list[CountryTie] | None:
        return await _parts(info, queries.countries_of, self, CountryTie.of)

    @resolved(weight=3, size=5)
    async def relationships(self, info: Info) -> list[Relationship] | None:
        return await _parts(info, queries.relationships_of, self, Relationship.of)

    @resolved(weight=3, size=5)
    async def stakes(self, info: Info) -> list[Stake] | None:
        return await _parts(info, queries.stakes_of, self, Stake.of)

    @resolved(weight=2, size=5)
    async def documents(self, info: Info) -> list[Document] | None:
        return await _parts(info, queries.documents_of, self, Document.of)

    @resolved("Its onboarding cases that may be seen, the newest first.", weight=2, size=3)
    async def cases(self, info: Info) -> list[Case]:
        return await cases_of_party(info, self.id)

    @resolved("Pairs with this record that may be one, of which both may be seen; the newest first.", weight=5, size=3)
    async def merges(self, info: Info) -> list[LazyMergeCase]:
        return await graph.merges_of(info, self.id)

    @resolved("Null where not even the status of its screening may be seen.", weight=3)
    async def screening(self, info: Info) -> LazyScreening | None:
        return await graph.screening_of(info, self.id)

    @resolved("What it holds; null without the right to see holdings.", weight=20, size=5)
    async def accounts(self, info: Info) -> list[Account] | None:
        return await accounts_of(info, self.id)

    @resolved("Its contracts, the newest first; null without the right to see them.", weight=10, sliced_by="first")
    async def holdings(self, info: Info, first: First = 20, after: After = None) -> Connection[Holding] | None:
        return await holdings_of(info, self.id, first, after)


@strawberry.type
class Person(Party):
    birth_date: PersonalText


@strawberry.type
class Organisation(Party):
    @resolved("Computed through layers and cycles; null without the right to see ownership.", weight=20)
    async def ownership(self, info: Info) -> Ownership | None:
        view = await info.context.loader(fetch_ownership, None).get(self.id)
        return None if view is None else Ownership.of(view)


@strawberry.type
class PartyDetails:
    version: int
    gender: str | None
    industry: str | None
    legal_form: str | None
    founded_on: date | None
    source: str
    source_ref: str | None
    created_at: datetime
    created_by_id: strawberry.Private[UUID]
    summary: strawberry.Private[views.PartySummary]

    @resolved()
    async def occupation(self, info: Info) -> PersonalText:
        value = await info.context.loader(queries.occupations_of, None).get(self.summary.id)
        return shown(self.summary.visible, "occupation", value)

    @resolved()
    async def region(self, info: Info) -> PersonalText:
        value = await info.context.loader(queries.regions_of, None).get(self.summary.id)
        return shown(self.summary.visible, "city", value)

    @resolved("In which they want to be written to: en or zh_CN; null where nobody said, then it goes by country.")
    async def correspondence_language(self, info: Info) -> PersonalText:
        value = await info.context.loader(queries.correspondence_languages_of, None).get(self.summary.id)
        return shown(self.summary.visible, "language", value)

    @strawberry.field
    def created_by(self, info: Info) -> Agent | None:
        return agent(info, self.created_by_id)

    @classmethod
    def of(cls, found: queries.Particulars, summary: views.PartySummary) -> "PartyDetails":
        return cls(
            version=found.ver,
            gender=found.gender,
            industry=found.industry,
            legal_form=found.legal_form,
            founded_on=found.founded_on,
            source=found.source,
            source_ref=found.source_ref,
            created_at=found.created_at,
            created_by_id=found.created_by,
            summary=summary,
        )


def party_of(summary: views.PartySummary) -> Party:
    common: dict[str, Any] = {
        "id": summary.id,
        "status": PartyStatus(summary.status),
        "name": shown(summary.visible, "name", summary.name),
        "country": summary.country,
        "merged_into_id": summary.merged_into_id,
        "summary": summary,
    }
    if PartyKind(summary.kind) is PartyKind.ORGANISATION:
        return Organisation(**common)
    return Person(**common, birth_date=shown(summary.visible, "birth_date", summary.birth_date))


async def fetch_parties(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Party | None]:
    return {each: party_of(summary) for each, summary in (await queries.many(ctx, ids)).items()}


async def fetch_particulars(ctx: Context, ids: Collection[UUID]) -> dict[UUID, queries.Particulars | None]:
    return {**await queries.particulars_of(ctx, ids)}


async def fetch_ownership(ctx: Context, ids: Collection[UUID]) -> dict[UUID, views.OwnershipView | None]:
    facts = await queries.facts_of(ctx, ids)
    allowed = [each for each in ids if each in facts and ctx.may("view", "ownership", facts[each])]
    return {each: await queries.beneficial_owners(ctx, each) for each in allowed}


async def _parts(info: Info, fetch: Any, of: Party, convert: Callable[[V, Visible], T]) -> list[T] | None:
    found: Sequence[V] | None = await info.context.loader(fetch, None).get(of.id)
    return None if found is None else [convert(view, of.summary.visible) for view in found]
