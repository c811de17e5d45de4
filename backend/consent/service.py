"""Consents recorded, withdrawn and expired; limits set and lifted; and the question that every use of data asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.consent import queries, rules
from backend.consent.asking import Throughout, allowed, allowed_by, purpose_of, throughout
from backend.consent.errors import (
    ChannelUnknown,
    ConsentInFuture,
    ConsentNotInForce,
    EvidenceDocumentMissing,
    EvidenceUnknown,
    PurposeNeedsNoConsent,
    TextVersionUnknown,
)
from backend.consent.models import ANY_CHANNEL, ConsentAct, ConsentEvent, LimitKind, ProcessingLimit
from backend.consent.rulesets import Basis, ConsentText, Purpose, Purposes, purposes_on
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.models import Document
from backend.customers.queries.sight import facts
from backend.customers.service.loading import party_for

__all__ = [
    "ConsentInput",
    "Throughout",
    "allowed",
    "allowed_by",
    "expire_consents",
    "lift_limit",
    "object_to",
    "record_consent",
    "restrict",
    "shareable",
    "throughout",
    "withdraw_consent",
]

_PARTNERS: Final = "partner_sharing"
_REQUEST: Final = "request"
_EXPIRY: Final = "expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentInput:
    """`effective_at` None is now; `text_version` is the one that the person read, in `text_locale`."""

    purpose: str
    channel: str = ANY_CHANNEL
    text_version: int
    text_locale: str = "en"
    evidence: str
    document_id: UUID | None = None
    effective_at: datetime | None = None


async def shareable(ctx: Context, party_ids: Collection[UUID]) -> list[UUID]:
    """Of which of their referrals partners may be told (`backend.customers.sharing`)."""
    decided = await allowed(ctx, party_ids, _PARTNERS)
    return [party_id for party_id, decision in decided.items() if decision.allowed]


async def record_consent(ctx: Context, party_id: UUID, given: ConsentInput) -> ConsentEvent:
    """Needs the right on the customer, the text that was in use, and evidence."""
    await party_for(ctx, party_id, "record", "consent")
    loaded = purposes_on(ctx.policies, ctx.now.date())
    at = given.effective_at or ctx.now
    purpose = purpose_of(loaded.rules, given.purpose)
    _check(loaded.rules, purpose, given, at, ctx.now)
    await _check_document(ctx, loaded.rules, given, party_id)
    event = _event(ctx, loaded, party_id, given.purpose, given.channel, ConsentAct.GIVEN, given.evidence, at)
    event.text_version, event.text_locale, event.document_id = given.text_version, given.text_locale, given.document_id
    event.expires_on = rules.expiry(purpose, at.date())
    return await _add(ctx, event, "consent.give", loaded)


async def withdraw_consent(
    ctx: Context, party_id: UUID, purpose: str, channel: str = ANY_CHANNEL, evidence: str = _REQUEST
) -> ConsentEvent:
    """As easy as giving it (GDPR art. 7(3)): no text, no document. Raises ConsentNotInForce."""
    await party_for(ctx, party_id, "record", "consent")
    loaded = purposes_on(ctx.policies, ctx.now.date())
    _known_channel(purpose, purpose_of(loaded.rules, purpose), channel)
    if loaded.rules.kind_of_evidence(evidence) is None:
        raise EvidenceUnknown(field="evidence", evidence=evidence, known=_codes(loaded.rules))
    if not await _in_force(ctx, party_id, purpose, channel):
        raise ConsentNotInForce(purpose=purpose)
    event = _event(ctx, loaded, party_id, purpose, channel, ConsentAct.WITHDRAWN, evidence, ctx.now)
    return await _add(ctx, event, "consent.withdraw", loaded)


async def _in_force(ctx: Context, party_id: UUID, purpose: str, channel: str) -> bool:
    """A consent for any channel can be withdrawn for one; for any channel, when there is a consent on one of them."""
    asked = [channel]
    if channel == ANY_CHANNEL:
        asked = list(purpose_of(purposes_on(ctx.policies, ctx.now.date()).rules, purpose).all_channels)
    record = await queries.recorded(ctx, [party_id], purpose, list({*asked, ANY_CHANNEL}), ctx.now.date())
    acts = record.parties[party_id].acts
    return any(rules.consent_in_force(acts, each, ctx.now.date()) for each in asked)


async def expire_consents(ctx: Context, limit: int = 200) -> int:
    """For the schedule: a line for each consent that ran out; call again while it answers more than 0."""
    ctx.require("expire", "consent", Facts(tenant_id=ctx.actor.tenant_id))
    ended = await queries.over(ctx, ctx.now.date(), limit)
    loaded = purposes_on(ctx.policies, ctx.now.date())
    for consent in ended:
        event = _event(
            ctx, loaded, consent.party_id, consent.purpose, consent.channel, ConsentAct.EXPIRED, _EXPIRY, ctx.now
        )
        event.expires_on = consent.expires_on
        await _add(ctx, event, "consent.expire", loaded)
    return len(ended)


async def restrict(ctx: Context, party_id: UUID, ground: str, request_id: UUID | None) -> ProcessingLimit:
    """Part of a use case whose right was required there; processing stops but for what the rule-set lets go on."""
    return await _limit(ctx, party_id, LimitKind.RESTRICTION, None, ground, request_id)


async def object_to(
    ctx: Context, party_id: UUID, purpose: str, ground: str, request_id: UUID | None
) -> ProcessingLimit | None:
    """Of a purpose that rests on consent the consent ends instead; against contract and law nothing can be done."""
    loaded = purposes_on(ctx.policies, ctx.now.date())
    decided = (await allowed(ctx, [party_id], purpose))[party_id]
    if decided.basis is Basis.CONSENT:
        event = _event(ctx, loaded, party_id, purpose, ANY_CHANNEL, ConsentAct.WITHDRAWN, _REQUEST, ctx.now)
        await _add(ctx, event, "consent.withdraw", loaded)
        return None
    return await _limit(ctx, party_id, LimitKind.OBJECTION, purpose, ground, request_id)


async def lift_limit(ctx: Context, limit_id: UUID) -> ProcessingLimit:
    """The person is told before a restriction is lifted (GDPR art. 18(3)); that is the caller's affair."""
    limit = await ctx.session.get_one(ProcessingLimit, limit_id)
    ctx.require("handle", "privacy_request", await facts(ctx, limit.party_id))
    if limit.until is None:
        async with ctx.audit("processing.release", ("party", limit.party_id)):
            limit.until, limit.lifted_by = ctx.now, ctx.actor.id
        await ctx.emit("processing.released", limit.party_id, {"kind": limit.kind})
    return limit


