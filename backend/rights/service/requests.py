"""A request of a data subject from receipt to answer: identified, extended, put off, refused, fulfilled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.consent import service as consent
from backend.consent.rulesets import purposes_on
from backend.core.ids import new_id
from backend.customers.numbering import customer_number
from backend.customers.service.loading import party_for
from backend.rights import queries, rules
from backend.rights.errors import (
    ErasureNotDue,
    ExtensionNotAllowed,
    PackageMissing,
    PurposesMissing,
    ReceiptOutOfRange,
    RequestRepeated,
    RequestState,
)
from backend.rights.models import Erasure, PrivacyRequest, RequestKind
from backend.rights.models import RequestState as State
from backend.rights.rulesets import RequestRules, request_rules
from backend.rights.service.loading import (
    calendar,
    judged_whole,
    keeping_documents,
    known,
    lock,
    request_for,
    retention,
    rules_of,
    step,
)

SUBJECT: Final = "privacy_request"
_LATEST_ENTRY_DAYS: Final = 31
_PACKAGED: Final = frozenset({RequestKind.ACCESS, RequestKind.PORTABILITY})
_QUEUE, _APPROVALS = "privacy.requests", "privacy.approvals"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInput:
    """`received_on` is the day on which it reached the institution, by whatever door; None is today."""

    kind: RequestKind
    channel: str
    received_on: date | None = None
    details: str | None = None
    purposes: Sequence[str] = ()
    jurisdiction: str | None = None


async def receive(ctx: Context, party_id: UUID, given: RequestInput) -> PrivacyRequest:
    """The clock starts with the day of receipt; the work is due a few days before the law's own date."""
    await party_for(ctx, party_id, "receive", "privacy_request")
    jurisdiction = given.jurisdiction or await queries.jurisdiction(ctx)
    loaded = request_rules(ctx.policies, jurisdiction, ctx.now.date())
    received_on = given.received_on or ctx.now.date()
    _check(ctx, given, received_on)
    if await queries.open_request(ctx, party_id, given.kind) is not None:
        raise RequestRepeated(kind=given.kind.value)
    request_id = new_id()
    due_on = rules.deadline(loaded.rules, given.kind, received_on, calendar(ctx))
    request = PrivacyRequest(
        id=request_id,
        tenant_id=ctx.actor.tenant_id,
        number=f"R{customer_number(request_id)[1:]}",
        kind=given.kind,
        party_id=party_id,
        jurisdiction=jurisdiction,
        ruleset=loaded.sha256,
        channel=given.channel,
        purposes=list(given.purposes),
        details=ctx.vault.seal_optional(SUBJECT, "details", request_id, party_id, given.details),
        received_at=datetime.combine(received_on, ctx.now.timetz()),
        received_by=ctx.actor.id,
        first_due_on=due_on,
        due_on=due_on,
    )
    async with ctx.audit("privacy.request.receive", (SUBJECT, request_id), reason=given.kind, ruleset=loaded.sha256):
        ctx.session.add(request)
    await _queue(ctx, request, loaded.rules)
    await ctx.emit("privacy.request_received", request_id, {"party": str(party_id), "kind": given.kind.value})
    return request


def _check(ctx: Context, given: RequestInput, received_on: date) -> None:
    today = ctx.now.date()
    if not today - timedelta(days=_LATEST_ENTRY_DAYS) <= received_on <= today:
        raise ReceiptOutOfRange(field="received_on", days=_LATEST_ENTRY_DAYS)
    purposes = purposes_on(ctx.policies, today).rules.purposes
    if given.kind is RequestKind.OBJECTION and (not given.purposes or set(given.purposes) - purposes.keys()):
        raise PurposesMissing(field="purposes")


async def _queue(ctx: Context, request: PrivacyRequest, under: RequestRules) -> None:
    """Queued, or moved: the item's own time is the day on which somebody has to be warned."""
    day = max(rules.warn_on(under, request.due_on), ctx.now.date())
    due_at = datetime.combine(day, time(16, 0), UTC)
    placement = Placement(queue=_QUEUE, kind="privacy.request", due_at=due_at)
    await casework.move(ctx, (SUBJECT, request.id), placement, request.party_id)


async def identify(ctx: Context, request_id: UUID, method: str) -> PrivacyRequest:
    """Nothing is disclosed or erased before somebody has said how the person was identified (GDPR art. 12(6))."""
    request = await request_for(ctx, request_id, "handle")
    known(method, rules_of(ctx, request).identity_methods, "method")
    async with ctx.audit("privacy.request.identify", (SUBJECT, request.id), reason=method):
        step(request, State.IN_PROGRESS)
        request.identity_method, request.identified_by, request.identified_at = method, ctx.actor.id, ctx.now
    return request


