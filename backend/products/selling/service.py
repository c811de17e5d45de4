"""Selling: what the rules allow is recorded with everything it rests on, what they refuse is recorded too."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

import orjson

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.money import Money
from backend.customers.service.loading import party_for
from backend.products import queries as products
from backend.products.queries import Offer
from backend.products.selling import matching, queries
from backend.products.selling.errors import (
    AmountInvalid,
    AmountMissing,
    InsistenceMissing,
    InsistenceTextOutdated,
    SaleNoLongerAllowed,
    SaleNotProposed,
    SaleOver,
    WarningsNotHeeded,
)
from backend.products.selling.matching import Question
from backend.products.selling.models import Sale, SaleState
from backend.products.selling.rules import Allowed, Answer, Reason
from backend.products.target_market import Place

_LEAST_WORDS: Final = 3
_MOST_WORDS: Final = 2000
_PLACES: Final = {Place.INSIDE: "inside", Place.OUTSIDE: "outside", Place.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Insisted:
    """The version of the text that was read to the customer, in which language, and what she said to it."""

    version: int
    locale: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleInput:
    """`told`: the customer was told of every warning."""

    product: str
    channel: str
    told: bool = False
    insisted: Insisted | None = None
    amount: Decimal | None = None
    currency: str | None = None
    holding_ref: str | None = None


async def sell(ctx: Context, party_id: UUID, given: SaleInput) -> Sale:
    """A sale that is confirmed, that waits for a second person, or that the rules refused; each is on record.

    Raises AmountMissing, WarningsNotHeeded and InsistenceMissing for what can be mended, before anything is recorded.
    """
    await party_for(ctx, party_id, "create", queries.OBJECT)
    product = await products.by_code(ctx, given.product)
    question = (await matching.questions(ctx, [party_id], given.channel, ctx.now.date()))[party_id]
    answer, offer = question.answer(given.product), question.catalogue.by_code.get(given.product)
    _check_amount(given, offer)
    if answer.allowed is not Allowed.NO:
        if given.amount is None and question.needs_amount(given.product):
            raise AmountMissing(field="amount", currency=offer.definition.currency if offer else "")
        _heeded(given, answer, question)
    row = _row(ctx, party_id, product.id, given, answer, question)
    if row.state != SaleState.REFUSED and given.insisted is not None and answer.insistence:
        row.insistence = _sealed(ctx, row, given.insisted, question)
    verb = _VERBS[SaleState(row.state)]
    async with ctx.audit(f"sale.{verb}", ("party", party_id), reason=given.product, ruleset=row.ruleset):
        ctx.session.add(row)
    await _tell(ctx, row)
    return row


async def sign(ctx: Context, sale_id: UUID) -> Sale:
    """By somebody else than who sold; the rules are asked again, because days may have gone by."""
    row = await queries.sale(ctx, sale_id, lock=True)
    ctx.require("approve", queries.OBJECT, await queries.access(ctx, row))
    if row.state != SaleState.PROPOSED:
        raise SaleNotProposed(state=row.state)
    product = await products.product(ctx, row.product_id)
    question = (await matching.questions(ctx, [row.party_id], row.channel, ctx.now.date()))[row.party_id]
    _still_allowed(row, question.answer(product.code))
    async with ctx.audit("sale.sign", ("party", row.party_id), reason=product.code, ruleset=question.loaded.sha256):
        row.state, row.signed_by, row.signed_at = SaleState.CONFIRMED, ctx.actor.id, ctx.now
    await _tell(ctx, row)
    return row


async def decline(ctx: Context, sale_id: UUID, reason: str) -> Sale:
    """The second person does not sign; the sale is over."""
    row = await queries.sale(ctx, sale_id, lock=True)
    ctx.require("approve", queries.OBJECT, await queries.access(ctx, row))
    if row.state != SaleState.PROPOSED:
        raise SaleNotProposed(state=row.state)
    return await _end(ctx, row, "sale.decline", reason)


async def cancel(ctx: Context, sale_id: UUID, reason: str) -> Sale:
    """By who sold, or the customer's wish within the time to withdraw; it stays on record. Raises SaleOver."""
    row = await queries.sale(ctx, sale_id, lock=True)
    ctx.require("cancel", queries.OBJECT, await queries.access(ctx, row))
    if row.state not in {SaleState.PROPOSED, SaleState.CONFIRMED}:
        raise SaleOver(state=row.state)
    return await _end(ctx, row, "sale.cancel", reason)


