"""Questions about ratings: of one customer, on other facts, over the portfolio."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyParty
from backend.api.pages import First, page_size
from backend.api.request import Info
from backend.api.risk import CustomerRating, RatingReasons, RiskOverride, rated_customer
from backend.api.staff import Agent, agent
from backend.risk import queries, service
from backend.risk.models import RatingRun as RunRow


@strawberry.enum
class PortfolioSegment(Enum):
    KIND = "kind"
    COUNTRY = "country"
    STAGE = "stage"
    TEAM = "team"


@strawberry.input(description="A fact as it is not recorded; without a value it is not known.")
class RatingFactInput:
    fact: str
    value: str = ""


@strawberry.type(description="The level on the facts as they are recorded today, and with the changes.")
class RatingWhatIf:
    now: RatingReasons
    then: RatingReasons


@strawberry.type(description="Customers of a segment at a level; without a level they are not rated yet.")
class LevelCount:
    segment: str | None
    level: str | None
    customers: int
    overdue: int = strawberry.field(description="Those whose review was due before today.")


@strawberry.type(description="Customers at one level on a day, by where they stood on an earlier one (null: unrated).")
class LevelMigration:
    was: str | None
    now: str
    customers: int


@strawberry.type(description="A customer whose review, or whose first rating, is due.")
class DueCustomer:
    level: str | None
    due_on: date
    late: bool
    party_id: UUID

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type(description="A rating of the whole portfolio.")
class RatingRun:
    id: UUID
    running: bool
    cause: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    rated: int
    changed: int
    started_by_id: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.started_by_id)

    @classmethod
    def of(cls, row: RunRow) -> "RatingRun":
        return cls(
            id=row.id,
            running=row.finished_at is None,
            cause=row.cause,
            started_at=row.started_at,
            finished_at=row.finished_at,
            total=row.total,
            done=row.done,
            rated=row.counts["rated"],
            changed=row.counts["changed"],
            started_by_id=row.started_by,
        )


def _portfolio(ctx: Context) -> None:
    ctx.require("view_portfolio", "rating", Facts(tenant_id=ctx.actor.tenant_id))


@strawberry.type
class RiskQuery:
    @resolved("The rating of a customer, with its history and overrides.", weight=30)
    async def customer_rating(self, info: Info, party_id: UUID) -> CustomerRating:
        found = await info.context.read(lambda ctx: service.dossier(ctx, party_id))
        return rated_customer(party_id, found, info.context.actor.locale)

    @resolved("A customer's level on facts that are not recorded; nothing is written.", weight=40)
    async def rating_what_if(self, info: Info, party_id: UUID, changes: list[RatingFactInput]) -> RatingWhatIf:
        given, locale = {each.fact: each.value for each in changes}, info.context.actor.locale
        found = await info.context.read(lambda ctx: service.what_if(ctx, party_id, given))
        return RatingWhatIf(now=RatingReasons.of(found.now, locale), then=RatingReasons.of(found.then, locale))

    @resolved("The level of a customer of whom only these facts are known.", weight=30)
    async def rating_of_facts(self, info: Info, scheme: str, changes: list[RatingFactInput]) -> RatingReasons:
        given = {each.fact: each.value for each in changes}
        found = await info.context.read(lambda ctx: service.of_nobody(ctx, scheme, given))
        return RatingReasons.of(found, info.context.actor.locale)

    @resolved("How the portfolio spreads over the levels, by segment if wanted.", weight=40, size=50)
    async def rating_distribution(self, info: Info, segment: PortfolioSegment | None = None) -> list[LevelCount]:
        async def counted(ctx: Context) -> list[queries.Count]:
            _portfolio(ctx)
            return await queries.distribution(ctx, None if segment is None else segment.value)

        return [
            LevelCount(segment=each.segment, level=each.level, customers=each.customers, overdue=each.overdue)
            for each in await info.context.read(counted)
        ]

    @resolved("From which level to which customers moved between two days.", weight=60, size=25)
    async def rating_migration(self, info: Info, start: date, end: date) -> list[LevelMigration]:
        async def counted(ctx: Context) -> list[tuple[str | None, str, int]]:
            _portfolio(ctx)
            return await queries.migration(ctx, start, end)

        return [LevelMigration(was=was, now=now, customers=n) for was, now, n in await info.context.read(counted)]

    @resolved("Customers whose review is overdue, the longest first.", weight=20, sliced_by="first")
    async def overdue_ratings(self, info: Info, first: First = 20) -> list[DueCustomer]:
        async def late(ctx: Context) -> list[queries.Late]:
            _portfolio(ctx)
            return await queries.overdue(ctx, page_size(first))

        found = await info.context.read(late)
        return [DueCustomer(level=e.level, due_on=e.due_on, late=True, party_id=e.party_id) for e in found]

    @resolved("Customers who have no rating yet, and until when they need one.", weight=20, sliced_by="first")
    async def unrated_customers(self, info: Info, first: First = 20) -> list[DueCustomer]:
        found = await info.context.read(lambda ctx: service.unrated(ctx, page_size(first)))
        return [DueCustomer(level=None, due_on=e.due_on, late=e.late, party_id=e.party_id) for e in found]

    @resolved("Overrides that wait for a second person.", weight=10, sliced_by="first")
    async def proposed_overrides(self, info: Info, first: First = 20) -> list[RiskOverride]:
        found = await info.context.read(lambda ctx: queries.proposed_overrides(ctx, page_size(first)))
        return [RiskOverride.of(row) for row in found]

    @resolved("Ratings of the whole portfolio, the newest first.", weight=5, sliced_by="first")
    async def rating_runs(self, info: Info, first: First = 5) -> list[RatingRun]:
        async def found(ctx: Context) -> list[RunRow]:
            _portfolio(ctx)
            return list(await queries.runs(ctx, page_size(first)))

        return [RatingRun.of(row) for row in await info.context.read(found)]
