"""Alerts of a record that was merged into another go over to it: decisions are not made twice, nor lost.

A pair that only the former record had moves as it is: its alert, what was decided, what was noted. Where both records
had it, the survivor's alert goes on, as cautious as the two were together, and shows what was decided and noted on the
other (queries.joined_of). The former record's rows keep their words under its own key, which stays with the record.
"""

from collections.abc import Collection
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.screening.alerts import events, queries, rules
from backend.screening.alerts.acting import subject
from backend.screening.alerts.models import ACTIVE, DECIDED, JOINED, MERGED, AlertState, ScreeningAlert, ScreeningMerge
from backend.screening.alerts.positions import apply, position
from backend.screening.models import ScreenedParty


async def carry_over(ctx: Context, party_id: UUID) -> int:
    """How many former records the party's alerts now speak for besides; 0 where all is carried over already."""
    formers = await queries.formers_to_carry(ctx, party_id)
    if not formers:
        return 0
    known = {(alert.list_id, alert.entity_ref): alert for alert in await queries.of_party(ctx, party_id)}
    await ctx.vault.load([party_id, *formers])
    for former_id in formers:
        for alert in await queries.of_party(ctx, former_id):
            mine = known.setdefault((alert.list_id, alert.entity_ref), alert)
            await (_move(ctx, alert, party_id) if mine is alert else _join(ctx, mine, alert))
        await _note(ctx, party_id, former_id)
    if any(alert.state in ACTIVE for alert in known.values()):
        await events.alerted(ctx, party_id)
    return len(formers)


async def looked_at(ctx: Context, merges: Collection[ScreeningMerge]) -> None:
    """A screening of everything has weighed what was decided before against the customer as it is."""
    for merge in merges:
        async with ctx.audit("screening.alert.carry", ("screening_merge", merge.id), reason="looked_at"):
            merge.looked_at = ctx.now


async def _note(ctx: Context, party_id: UUID, former_id: UUID) -> None:
    """What went over to the former record before belongs to the party as well."""
    merge = ScreeningMerge(
        id=new_id(), tenant_id=ctx.actor.tenant_id, party_id=party_id, former_id=former_id, carried_at=ctx.now
    )
    async with ctx.audit("screening.alert.carry", ("screening_merge", merge.id)):
        for earlier in await queries.merges_into(ctx, former_id):
            earlier.party_id = party_id
        ctx.session.add(merge)
    screened = await ctx.session.get(ScreenedParty, former_id)
    if screened is not None:
        await ctx.session.delete(screened)


async def _move(ctx: Context, alert: ScreeningAlert, party_id: UUID) -> None:
    former_id = alert.party_id
    kept = (await queries.comparisons_of(ctx, [alert.id]))[alert.id]
    async with ctx.audit("screening.alert.carry", subject(alert), reason="moved"):
        kept.explanation = ctx.vault.reseal(
            "screening_comparison", "explanation", kept.id, former_id, party_id, kept.explanation
        )
        alert.party_id = kept.party_id = party_id
    if alert.confirmed:
        await events.matched(ctx, alert)


async def _join(ctx: Context, mine: ScreeningAlert, theirs: ScreeningAlert) -> None:
    newly_confirmed = theirs.confirmed and not mine.confirmed
    after = rules.join(position(mine), position(theirs))
    async with ctx.audit("screening.alert.carry", subject(mine), reason="joined"):
        if after.state != mine.state and after.state is AlertState.OPEN:
            mine.opened_at, mine.cause, mine.suppressed = ctx.now, MERGED, 0
        apply(mine, after)
        mine.confirmed = mine.confirmed or theirs.confirmed
        if after.state in DECIDED and theirs.state in DECIDED:
            mine.remembered_until = min(filter(None, (mine.remembered_until, theirs.remembered_until)), default=None)
        apply(theirs, rules.give_up(position(theirs)))
        theirs.cause, theirs.confirmed = JOINED, False
    await events.moved(ctx, theirs)
    if newly_confirmed:
        await events.matched(ctx, mine)