async def extend(ctx: Context, request_id: UUID, reason: str) -> PrivacyRequest:
    """Once, before the time has run out, and the person is told why."""
    request = await request_for(ctx, request_id, "handle")
    under = rules_of(ctx, request)
    known(reason, under.extension_reasons, "reason")
    longer = rules.extended(under, request.due_on, calendar(ctx))
    running = request.state in {State.RECEIVED, State.IN_PROGRESS}
    if longer is None or request.extended_at is not None or request.due_on < ctx.now.date() or not running:
        raise ExtensionNotAllowed()
    async with ctx.audit("privacy.request.extend", (SUBJECT, request.id), reason=reason, ruleset=request.ruleset):
        request.extension_reason, request.extended_at, request.due_on = reason, ctx.now, longer
        request.warned_at = None
    await _queue(ctx, request, under)
    await ctx.emit("privacy.request_extended", request.id, {"party": str(request.party_id)})
    return request


async def refuse(ctx: Context, request_id: UUID, reason: str) -> PrivacyRequest:
    request = await request_for(ctx, request_id, "handle")
    known(reason, rules_of(ctx, request).refusal_reasons, "reason")
    return await _close(ctx, request, State.REFUSED, "privacy.request.refuse", reason)


async def withdraw(ctx: Context, request_id: UUID) -> PrivacyRequest:
    request = await request_for(ctx, request_id, "handle")
    if request.approved_by is not None:
        raise RequestState(state=request.state)
    return await _close(ctx, request, State.WITHDRAWN, "privacy.request.withdraw", "withdrawn_by_person")


async def fulfil(ctx: Context, request_id: UUID) -> PrivacyRequest:
    """What was asked for takes effect with it. An erasure has a way of its own, with a second person."""
    request = await request_for(ctx, request_id, "handle")
    kind = RequestKind(request.kind)
    if kind is RequestKind.ERASURE or request.state != State.IN_PROGRESS:
        raise RequestState(state=request.state)
    if kind in _PACKAGED and request.package_sha256 is None:
        raise PackageMissing()
    if kind is RequestKind.RESTRICTION:
        await consent.restrict(ctx, request.party_id, "request", request.id)
    if kind is RequestKind.OBJECTION:
        for purpose in request.purposes:
            await consent.object_to(ctx, request.party_id, purpose, "request", request.id)
    return await _close(ctx, request, State.FULFILLED, "privacy.request.fulfil", kind)


async def propose_erasure(ctx: Context, request_id: UUID) -> PrivacyRequest:
    """Put off, with the reasons and the day, while something keeps the data; otherwise a second person decides."""
    request = await request_for(ctx, request_id, "handle")
    if request.kind != RequestKind.ERASURE or request.state != State.IN_PROGRESS:
        raise RequestState(state=request.state)
    await lock(ctx, request.party_id)
    under = await retention(ctx)
    verdict = await judged_whole(ctx, request.party_id, under.rules)
    if not verdict.erasable:
        await _defer(ctx, request, keeping_documents(verdict), verdict.free_from, under.sha256)
        return request
    async with ctx.audit("privacy.request.propose", (SUBJECT, request.id), ruleset=under.sha256):
        step(request, State.PENDING_APPROVAL)
        request.proposed_by = ctx.actor.id
    placement = Placement(queue=_APPROVALS, kind="privacy.approval", excluded_id=ctx.actor.id)
    await casework.move(ctx, (SUBJECT, request.id), placement, request.party_id)
    return request


async def _defer(
    ctx: Context, request: PrivacyRequest, reasons: list[dict[str, object]], until: date | None, ruleset: str
) -> None:
    async with ctx.audit("privacy.request.defer", (SUBJECT, request.id), reason="must_be_kept", ruleset=ruleset):
        step(request, State.DEFERRED)
        request.deferral, request.deferred_until = reasons, until
        request.proposed_by = request.approved_by = None
    await casework.move(ctx, (SUBJECT, request.id), None)
    await ctx.emit("privacy.request_deferred", request.id, {"party": str(request.party_id)})


async def approve_erasure(ctx: Context, request_id: UUID) -> PrivacyRequest:
    """By somebody else than the proposer; run SERIALIZABLE. What has come to keep the data since then refuses it."""
    seen = await queries.request(ctx, request_id)
    request = await request_for(ctx, request_id, "approve", maker_id=seen.proposed_by)
    if request.state != State.PENDING_APPROVAL or request.approved_by is not None or request.proposed_by is None:
        raise RequestState(state=request.state)
    await lock(ctx, request.party_id)
    under = await retention(ctx)
    verdict = await judged_whole(ctx, request.party_id, under.rules)
    if not verdict.erasable:
        raise ErasureNotDue(reasons=", ".join(str(each["code"]) for each in keeping_documents(verdict)))
    async with ctx.audit("erasure.approve", (SUBJECT, request.id), reason="request", ruleset=under.sha256):
        request.approved_by = ctx.actor.id
        ctx.session.add(
            Erasure(
                id=new_id(),
                tenant_id=ctx.actor.tenant_id,
                party_id=request.party_id,
                ground="request",
                request_id=request.id,
                ruleset=under.sha256,
                proposed_by=request.proposed_by,
                approved_by=ctx.actor.id,
                approved_at=ctx.now,
                counts={},
            )
        )
    await casework.move(ctx, (SUBJECT, request.id), None)
    await ctx.emit("erasure.approved", request.id, {"party": str(request.party_id)})
    return request


