"""The loyalty programme itself: what earns, what it buys, tiers; and its figures, with what points will cost."""

from decimal import Decimal

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.loyalty import LoyaltyTier, PointsAccount, tier_shown
from backend.api.request import Info
from backend.api.scalars import Money
from backend.loyalty import reporting, rules
from backend.loyalty.ruleset import Programme, programme


@strawberry.type(description="A word of the programme in the reader's language; `money` says that it takes an amount.")
class LoyaltyWord:
    code: str
    words: str
    points: int
    step: int
    money: bool


@strawberry.type(description="The programme in force today.")
class LoyaltyProgramme(Recorded):
    words: str
    ruleset: str
    text_version: int
    expiry_months: int
    rounding: str
    earning: list[LoyaltyWord] = strawberry.field(directives=[Cost(weight=0, size=10)])
    rewards: list[LoyaltyWord] = strawberry.field(directives=[Cost(weight=0, size=8)])
    reversals: list[LoyaltyWord] = strawberry.field(directives=[Cost(weight=0, size=5)])
    tiers: list[LoyaltyTier] = strawberry.field(directives=[Cost(weight=0, size=5)])

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.LOYALTY, ""


@strawberry.type(description="Members of one tier.")
class TierCount:
    tier: LoyaltyTier
    members: int


@strawberry.type(description="Points of one month.")
class PointsMonth:
    month: str
    earned: int
    burned: int
    expired: int


@strawberry.type(description="Points by the month of their last day.")
class PointsExpiry:
    month: str
    points: int


@strawberry.type(
    description="What outstanding points will cost; `measured`: breakage was read off points that matured."
)
class LoyaltyLiability:
    outstanding: int
    expected_breakage: Decimal
    measured: bool
    matured: int
    gross: list[Money] = strawberry.field(directives=[Cost(weight=0, size=3)])
    net: list[Money] = strawberry.field(directives=[Cost(weight=0, size=3)])


@strawberry.type(description="The programme in figures; `accounts` are the trial balance and sum to zero.")
class LoyaltyFigures:
    members: int
    tiers: list[TierCount] = strawberry.field(directives=[Cost(weight=0, size=5)])
    accounts: list[PointsAccount] = strawberry.field(directives=[Cost(weight=0, size=5)])
    months: list[PointsMonth] = strawberry.field(directives=[Cost(weight=0, size=24)])
    by_expiry: list[PointsExpiry] = strawberry.field(directives=[Cost(weight=0, size=24)])
    liability: LoyaltyLiability


def _programme(under: Programme, sha256: str, locale: str) -> LoyaltyProgramme:
    return LoyaltyProgramme(
        words=under.wording.text(locale),
        ruleset=sha256,
        text_version=under.text_version,
        expiry_months=under.expiry_months,
        rounding=under.rounding,
        earning=[
            LoyaltyWord(code=each.code, words=each.text(locale), points=each.points, step=1, money=bool(each.per))
            for each in under.earning
        ],
        rewards=[
            LoyaltyWord(code=each.code, words=each.text(locale), points=each.least, step=each.step, money=False)
            for each in under.rewards
        ],
        reversals=[
            LoyaltyWord(code=each.code, words=each.text(locale), points=0, step=1, money=False)
            for each in under.reversals
        ],
        tiers=[tier_shown(under, tier.code, locale) for tier in under.tiers],
    )


def _figures(found: reporting.Overview, locale: str) -> LoyaltyFigures:
    return LoyaltyFigures(
        members=found.members,
        tiers=[
            TierCount(tier=tier_shown(found.programme, tier.code, locale), members=found.tiers.get(tier.code, 0))
            for tier in found.programme.tiers
        ],
        accounts=[PointsAccount(account=name, points=points) for name, points in sorted(found.accounts.items())],
        months=[
            PointsMonth(month=each.month, earned=each.earned, burned=each.burned, expired=each.expired)
            for each in found.months
        ],
        by_expiry=[PointsExpiry(month=month, points=points) for month, points in found.by_expiry.items()],
        liability=_liability(found.liability),
    )


def _liability(found: rules.Liability) -> LoyaltyLiability:
    return LoyaltyLiability(
        outstanding=found.outstanding,
        expected_breakage=found.expected,
        measured=found.measured,
        matured=found.matured,
        gross=[Money.of(each) for each in found.gross],
        net=[Money.of(each) for each in found.net],
    )


@strawberry.type
class LoyaltyProgrammeQuery:
    @resolved("What earns points, what they buy, and the tiers.", weight=2)
    async def loyalty_programme(self, info: Info) -> LoyaltyProgramme:
        async def found(ctx: Context) -> LoyaltyProgramme:
            loaded = programme(ctx.policies, ctx.now.date())
            return _programme(loaded.rules, loaded.sha256, ctx.actor.locale)

        return await info.context.read(found)

    @resolved("The programme in figures, without names.", weight=8)
    async def loyalty_figures(self, info: Info) -> LoyaltyFigures:
        async def found(ctx: Context) -> LoyaltyFigures:
            return _figures(await reporting.overview(ctx), ctx.actor.locale)

        return await info.context.read(found)
