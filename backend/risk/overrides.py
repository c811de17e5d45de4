"""Another level than the computed one: proposed by a person, agreed by a second, for a time, and never for ever.

It cannot undercut a mandatory level, and it is reopened, and the computed level counts again, as soon as that rises
above it (rating does so in passing).
"""

from datetime import date
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.customers.queries import facts as party_facts
from backend.risk import queries, rulebook
from backend.risk.errors import NotRated, OverrideDecided, OverrideOpen, OverrideRefused, RatingErased, RatingMoved
from backend.risk.models import Cause, OverrideState, RiskOverride, RiskRating
from backend.risk.rating import opened, rate
from risk_models import crr
from risk_models.crr_book import Rating
from risk_models.crr_lookup import plan_of
from risk_models.crr_override import Proposal, Refusal, refusals

_NOTE: Final = ("risk_override", "note")
WHY: Final = {
    Refusal.REASON: "the reason is not among those of the rule-set",
    Refusal.NO_SECOND: "a second person has to agree",
    Refusal.SAME_PERSON: "a second person has to agree, not the one who proposed it",
    Refusal.NOT_LATER: "it has to end on a later day than it begins",
    Refusal.TOO_LONG: "it would hold longer than the rule-set allows",
    Refusal.LEVEL: "the rule-set has no such level",
    Refusal.MANDATORY: "a mandatory level stands above it",
    Refusal.NO_CHANGE: "it is the computed level already",
}
_FIELD: Final = {
    Refusal.REASON: "reason",
    Refusal.NOT_LATER: "expires_on",
    Refusal.TOO_LONG: "expires_on",
}


