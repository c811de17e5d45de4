"""Members of the loyalty programme: points with every entry behind them, the tier with its reason, and care."""

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.scalars import Money
from backend.api.staff import Agent, agent
from backend.core import money
from backend.loyalty import models, view
from backend.loyalty.automatic import place_of
from backend.loyalty.queries import ledger, members
from backend.loyalty.ruleset import Programme, programme

_STATEMENT: Final = "loyalty statement"


@strawberry.enum
class PointsKind(Enum):
    EARN = "earn"
    BURN = "burn"
    EXPIRE = "expire"
    REVERSE = "reverse"
    TRANSFER = "transfer"


@strawberry.type(description="Points that came or went, in one entry of the ledger; `points` has their sign.")
class PointsEntry:
    id: UUID
    kind: PointsKind
    code: str
    words: str
    points: int
    uncovered: int
    reference: str
    product: str | None
    amount: Money | None
    booked_on: date
    expires_on: date | None
    at: datetime
    reversed: bool
    reverses_id: UUID | None
    ruleset: str
    source: str | None = strawberry.field(description="What it was earned by without anybody booking it.")
    source_key: str | None = strawberry.field(description="The record of the source: a month, a year, or its id.")
    row: strawberry.Private[models.LoyaltyPosting]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.row.by)


@strawberry.type(description="Points that expire together.")
class PointsLot:
    left: int
    earned_on: date
    expires_on: date


@strawberry.type(description="A tier of the programme, in the reader's language.")
class LoyaltyTier:
    code: str
    words: str
    threshold: int
    benefits: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])


@strawberry.type(
    description="Why the member has this tier, what counts towards the next one, and until when it is held."
)
class TierStanding:
    tier: LoyaltyTier
    since: date
    reason: str
    qualifying: int
    next: LoyaltyTier | None
    missing: int
    until: date | None


@strawberry.type(description="A contact or a task of a care plan.")
class CareStep:
    id: UUID
    kind: str
    code: str
    code_words: str
    due_on: date
    late: bool
    done: bool
    closed_at: datetime | None
    row: strawberry.Private[models.LoyaltyCareStep]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.row.closed_by)

    @resolved("How it went. Noted in the log.", weight=2)
    async def words(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: view.step_words(ctx, self.row))


@strawberry.type(description="A care plan that is in force.")
class CarePlan:
    code: str
    words: str
    since: date
    steps: list[CareStep] = strawberry.field(directives=[Cost(weight=0, size=8)])


@strawberry.type(description="What stands on one account of the member's ledger; all of them together are zero.")
class PointsAccount:
    account: str
    points: int


@strawberry.type(description="`available` can be spent today; `expiring` of it end within 90 days.")
class LoyaltyStanding:
    available: int
    expiring: int
    tier: TierStanding
    lots: list[PointsLot] = strawberry.field(directives=[Cost(weight=0, size=20)])


@strawberry.type
class LoyaltyMember:
    id: UUID
    state: str
    tier: str
    tier_words: str
    enrolled_at: datetime
    left_at: datetime | None
    row: strawberry.Private[models.LoyaltyMember]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("Points and tier as of today.", weight=3)
    async def standing(self, info: Info) -> LoyaltyStanding:
        async def found(ctx: Context) -> LoyaltyStanding:
            return _standing(await view.standing_of(ctx, self.row), ctx.actor.locale)

        return await info.context.read(found)

    @resolved("The trial balance of the member's points.", weight=2, size=5)
    async def accounts(self, info: Info) -> list[PointsAccount]:
        async def found(ctx: Context) -> list[PointsAccount]:
            standing = (await ledger.balances(ctx, [self.row.id])).get(self.row.id, {})
            return [PointsAccount(account=name, points=points) for name, points in sorted(standing.items())]

        return await info.context.read(found)

    @resolved("Every entry, the newest first.", weight=3, sliced_by="first")
    async def statement(self, info: Info, first: First = 20, after: After = None) -> Connection[PointsEntry]:
        listed, limit = f"{_STATEMENT} {self.row.id}", page_size(first)
        start = _day_place(place(info, listed, after))

        async def page(ctx: Context) -> list[PointsEntry]:
            rows = await ledger.statement(ctx, self.row.id, after=start, limit=limit + 1)
            return await _entries(ctx, rows)

        rows = await info.context.read(page)
        more = f"{rows[limit - 1].booked_on.isoformat()}|{rows[limit - 1].id}" if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)

    @resolved("The care plan of the tier, if it brings one.", weight=3)
    async def care(self, info: Info) -> CarePlan | None:
        return await info.context.read(lambda ctx: _care(ctx, self.row))


