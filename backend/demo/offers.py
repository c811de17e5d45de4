"""A year of offers at the demonstration bank, made from a seed: customers agree to be asked, and say what they say.

Every answer is one to what was really offered that day; what may not be sold is not asked about. A home is bought
seldom and a card often, and whoever holds more with the bank takes more: what the chances have to find out.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.consent import service as consent
from backend.core.actor import Actor
from backend.customers.models import Customer, Stage
from backend.demo.cases import Story
from backend.engagement.offers import service
from backend.engagement.offers.models import Answer, OfferAnswer
from backend.engagement.offers.rules import Ranked
from backend.engagement.offers.service import AnswerInput
from backend.jobs import offers as jobs
from backend.products.selling import service as selling
from backend.products.selling.service import SaleInput

_SEED: Final = 37
_DAYS: Final = 200
_LATEST: Final = 3
_ASKED: Final = 48
_AGREE: Final = 56
_DESK: Final = "david"
_AMOUNT: Final = Decimal(30_000)
_BOUGHT_AFTER: Final = timedelta(days=2)
_DECLINES: Final = ("no_need", "no_need", "has_elsewhere", "price", "terms", "not_told")
_TAKEN: Final = {"mortgage": 0.07, "loan": 0.22, "deposit": 0.24, "card": 0.30}
_SELDOM: Final = 0.12
_DEEP: Final = "products=3.."
_KEENER: Final = 2.0
_PUT_OFF: Final = 0.14
_PURPOSES: Final = ("marketing", "profiling")


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds answers, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    chance = random.Random(_SEED)  # noqa: S311 - a story, no secret
    people = await story.platform.run(system, _customers)
    now = story.platform.clock()
    begin = replace(story.platform, clock=lambda: now - timedelta(days=_DAYS))
    await begin.run(story.actor(_DESK), lambda ctx: _agree(ctx, people))
    for place, party_id in enumerate(people[:_ASKED]):
        days = _DAYS - (_DAYS - _LATEST) * (place + 1) // _ASKED
        await _asked(story, system, now - timedelta(days=days), party_id, chance)
    await jobs.rank_all(story.platform, system, lambda *_: None)


async def _asked(story: Story, system: Actor, at: datetime, party_id: UUID, chance: random.Random) -> None:
    """Whoever accepts buys a few days later, and the sale finds its offer."""
    then = replace(story.platform, clock=lambda: at)
    accepted = await then.run(story.actor(_DESK), lambda ctx: _ask(ctx, party_id, chance))
    later = replace(story.platform, clock=lambda: at + _BOUGHT_AFTER)
    for product in accepted:
        given = SaleInput(product=product, channel="branch", told=True, amount=_AMOUNT, currency="CZK")
        await later.run(story.actor(_DESK), lambda ctx, given=given: selling.sell(ctx, party_id, given))  # type: ignore[misc]
        await later.run(system, lambda ctx: service.tie_sales(ctx, party_id))


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(OfferAnswer.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number))
    return list(await ctx.session.scalars(query.limit(_AGREE)))


async def _agree(ctx: Context, people: list[UUID]) -> None:
    for party_id in people:
        for purpose in _PURPOSES:
            given = consent.ConsentInput(purpose=purpose, text_version=1, evidence="in_person")
            await consent.record_consent(ctx, party_id, given)


async def _ask(ctx: Context, party_id: UUID, chance: random.Random) -> list[str]:
    """The best offer, and sometimes the next one, for whoever has any; the products that were accepted."""
    accepted, found = [], await service.next_best(ctx, party_id)
    keen = _KEENER if _DEEP in (found.group or "") else 1.0
    for offer in found.offers[: chance.randint(1, 2)]:
        said = _said(ctx, offer, keen, chance)
        await service.answer(ctx, party_id, said)
        if said.answer is Answer.ACCEPTED and not offer.choice.sell.insistence and not offer.choice.sell.signature:
            accepted.append(said.product)
    return accepted


def _said(ctx: Context, offer: Ranked, keen: float, chance: random.Random) -> AnswerInput:
    product, drawn = offer.choice.code, chance.random()
    taken = keen * _TAKEN.get(offer.choice.kind, _SELDOM)
    if drawn < taken:
        return AnswerInput(product=product, answer=Answer.ACCEPTED)
    if drawn < taken + _PUT_OFF:
        return AnswerInput(product=product, answer=Answer.LATER, until=ctx.now.date() + timedelta(days=90))
    return AnswerInput(product=product, answer=Answer.DECLINED, reason=chance.choice(_DECLINES))