async def propose(
    ctx: Context, party_id: UUID, *, level: str, reason: str, note: str, expires_on: date
) -> RiskOverride:
    """Raises NotRated, OverrideOpen, OverrideRefused."""
    await queries.seen(ctx, party_id, "override_propose")
    current, rating = await _current(ctx, party_id)
    if any(row.state == OverrideState.PROPOSED for row in await queries.overrides_of(ctx, party_id)):
        raise OverrideOpen()
    row = RiskOverride(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        scheme=current.scheme,
        level=level,
        computed_then=current.computed,
        reason=reason,
        note=b"",
        effective_from=ctx.now.date(),
        expires_on=expires_on,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    _refuse(ctx, row, current, rating, approver=None)
    row.note = ctx.vault.seal(*_NOTE, row.id, party_id, note.strip())
    async with ctx.audit("risk.override.propose", ("party", party_id), reason=reason, ruleset=current.digest):
        ctx.session.add(row)
    await _announce(ctx, row, "proposed")
    return row


async def approve(ctx: Context, override_id: UUID) -> RiskOverride:
    """By another person, against the same computed level as when it was proposed. Run it SERIALIZABLE.

    Raises OverrideDecided, RatingMoved, OverrideRefused.
    """
    row = await _undecided(ctx, override_id)
    current, rating = await _current(ctx, row.party_id)
    if current.computed != row.computed_then or current.scheme != row.scheme:
        raise RatingMoved()
    row.effective_from = ctx.now.date()
    _refuse(ctx, row, current, rating, approver=ctx.actor.id)
    former = (await queries.in_force(ctx, [row.party_id])).get(row.party_id)
    if former is not None:
        async with ctx.audit("risk.override.replace", ("party", row.party_id)):
            former.state, former.closed_at = OverrideState.REPLACED, ctx.now
    async with ctx.audit("risk.override.approve", ("party", row.party_id), reason=row.reason, ruleset=current.digest):
        row.state, row.decided_by, row.decided_at = OverrideState.IN_FORCE, ctx.actor.id, ctx.now
    await rate(ctx, [row.party_id], Cause.OVERRIDE)
    await _announce(ctx, row, "approved")
    return row


async def reject(ctx: Context, override_id: UUID) -> RiskOverride:
    row = await _undecided(ctx, override_id)
    async with ctx.audit("risk.override.reject", ("party", row.party_id), reason=row.reason):
        row.state, row.decided_by, row.decided_at = OverrideState.REJECTED, ctx.actor.id, ctx.now
        row.closed_at = ctx.now
    await _announce(ctx, row, "rejected")
    return row


async def withdraw(ctx: Context, override_id: UUID) -> RiskOverride:
    """What was proposed, or holds; the computed level counts again at once. Raises OverrideDecided."""
    row = await queries.override(ctx, override_id)
    ctx.require("override_propose", "rating", await party_facts(ctx, row.party_id))
    if row.state not in (OverrideState.PROPOSED, OverrideState.IN_FORCE):
        raise OverrideDecided()
    held = row.state == OverrideState.IN_FORCE
    async with ctx.audit("risk.override.withdraw", ("party", row.party_id), reason=row.reason):
        row.state, row.closed_at = OverrideState.WITHDRAWN, ctx.now
    if held:
        await rate(ctx, [row.party_id], Cause.OVERRIDE)
    await _announce(ctx, row, "withdrawn")
    return row


async def expire_due(ctx: Context, limit: int) -> int:
    """For the schedule: what is over is closed and its customer rated anew; how many were."""
    late = await queries.over(ctx, limit)
    await rate(ctx, [row.party_id for row in late], Cause.OVERRIDE)
    for row in late:
        if row.state == OverrideState.IN_FORCE:
            async with ctx.audit("risk.override.expire", ("party", row.party_id)):
                row.state, row.closed_at = OverrideState.EXPIRED, ctx.now
    return len(late)


def note_of(ctx: Context, row: RiskOverride) -> str:
    """The party's key is loaded."""
    return ctx.vault.open(*_NOTE, row.id, row.party_id, row.note)


async def mandatory(ctx: Context, party_id: UUID) -> str | None:
    """The level that no override of the customer may undercut now. Raises NotRated."""
    current, rating = await _current(ctx, party_id)
    return _mandatory(ctx, current, rating)


async def _current(ctx: Context, party_id: UUID) -> tuple[RiskRating, Rating]:
    current = (await queries.current(ctx, [party_id])).get(party_id)
    if current is None:
        raise NotRated()
    await ctx.vault.load([party_id])
    return current, await rulebook.by_digest(ctx, current.digest)


async def _undecided(ctx: Context, override_id: UUID) -> RiskOverride:
    """Raises OverrideNotFound, NotAllowed to who proposed it, OverrideDecided."""
    row = await queries.override(ctx, override_id)
    ctx.require("override_approve", "rating", _second(await party_facts(ctx, row.party_id), row.proposed_by))
    if row.state != OverrideState.PROPOSED:
        raise OverrideDecided()
    return row


def _second(found: Facts, proposer: UUID) -> Facts:
    """The four eyes are about the override, not about who once recorded the party."""
    return Facts(
        tenant_id=found.tenant_id,
        manager_id=found.manager_id,
        team_id=found.team_id,
        referred_by=found.referred_by,
        maker_id=proposer,
        deciders=frozenset(),
    )


def _refuse(ctx: Context, row: RiskOverride, current: RiskRating, rating: Rating, approver: UUID | None) -> None:
    proposal = Proposal(
        level=row.level,
        computed=current.computed,
        mandatory=_mandatory(ctx, current, rating),
        reason=row.reason,
        proposed_by=str(row.proposed_by),
        approved_by=None if approver is None else str(approver),
        decided_on=row.effective_from,
        expires_on=row.expires_on,
    )
    found = refusals(proposal, rating.rules)
    broken = [each for each in found if approver is not None or each is not Refusal.NO_SECOND]
    if broken:
        why = translate(ctx.actor.locale, WHY[broken[0]])
        raise OverrideRefused(why=why, field=_FIELD.get(broken[0], "level"))


def _mandatory(ctx: Context, current: RiskRating, rating: Rating) -> str | None:
    body: dict[str, Any] | None = opened(ctx, current)
    if body is None:
        raise RatingErased()
    places = {trigger.code: place for place, trigger in enumerate(plan_of(rating).triggers)}
    return crr.mandatory_level(sum(1 << places[code] for code in body["result"]["fired"]), rating)


async def _announce(ctx: Context, row: RiskOverride, what: str) -> None:
    await ctx.emit(f"rating.override_{what}", row.id, {"party": str(row.party_id), "level": row.level})