async def return_erasure(ctx: Context, request_id: UUID, reason: str) -> PrivacyRequest:
    """The second person does not agree; the request is worked on again."""
    seen = await queries.request(ctx, request_id)
    request = await request_for(ctx, request_id, "approve", maker_id=seen.proposed_by)
    under = rules_of(ctx, request)
    known(reason, under.refusal_reasons, "reason")
    if request.state != State.PENDING_APPROVAL or request.approved_by is not None:
        raise RequestState(state=request.state)
    async with ctx.audit("privacy.request.return", (SUBJECT, request.id), reason=reason):
        step(request, State.IN_PROGRESS)
        request.proposed_by = None
    await _queue(ctx, request, under)
    return request


async def cancelled_erasure(ctx: Context, request_id: UUID) -> None:
    """Something came to keep the data between approval and destruction; part of the erasure's own use case."""
    request = await queries.request(ctx, request_id)
    under = await retention(ctx)
    verdict = await judged_whole(ctx, request.party_id, under.rules)
    await _defer(ctx, request, keeping_documents(verdict), verdict.free_from, under.sha256)


async def erased(ctx: Context, request_id: UUID) -> None:
    """Part of the erasure's own use case: it is complete."""
    request = await queries.request(ctx, request_id)
    await _close(ctx, request, State.FULFILLED, "privacy.request.fulfil", RequestKind.ERASURE)


async def _close(ctx: Context, request: PrivacyRequest, state: State, action: str, reason: str) -> PrivacyRequest:
    async with ctx.audit(action, (SUBJECT, request.id), reason=reason, ruleset=request.ruleset):
        step(request, state)
        request.outcome, request.closed_at, request.closed_by = reason, ctx.now, ctx.actor.id
    await casework.move(ctx, (SUBJECT, request.id), None)
    payload = {"party": str(request.party_id), "kind": request.kind, "outcome": reason}
    await ctx.emit(f"privacy.request_{state.value}", request.id, payload)
    return request


async def watch(ctx: Context, limit: int = 100) -> int:
    """For the schedule: warns before a date is missed, and records it when one was; run again until 0."""
    ctx.require("watch", "privacy_request", Facts(tenant_id=ctx.actor.tenant_id))
    today, noted = ctx.now.date(), 0
    farthest = today + timedelta(days=_LATEST_ENTRY_DAYS)
    for request in await queries.ending(ctx, farthest, limit):
        if request.due_on < today and request.breached_at is None:
            await _note(ctx, request, "privacy.request.breach", "breached_at")
        elif request.warned_at is None and rules.warn_on(rules_of(ctx, request), request.due_on) <= today:
            await _note(ctx, request, "privacy.request.warn", "warned_at")
        else:
            continue
        noted += 1
    return noted


async def _note(ctx: Context, request: PrivacyRequest, action: str, column: str) -> None:
    async with ctx.audit(action, (SUBJECT, request.id), ruleset=request.ruleset):
        setattr(request, column, ctx.now)
        request.warned_at = request.warned_at or ctx.now
    payload = {"party": str(request.party_id), "due_on": request.due_on.isoformat()}
    await ctx.emit(action.replace("request.", "request_"), request.id, payload)


async def take_up_deferred(ctx: Context, page: int = 200) -> int:
    """For the schedule: requests that nothing keeps from being carried out any more get a date of their own again."""
    ctx.require("watch", "privacy_request", Facts(tenant_id=ctx.actor.tenant_id))
    under = await retention(ctx)
    resumed, after = 0, None
    while waiting := await queries.deferred(ctx, after, page):
        for request in waiting:
            if (await judged_whole(ctx, request.party_id, under.rules)).erasable:
                await _resume(ctx, request, under.sha256)
                resumed += 1
        after = waiting[-1].id
    return resumed


async def _resume(ctx: Context, request: PrivacyRequest, ruleset: str) -> None:
    own = request_rules(ctx.policies, request.jurisdiction, ctx.now.date()).rules
    async with ctx.audit("privacy.request.resume", (SUBJECT, request.id), reason="no_longer_kept", ruleset=ruleset):
        step(request, State.IN_PROGRESS)
        request.due_on = rules.deadline(own, RequestKind(request.kind), ctx.now.date(), calendar(ctx))
        request.warned_at = request.breached_at = None
    await _queue(ctx, request, own)
