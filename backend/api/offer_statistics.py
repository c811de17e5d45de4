"""How often offers were accepted, why others were not, and whether the chances were right."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.engagement.offers import queries
from backend.engagement.offers.chances import acceptance
from backend.engagement.offers.ruleset import offer_rules
from backend.products import queries as products

_YEAR: Final = 365


@strawberry.type(
    description="Answers to offers of one product; `expected` is the mean chance under which they were made."
)
class OfferRate:
    product: str
    name: str
    answered: int
    accepted: int
    declined: int
    later: int
    sold: int
    rate: Decimal | None
    low: Decimal | None
    high: Decimal | None
    expected: Decimal


@strawberry.type
class OfferDecline:
    reason: str
    words: str
    count: int


@strawberry.type
class OfferStatistics:
    since: date
    products: list[OfferRate] = strawberry.field(directives=[Cost(weight=0, size=20)])
    declines: list[OfferDecline] = strawberry.field(directives=[Cost(weight=0, size=8)])


async def _statistics(ctx: Context, since: date | None) -> OfferStatistics:
    first = since or ctx.now.date() - timedelta(days=_YEAR)
    declines = offer_rules(ctx.policies, ctx.now.date()).rules.declines
    counted, tallies = await queries.declines(ctx, first), await queries.tallies(ctx, first)
    sold_now = (await products.effective(ctx, ctx.now.date())).by_code
    names = {code: offer.definition.names.text(ctx.actor.locale) for code, offer in sold_now.items()}
    return OfferStatistics(
        since=first,
        products=[_rate(each, names) for each in tallies],
        declines=[
            OfferDecline(
                reason=reason,
                words=declines[reason].text(ctx.actor.locale) if reason in declines else reason,
                count=count,
            )
            for reason, count in counted.items()
        ],
    )


def _rate(each: queries.Tally, names: Mapping[str, str]) -> OfferRate:
    """Under the name of the day's catalogue, or the code of a product that is gone."""
    rate = acceptance(each.accepted, each.accepted + each.declined)
    return OfferRate(
        product=each.product_code,
        name=names.get(each.product_code, each.product_code),
        answered=each.answered,
        accepted=each.accepted,
        declined=each.declined,
        later=each.later,
        sold=each.sold,
        rate=None if rate is None else rate.value,
        low=None if rate is None else rate.low,
        high=None if rate is None else rate.high,
        expected=each.expected,
    )


@strawberry.type
class OfferStatisticsQuery:
    @resolved("How often offers were accepted and why not; of the last year unless told otherwise.", weight=10)
    async def offer_statistics(self, info: Info, since: date | None = None) -> OfferStatistics:
        return await info.context.read(lambda ctx: _statistics(ctx, since))