@strawberry.type(description="A member in a list, with what can be spent.")
class LoyaltyLine:
    member: LoyaltyMember
    points: int


def member_shown(ctx: Context, row: models.LoyaltyMember) -> LoyaltyMember:
    words = programme(ctx.policies, ctx.now.date()).rules.said(row.tier, ctx.actor.locale)
    return LoyaltyMember(
        id=row.id,
        state=row.state,
        tier=row.tier,
        tier_words=words,
        enrolled_at=row.enrolled_at,
        left_at=row.left_at,
        row=row,
    )


async def fetch_members(ctx: Context, ids: Collection[UUID]) -> dict[UUID, LoyaltyMember | None]:
    return {found: member_shown(ctx, row) for found, row in (await members.by_ids(ctx, ids)).items()}


def tier_shown(under: Programme, code: str, locale: str) -> LoyaltyTier:
    tier = under.tier(code) or under.tiers[0]
    return LoyaltyTier(
        code=tier.code,
        words=tier.text(locale),
        threshold=tier.threshold,
        benefits=[benefit.text(locale) for benefit in tier.benefits],
    )


def _standing(found: view.Standing, locale: str) -> LoyaltyStanding:
    decided = found.tier
    return LoyaltyStanding(
        available=found.available,
        expiring=found.expiring,
        tier=TierStanding(
            tier=tier_shown(found.programme, decided.tier.code, locale),
            since=decided.since,
            reason=decided.reason.value,
            qualifying=found.qualifying,
            next=None if decided.next is None else tier_shown(found.programme, decided.next.code, locale),
            missing=decided.missing,
            until=decided.until,
        ),
        lots=[PointsLot(left=lot.left, earned_on=lot.earned_on, expires_on=lot.expires_on) for lot in found.lots],
    )


async def _entries(ctx: Context, rows: Any) -> list[PointsEntry]:
    under = programme(ctx.policies, ctx.now.date()).rules
    undone = await ledger.reversed_ids(ctx, [row.id for row in rows])
    signs = await ledger.signed_points(ctx, [row.id for row in rows])
    return [
        PointsEntry(
            id=row.id,
            kind=PointsKind(row.kind),
            code=row.code,
            words=under.said(row.code, ctx.actor.locale),
            points=signs.get(row.id, 0),
            uncovered=row.uncovered,
            reference=row.reference,
            product=row.product_code,
            amount=None if row.amount is None else Money.of(money.Money(row.amount, row.currency or "")),
            booked_on=row.booked_on,
            expires_on=row.expires_on,
            at=row.at,
            reversed=row.id in undone,
            reverses_id=row.reverses_id,
            ruleset=row.ruleset,
            source=None if place is None else place[0].of,
            source_key=None if place is None else place[0].key,
            row=row,
        )
        for row, place in ((row, place_of(row.reference)) for row in rows)
    ]


async def _care(ctx: Context, row: models.LoyaltyMember) -> CarePlan | None:
    found = await view.care_of(ctx, row)
    if found is None:
        return None
    under, today = programme(ctx.policies, ctx.now.date()).rules, ctx.now.date()
    return CarePlan(
        code=found.care.plan,
        words=under.said(found.care.plan, ctx.actor.locale),
        since=found.care.since,
        steps=[
            CareStep(
                id=step.id,
                kind=step.kind,
                code=step.code,
                code_words=under.said(step.code, ctx.actor.locale),
                due_on=step.due_on,
                late=view.late(step, today),
                done=step.done,
                closed_at=step.closed_at,
                row=step,
            )
            for step in found.steps
        ],
    )


def _day_place(text: str | None) -> tuple[date, UUID] | None:
    if text is None:
        return None
    day, _, record_id = text.partition("|")
    return date.fromisoformat(day), UUID(record_id)