async def _limit(
    ctx: Context, party_id: UUID, kind: LimitKind, purpose: str | None, ground: str, request_id: UUID | None
) -> ProcessingLimit:
    same = select(ProcessingLimit).where(
        ProcessingLimit.party_id == party_id,
        ProcessingLimit.kind == kind,
        col(ProcessingLimit.purpose).is_not_distinct_from(purpose),
        col(ProcessingLimit.until).is_(None),
    )
    standing = (await ctx.session.scalars(same)).first()
    if standing is not None:
        return standing
    limit = ProcessingLimit(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=kind,
        purpose=purpose,
        ground=ground,
        request_id=request_id,
        since=ctx.now,
        set_by=ctx.actor.id,
    )
    action = "processing.restrict" if kind is LimitKind.RESTRICTION else "processing.object"
    async with ctx.audit(action, ("party", party_id), reason=ground):
        ctx.session.add(limit)
    await ctx.emit("processing.limited", party_id, {"kind": kind.value, "purpose": purpose})
    return limit


def _check(rules_: Purposes, purpose: Purpose, given: ConsentInput, at: datetime, now: datetime) -> None:
    if not any(ground.basis is Basis.CONSENT for ground in purpose.bases):
        raise PurposeNeedsNoConsent(field="purpose", purpose=given.purpose)
    _known_channel(given.purpose, purpose, given.channel)
    if at > now:
        raise ConsentInFuture(field="effective_at")
    if _text(purpose, given.text_version, at.date()) is None:
        raise TextVersionUnknown(
            field="text_version", purpose=given.purpose, version=given.text_version, day=at.date().isoformat()
        )
    if rules_.kind_of_evidence(given.evidence) is None:
        raise EvidenceUnknown(field="evidence", evidence=given.evidence, known=_codes(rules_))


async def _check_document(ctx: Context, rules_: Purposes, given: ConsentInput, party_id: UUID) -> None:
    """The document is on this very party's record."""
    kind = rules_.kind_of_evidence(given.evidence)
    document = None if given.document_id is None else await ctx.session.get(Document, given.document_id)
    wanted = kind is not None and kind.document
    if (wanted or given.document_id is not None) and (document is None or document.party_id != party_id):
        raise EvidenceDocumentMissing(field="document_id")


def _text(purpose: Purpose, version: int, day: date) -> ConsentText | None:
    return next((text for text in purpose.texts if text.version == version and text.effective_from <= day), None)


def _known_channel(name: str, purpose: Purpose, channel: str) -> None:
    if channel not in purpose.all_channels:
        raise ChannelUnknown(field="channel", channel=channel, purpose=name, known=", ".join(purpose.all_channels))


def _codes(rules_: Purposes) -> str:
    return ", ".join(each.code for each in rules_.evidence)


def _event(
    ctx: Context,
    loaded: Loaded[Purposes],
    party_id: UUID,
    purpose: str,
    channel: str,
    act: ConsentAct,
    evidence: str,
    at: datetime,
) -> ConsentEvent:
    return ConsentEvent(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        purpose=purpose,
        channel=channel,
        act=act,
        ruleset=loaded.sha256,
        evidence=evidence,
        effective_at=at,
        recorded_by=ctx.actor.id,
        recorded_at=ctx.now,
    )


async def _add(ctx: Context, event: ConsentEvent, action: str, loaded: Loaded[Purposes]) -> ConsentEvent:
    async with ctx.audit(action, ("party", event.party_id), reason=event.purpose, ruleset=loaded.sha256):
        ctx.session.add(event)
    payload = {"party": str(event.party_id), "purpose": event.purpose, "channel": event.channel, "act": event.act}
    await ctx.emit("consent.changed", event.id, payload)
    return event
