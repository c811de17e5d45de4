"""Prospects are followed up, and converted or closed."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.queries.sight import facts
from backend.engagement.prospects import applications, queries
from backend.engagement.prospects.errors import (
    ProspectEnded,
    ProspectWordsTooLong,
    WordUnknown,
)
from backend.engagement.prospects.models import Prospect, ProspectState, ProspectStep, Source
from backend.engagement.prospects.ruleset import ProspectRules, Word, prospect_rules
from backend.engagement.prospects.service.days import refuse_past

_WORDS: Final = ("prospect_step", "words")
_LOST: Final = "lost"


async def follow_up(
    ctx: Context, prospect_id: UUID, contact: str, *, note: str | None = None, next_step_on: date | None = None
) -> Prospect:
    """One contact; `next_step_on` None leaves nothing planned. Raises ProspectEnded, WordUnknown, NextStepPast."""
    row = await _open(ctx, prospect_id)
    rules = prospect_rules(ctx.policies, ctx.now.date()).rules
    _known(contact, rules.contacts, "contact")
    refuse_past(ctx, next_step_on)
    async with ctx.audit("prospect.follow_up", ("party", row.party_id), reason=contact):
        await _step(ctx, row, contact, note, rules)
        row.state, row.next_step_on = ProspectState.FOLLOWED_UP, next_step_on
    await ctx.emit("prospect.followed_up", row.id, {"party": str(row.party_id), "contact": contact})
    return row


async def convert(
    ctx: Context,
    prospect_id: UUID,
    *,
    purpose: str,
    jurisdiction: str,
    products: Sequence[str] | None = None,
    channel: str | None = None,
) -> Prospect:
    """Opens an application for what the prospect is interested in, through the channel of the source unless said.

    Raises ProspectEnded, NoApplications, and what opening an application raises.
    """
    row = await _open(ctx, prospect_id)
    wanted = row.interest if products is None else products
    through = prospect_rules(ctx.policies, ctx.now.date()).rules.channels[Source(row.source)]
    case_id = await applications.opener()(
        ctx,
        party_id=row.party_id,
        purpose=purpose,
        jurisdiction=jurisdiction,
        products=wanted,
        channel=channel or through,
    )
    async with ctx.audit("prospect.convert", ("party", row.party_id)):
        row.state, row.case_id, row.ended_at, row.next_step_on = ProspectState.CONVERTED, case_id, ctx.now, None
        row.last_step_at = ctx.now
    payload = {"party": str(row.party_id), "case": str(case_id), "source": row.source}
    await ctx.emit("prospect.converted", row.id, payload)
    return row


async def lose(ctx: Context, prospect_id: UUID, reason: str, note: str | None = None) -> Prospect:
    """Nothing came of it; the record is erased after the retention period. Raises ProspectEnded, WordUnknown."""
    row = await _open(ctx, prospect_id)
    rules = prospect_rules(ctx.policies, ctx.now.date()).rules
    _known(reason, rules.lost, "reason")
    async with ctx.audit("prospect.lose", ("party", row.party_id), reason=reason):
        await _step(ctx, row, _LOST, note, rules)
        row.state, row.lost_reason, row.ended_at, row.next_step_on = ProspectState.LOST, reason, ctx.now, None
    await ctx.emit("prospect.lost", row.id, {"party": str(row.party_id), "reason": reason})
    return row


async def _open(ctx: Context, prospect_id: UUID) -> Prospect:
    row = await queries.prospect(ctx, prospect_id, lock=True)
    ctx.require("work", queries.OBJECT, await facts(ctx, row.party_id))
    if row.state not in queries.OPEN:
        raise ProspectEnded()
    return row


async def _step(ctx: Context, row: Prospect, contact: str, note: str | None, rules: ProspectRules) -> None:
    """Within the open entry."""
    words = (note or "").strip() or None
    if words is not None and len(words) > rules.note_characters:
        raise ProspectWordsTooLong(field="note", limit=rules.note_characters)
    await ctx.vault.load([row.party_id])
    step_id = new_id()
    ctx.session.add(
        ProspectStep(
            id=step_id,
            tenant_id=ctx.actor.tenant_id,
            prospect_id=row.id,
            party_id=row.party_id,
            contact=contact,
            words=ctx.vault.seal_optional(*_WORDS, step_id, row.party_id, words),
            at=ctx.now,
            by=ctx.actor.id,
        )
    )
    row.last_step_at = ctx.now


def _known(word: str, words: Sequence[Word], field: str) -> None:
    codes = [each.code for each in words]
    if word not in codes:
        raise WordUnknown(field=field, word=word, known=", ".join(codes))
