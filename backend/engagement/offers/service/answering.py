"""What the customer said: recorded with what the offer rested on, heeded by the next ranking, tied to its sale."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.service.loading import party_for
from backend.engagement.offers import queries
from backend.engagement.offers.errors import (
    AnswerOverdetermined,
    DeclineReasonUnknown,
    LaterOutOfRange,
    NotOffered,
)
from backend.engagement.offers.models import Answer, OfferAnswer
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.rules import Ranked, Ranking
from backend.engagement.offers.ruleset import OfferRules, offer_rules
from backend.engagement.offers.service.ranking import rankings


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInput:
    """`reason` belongs to a refusal, `until` to “later”."""

    product: str
    answer: Answer
    reason: str | None = None
    until: date | None = None


async def answer(ctx: Context, party_id: UUID, given: AnswerInput) -> OfferAnswer:
    """Only to what is offered now, ranked anew in the same transaction.

    Raises NotOffered, DeclineReasonUnknown, LaterOutOfRange and AnswerOverdetermined.
    """
    await party_for(ctx, party_id, "answer", OBJECT)
    loaded = offer_rules(ctx.policies, ctx.now.date())
    _check(loaded.rules, given, ctx.now.date())
    found = (await rankings(ctx, [party_id]))[party_id]
    offer = _offered(found, given.product)
    row = _row(ctx, party_id, given, offer, found, loaded)
    async with ctx.audit("offer.answer", ("party", party_id), reason=given.answer.value, ruleset=loaded.sha256):
        ctx.session.add(row)
    payload = {"party": str(party_id), "product": given.product, "answer": given.answer.value}
    await ctx.emit(f"offer.{given.answer.value}", row.id, payload)
    return row


def _check(rules: OfferRules, given: AnswerInput, today: date) -> None:
    if (given.answer is Answer.DECLINED) != (given.reason is not None) or (given.answer is Answer.LATER) != (
        given.until is not None
    ):
        raise AnswerOverdetermined(field="answer")
    if given.reason is not None and given.reason not in rules.declines:
        raise DeclineReasonUnknown(field="reason", reason=given.reason, known=", ".join(rules.declines))
    last = today + timedelta(days=rules.longest_later_days)
    if given.until is not None and not today < given.until <= last:
        raise LaterOutOfRange(field="until", days=rules.longest_later_days)


def _offered(found: Ranking, product: str) -> Ranked:
    for offer in found.offers:
        if offer.choice.code == product:
            return offer
    grounds = [ground for each in found.excluded if each.choice.code == product for ground in each.grounds]
    codes = dict.fromkeys(ground.figures.get("reason", ground.code) for ground in grounds)
    raise NotOffered(product=product, reasons=", ".join(codes) or "product.not_offered")


def _row(
    ctx: Context, party_id: UUID, given: AnswerInput, offer: Ranked, found: Ranking, loaded: Loaded[OfferRules]
) -> OfferAnswer:
    chance = offer.choice.chance
    return OfferAnswer(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        product_code=given.product,
        answer=given.answer,
        reason=given.reason,
        until=given.until,
        channel=ctx.actor.channel,
        answered_at=ctx.now,
        answered_by=ctx.actor.id,
        ruleset=loaded.sha256,
        place=offer.place,
        propensity=chance.value,
        low=chance.low,
        high=chance.high,
        basis=chance.basis,
        model=chance.model,
        model_version=chance.version,
        expected=offer.expected,
        currency=found.currency,
        likeness=found.group,
        explored=offer.explored,
    )


async def tie_sales(ctx: Context, party_id: UUID) -> int:
    """A sale was confirmed: acceptances that led to it are told so. How many were tied."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rules, tied = offer_rules(ctx.policies, ctx.now.date()).rules, 0
    for row in await queries.unsold(ctx, party_id):
        sale_id = await queries.sale_after(ctx, row, rules.link_days)
        if sale_id is not None:
            async with ctx.audit("offer.sold", ("party", party_id), reason=row.product_code, ruleset=row.ruleset):
                row.sale_id = sale_id
            tied += 1
    return tied
