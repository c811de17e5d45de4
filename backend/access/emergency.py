"""Emergency access ("break-glass"): more rights at once, without asking anybody, and everybody hears of it.

It needs a reason, ends by itself, is an entry, an event and work for the head of compliance, and is judged afterwards
by somebody else. The rule-set says who may take which rights, for how long, and for which reasons.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access import own_key, proof_queries
from backend.access.context import Context
from backend.access.proof_models import EmergencyAccess, EmergencyState
from backend.access.scopes import Facts
from backend.access.sign_in_errors import (
    EmergencyNotOffered,
    EmergencyNotOpen,
    EmergencyNotReviewable,
    EmergencyOpen,
    EmergencyReasonUnknown,
    EmergencyTicketMalformed,
    EmergencyTooLong,
    EmergencyUnknown,
    EmergencyWordsMissing,
)
from backend.access.sign_in_rules import EmergencyRole, EmergencyRules, sign_in_rules
from backend.core.ids import new_id

_TICKET: Final = re.compile(r"\A[\w./-]{1,40}\Z")
_SHORTEST, _LONGEST = 10, 500
_TABLE, _COLUMN = "emergency_access", "words"


@dataclass(frozen=True, slots=True)
class Told:
    access: EmergencyAccess
    words: str
    reviewable: bool


def offered(rules: EmergencyRules, roles: frozenset[str]) -> dict[str, EmergencyRole]:
    """The rights that somebody with these roles may take."""
    return {name: role for name, role in rules.roles.items() if role.open_to & roles}


async def open_access(
    ctx: Context, *, role: str, reason: str, words: str, minutes: int, ticket: str | None = None
) -> EmergencyAccess:
    """One at a time. Raises EmergencyNotOffered, EmergencyOpen, and for the input what is wrong with it."""
    loaded = sign_in_rules(ctx.policies, ctx.now.date())
    ctx.require("open", "emergency_access", Facts(tenant_id=ctx.actor.tenant_id, owner_id=ctx.actor.id))
    offer = offered(loaded.rules.emergency, ctx.actor.roles).get(role)
    if offer is None:
        raise EmergencyNotOffered()
    _check(loaded.rules.emergency, offer, reason, words, minutes, ticket)
    for earlier in await proof_queries.open_emergencies(ctx.session, user_id=ctx.actor.id):
        if earlier.until > ctx.now:
            raise EmergencyOpen()
        await _end(ctx, earlier)
    await own_key.ensure(ctx, ctx.actor.id)
    access = EmergencyAccess(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        user_id=ctx.actor.id,
        role=role,
        reason=reason,
        ticket=ticket or None,
        words=b"",
        opened_at=ctx.now,
        until=ctx.now + timedelta(minutes=minutes),
    )
    access.words = ctx.vault.seal(_TABLE, _COLUMN, access.id, ctx.actor.id, words.strip())
    async with ctx.audit("emergency.open", ("staff_user", ctx.actor.id), reason=reason, ruleset=loaded.sha256):
        ctx.session.add(access)
    await ctx.emit("emergency.opened", access.id, {"user": str(ctx.actor.id), "role": role, "reason": reason})
    return access


async def end_own(ctx: Context, access_id: UUID) -> EmergencyAccess:
    """Before its time. Raises EmergencyUnknown, EmergencyNotOpen."""
    access = await _locked(ctx, access_id)
    if access.user_id != ctx.actor.id:
        raise EmergencyUnknown()
    if access.state != EmergencyState.OPEN:
        raise EmergencyNotOpen()
    await _end(ctx, access)
    return access


async def end_due(ctx: Context, limit: int) -> int:
    """Its rights end at the instant without this; here the log and the reviewer are told."""
    due = await proof_queries.open_emergencies(ctx.session, before=ctx.now, limit=limit)
    for access in due:
        await _end(ctx, access)
    return len(due)


async def review(ctx: Context, access_id: UUID, *, justified: bool) -> EmergencyAccess:
    """By somebody else, once it is over. Raises EmergencyUnknown, EmergencyNotReviewable."""
    access = await _locked(ctx, access_id)
    ctx.require("review", "emergency_access", facts(access))
    if access.state == EmergencyState.OPEN and access.until <= ctx.now:
        await _end(ctx, access)
    if access.state != EmergencyState.ENDED:
        raise EmergencyNotReviewable()
    action = "emergency.accept" if justified else "emergency.abuse"
    async with ctx.audit(action, ("staff_user", access.user_id), reason=access.reason):
        access.state = EmergencyState.ACCEPTED if justified else EmergencyState.ABUSE
        access.reviewed_by, access.reviewed_at = ctx.actor.id, ctx.now
    await ctx.emit("emergency.reviewed", access.id, {"user": str(access.user_id), "justified": justified})
    return access


async def listed(ctx: Context) -> list[Told]:
    """Those that the reader may see: everybody's, or one's own. Reading others' reasons is an entry."""
    whole = ctx.may("view", "emergency_access", Facts(tenant_id=ctx.actor.tenant_id))
    rows = await proof_queries.emergencies(ctx.session, None if whole else ctx.actor.id)
    shown = [row for row in rows if ctx.may("view", "emergency_access", facts(row))]
    await ctx.vault.load({row.user_id for row in shown})
    if any(row.user_id != ctx.actor.id for row in shown):
        await ctx.trail.note("emergency.view", ("tenant", ctx.actor.tenant_id))
    return [_told(ctx, row) for row in shown]


async def find(ctx: Context, access_id: UUID) -> Told:
    """Raises EmergencyUnknown, also for what the reader may not see."""
    found = next((told for told in await listed(ctx) if told.access.id == access_id), None)
    if found is None:
        raise EmergencyUnknown()
    return found


def _told(ctx: Context, row: EmergencyAccess) -> Told:
    words = ctx.vault.open(_TABLE, _COLUMN, row.id, row.user_id, row.words)
    over = row.state == EmergencyState.ENDED or (row.state == EmergencyState.OPEN and row.until <= ctx.now)
    return Told(row, words, over and ctx.may("review", "emergency_access", facts(row)))


def _check(
    rules: EmergencyRules, offer: EmergencyRole, reason: str, words: str, minutes: int, ticket: str | None
) -> None:
    if reason not in rules.reasons:
        raise EmergencyReasonUnknown(field="reason")
    if not _SHORTEST <= len(words.strip()) <= _LONGEST:
        raise EmergencyWordsMissing(field="words")
    if ticket and not _TICKET.match(ticket):
        raise EmergencyTicketMalformed(field="ticket")
    if not 1 <= minutes <= offer.longest_minutes:
        raise EmergencyTooLong(field="minutes", longest=offer.longest_minutes)


async def _end(ctx: Context, access: EmergencyAccess) -> None:
    async with ctx.audit("emergency.end", ("staff_user", access.user_id), reason=access.reason):
        access.state, access.ended_at = EmergencyState.ENDED, min(access.until, ctx.now)
    await ctx.emit("emergency.ended", access.id, {"user": str(access.user_id)})


async def _locked(ctx: Context, access_id: UUID) -> EmergencyAccess:
    access = await proof_queries.emergency_for_update(ctx.session, access_id)
    if access is None:
        raise EmergencyUnknown()
    return access


def facts(access: EmergencyAccess) -> Facts:
    return Facts(
        tenant_id=access.tenant_id,
        owner_id=access.user_id,
        maker_id=access.user_id,
        subject_id=access.user_id,
        deciders=frozenset(),
    )
