"""Next best offers: to one customer with the reasons for and against, or over the viewer's whole book."""

from datetime import date, datetime, timedelta
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.offer_types import ExcludedOffer, NextOffer, OfferAnswer, OfferGround, OffersShown, answer_shown
from backend.api.pages import First, page_size
from backend.api.request import Info
from backend.customers.queries import facts
from backend.engagement.offers import queries, service
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.ruleset import offer_rules
from backend.products import queries as products


@strawberry.type(description="`latest` is the last day that “later” may name.")
class NextBestOffers:
    offers: list[NextOffer] = strawberry.field(directives=[Cost(weight=0, size=10)])
    excluded: list[ExcludedOffer] = strawberry.field(directives=[Cost(weight=0, size=15)])
    answers: list[OfferAnswer] = strawberry.field(directives=[Cost(weight=0, size=10)])
    decline_reasons: list[OfferGround] = strawberry.field(directives=[Cost(weight=0, size=8)])
    may_answer: bool
    latest: date


@strawberry.type(description="The best offer to one customer of the book; `others` more may be made.")
class NextOfCustomer:
    offer: NextOffer
    others: int
    party_id: strawberry.Private[UUID]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type(description="A product that was the best offer to so many customers when they were last ranked.")
class NextOfferProduct:
    product: str
    name: str
    customers: int


async def _next(ctx: Context, party_id: UUID) -> NextBestOffers:
    ranking, shown = await service.next_best(ctx, party_id), await OffersShown.of(ctx)
    rules = offer_rules(ctx.policies, ctx.now.date()).rules
    reasons = rules.declines.items()
    return NextBestOffers(
        offers=[shown.offer(each) for each in ranking.offers],
        excluded=[shown.excluded(each) for each in ranking.excluded],
        answers=[answer_shown(ctx, row) for row in await queries.answers_of(ctx, party_id)],
        decline_reasons=[OfferGround(code=code, words=words.text(ctx.actor.locale)) for code, words in reasons],
        may_answer=ctx.may("answer", OBJECT, await facts(ctx, party_id)),
        latest=ctx.now.date() + timedelta(days=rules.longest_later_days),
    )


async def _book(ctx: Context, limit: int, product: str | None) -> list[NextOfCustomer]:
    shown = await OffersShown.of(ctx)
    return [
        NextOfCustomer(offer=shown.offer(each.offer), others=each.others, party_id=each.party_id)
        for each in await service.next_of_book(ctx, limit, product)
    ]


async def _products(ctx: Context) -> list[NextOfferProduct]:
    """The most frequent first; a product that is gone from the catalogue by its code."""
    counted = await queries.best_products(ctx)
    sold = (await products.effective(ctx, ctx.now.date())).by_code
    names = {code: offer.definition.names.text(ctx.actor.locale) for code, offer in sold.items()}
    return [
        NextOfferProduct(product=code, name=names.get(code, code), customers=counted[code])
        for code in sorted(counted, key=lambda code: (-counted[code], code))
    ]


@strawberry.type
class OfferQuery:
    @resolved("What to offer to a customer next, what not, and why; `customerId` is the id of the party.", weight=20)
    async def next_best_offers(self, info: Info, customer_id: UUID) -> NextBestOffers:
        return await info.context.read(lambda ctx: _next(ctx, customer_id))

    @resolved(
        "The best offer to each customer of the viewer's book, the most valuable first; `product` keeps those whose "
        "best offer it is.",
        weight=60,
        sliced_by="first",
    )
    async def next_offers(self, info: Info, first: First = 20, product: str | None = None) -> list[NextOfCustomer]:
        limit = page_size(first)
        return await info.context.read(lambda ctx: _book(ctx, limit, product))

    @resolved("Which products were the best offer to how many customers of the viewer's book last night.", weight=4)
    async def next_offer_products(self, info: Info) -> list[NextOfferProduct]:
        return await info.context.read(_products)

    @resolved("When the customers were last ranked; offers are checked again when they are asked for.")
    async def next_offers_ranked_at(self, info: Info) -> datetime | None:
        return await info.context.read(queries.ranked_at)
