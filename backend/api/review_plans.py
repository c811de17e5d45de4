"""Reviews over the portfolio: how many there are, how much work is to come, what the rules offer and restrict."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.api.review_codes import ReviewOutcome, ReviewState
from backend.reviews import models, service
from backend.reviews.queries import plan, reviews
from backend.reviews.ruleset import ReviewRules

_WEEKS: Final = 104


@strawberry.type(description="What may not be sold to the customer, and why.")
class SaleRestriction:
    measure: str
    words: str
    products: list[str] = strawberry.field(description="Empty: nothing new.")
    ground: str
    placed_at: datetime


@strawberry.type
class ReviewFigure:
    state: ReviewState
    level: str
    reviews: int
    overdue: int


@strawberry.type(description="Reviews of a level that are due in the week that begins on `week`, and what they take.")
class ReviewLoad:
    week: date
    level: str | None
    reviews: int
    minutes: int


@strawberry.type
class ReviewForecast:
    minutes_a_week: int = strawberry.field(description="What there is.")
    loads: list[ReviewLoad] = strawberry.field(directives=[Cost(weight=0, size=60)])


@strawberry.type
class ReviewChoice:
    code: str
    words: str
    outcomes: list[ReviewOutcome] = strawberry.field(description="Of a reason: what it is a reason for.")


@strawberry.type(description="What the rule-set in force offers to choose from.")
class ReviewChoices:
    reasons: list[ReviewChoice] = strawberry.field(directives=[Cost(weight=0, size=10)])
    information: list[ReviewChoice] = strawberry.field(directives=[Cost(weight=0, size=10)])
    levels: list[str]


@strawberry.type
class ReviewPlanQuery:
    @resolved("Reviews that are not over, counted by state and level.", weight=20, size=24)
    async def review_figures(self, info: Info) -> list[ReviewFigure]:
        return [
            ReviewFigure(state=ReviewState(e.state.value), level=e.level, reviews=e.reviews, overdue=e.overdue)
            for e in await info.context.read(reviews.figures)
        ]

    @resolved("What may not be sold to a customer because of reviews.", weight=5, size=2)
    async def sale_restrictions(self, info: Info, party_id: UUID) -> list[SaleRestriction]:
        return await info.context.read(lambda ctx: _restrictions(ctx, party_id))

    @resolved("Reviews by week and level, beside what there is of working time.", weight=60)
    async def review_forecast(self, info: Info, weeks: int = 26) -> ReviewForecast:
        async def found(ctx: Context) -> tuple[ReviewRules, list[plan.Load]]:
            rules = service.in_force(ctx).rules
            return rules, await plan.forecast(ctx, rules, max(1, min(weeks, _WEEKS)))

        rules, loads = await info.context.read(found)
        minutes = rules.capacity.minutes
        return ReviewForecast(
            minutes_a_week=rules.capacity.minutes_a_week,
            loads=[
                ReviewLoad(
                    week=e.week,
                    level=e.level,
                    reviews=e.reviews,
                    minutes=e.reviews * minutes[rules.level(e.level).depth],
                )
                for e in loads
            ],
        )

    @resolved("Reasons, things to ask for and levels, as the rule-set words them.", weight=2)
    async def review_choices(self, info: Info) -> ReviewChoices:
        rules, locale = await info.context.read(_rules), info.context.actor.locale
        return ReviewChoices(
            reasons=[
                ReviewChoice(
                    code=code,
                    words=reason.wording.text(locale),
                    outcomes=[ReviewOutcome(each.value) for each in models.Outcome if each in reason.outcomes],
                )
                for code, reason in rules.reasons.items()
            ],
            information=[
                ReviewChoice(code=code, words=words.text(locale), outcomes=[])
                for code, words in rules.information.items.items()
            ],
            levels=list(rules.levels),
        )


async def _rules(ctx: Context) -> ReviewRules:
    return service.in_force(ctx).rules


async def _restrictions(ctx: Context, party_id: UUID) -> list[SaleRestriction]:
    known = await reviews.customer_facts(ctx, party_id)
    ctx.require("view", reviews.OBJECT, known)
    rules, locale = service.in_force(ctx).rules, ctx.actor.locale
    found = []
    for row in (await reviews.restrictions_of(ctx, [party_id])).get(party_id, []):
        measure = rules.measures.get(row.measure)
        found.append(
            SaleRestriction(
                measure=row.measure,
                words=row.measure if measure is None else measure.wording.text(locale),
                products=[] if measure is None else sorted(measure.products),
                ground=row.ground,
                placed_at=row.placed_at,
            )
        )
    return found