async def _end(ctx: Context, row: Sale, action: str, reason: str) -> Sale:
    async with ctx.audit(action, ("party", row.party_id), reason=reason, ruleset=row.ruleset):
        row.state, row.ended_at, row.ended_by, row.ended_reason = SaleState.CANCELLED, ctx.now, ctx.actor.id, reason
    await _tell(ctx, row)
    return row


_VERBS: Final = {SaleState.CONFIRMED: "confirm", SaleState.PROPOSED: "propose", SaleState.REFUSED: "refuse"}


def _check_amount(given: SaleInput, offer: Offer | None) -> None:
    """Raises AmountInvalid, and AmountUnreadable for what is no amount."""
    if given.amount is None and given.currency is None:
        return
    currency = "" if offer is None else offer.definition.currency
    wrong = given.amount is None or given.currency is None or (offer is not None and given.currency != currency)
    if wrong or Money(given.amount or Decimal(), given.currency or "").amount <= 0:
        raise AmountInvalid(field="amount", currency=currency)


def _heeded(given: SaleInput, answer: Answer, question: Question) -> None:
    if answer.allowed is Allowed.WARN and not given.told:
        raise WarningsNotHeeded(field="told", reasons=_codes(answer.reasons))
    if not answer.insistence:
        return
    said = given.insisted
    if said is None or not _LEAST_WORDS <= len(said.words.strip()) <= _MOST_WORDS:
        needing = [reason for reason in answer.reasons if reason.insistence]
        raise InsistenceMissing(field="insistence", reasons=_codes(needing))
    current = question.loaded.rules.insistence.version
    if said.version != current:
        raise InsistenceTextOutdated(field="insistence.version", read=said.version, current=current)


def _still_allowed(row: Sale, answer: Answer) -> None:
    """Nor may it need today what was not asked for then. Raises SaleNoLongerAllowed."""
    new_insistence = answer.insistence and not row.needs_insistence
    basis = None if answer.standing is None else answer.standing.id
    new_basis = row.needs_assessment is not None and basis != row.assessment_id
    if answer.allowed is Allowed.NO or new_insistence or new_basis:
        reasons = _codes(answer.reasons) or "assessment"
        raise SaleNoLongerAllowed(reasons=reasons)


def _row(ctx: Context, party_id: UUID, product_id: UUID, given: SaleInput, answer: Answer, question: Question) -> Sale:
    offer = question.catalogue.by_code.get(given.product)
    return Sale(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        product_id=product_id,
        product_version_id=None if offer is None else offer.version_id,
        channel=given.channel,
        sold_at=ctx.now,
        sold_by=ctx.actor.id,
        state=_state(answer),
        amount=given.amount,
        currency=given.currency,
        holding_ref=given.holding_ref,
        needs_assessment=None if offer is None else offer.definition.needs_assessment,
        assessment_id=None if answer.standing is None else answer.standing.id,
        grade=None if answer.standing is None else answer.standing.grade,
        ruleset=question.loaded.sha256,
        allowed=answer.allowed,
        market=_PLACES[answer.market.place],
        market_reasons=answer.conditions,
        reasons=[reason.as_json() for reason in answer.reasons],
        needs_insistence=answer.allowed is not Allowed.NO and answer.insistence,
        needs_signature=answer.allowed is not Allowed.NO and answer.signature,
    )


def _state(answer: Answer) -> SaleState:
    if answer.allowed is Allowed.NO:
        return SaleState.REFUSED
    return SaleState.PROPOSED if answer.signature else SaleState.CONFIRMED


def _sealed(ctx: Context, row: Sale, said: Insisted, question: Question) -> bytes:
    text = question.loaded.rules.insistence.wording.text(said.locale)
    body = {"version": said.version, "locale": said.locale, "text": text, "words": said.words.strip()}
    return ctx.vault.seal("sale", "insistence", row.id, row.party_id, orjson.dumps(body).decode())


def _codes(reasons: "list[Reason] | tuple[Reason, ...]") -> str:
    return ", ".join(reason.code for reason in reasons)


async def _tell(ctx: Context, row: Sale) -> None:
    payload = {"party": str(row.party_id), "product": str(row.product_id), "state": row.state}
    await ctx.emit(f"sale.{row.state}", row.id, payload)
