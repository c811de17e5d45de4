"""What every verb on an alert begins and ends with: seen, locked, allowed; then moved, under an entry and an event."""

from dataclasses import replace
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.audit.trail import Subject
from backend.screening.alerts import events, queries
from backend.screening.alerts.commenting import checked, write_comment
from backend.screening.alerts.errors import AlertMerged, AlertNotFound, NotAnAnalyst
from backend.screening.alerts.models import JOINED, ScreeningAlert
from backend.screening.alerts.positions import apply
from backend.screening.alerts.rules import Position


def subject(alert: ScreeningAlert) -> Subject:
    return queries.OBJECT, alert.id


async def allowed(ctx: Context, alert_id: UUID, action: str) -> ScreeningAlert:
    """The alert, locked until the transaction ends. Raises AlertNotFound, NotAllowed, AlertMerged."""
    found = (await queries.locked(ctx, [alert_id])).get(alert_id)
    if found is None:
        raise AlertNotFound()
    ctx.require(action, queries.OBJECT, queries.facts(found))
    if found.cause == JOINED:
        raise AlertMerged()
    return found


async def move(
    ctx: Context, alert: ScreeningAlert, at: Position, verb: str, *, reason: str | None = None, words: str | None = None
) -> ScreeningAlert:
    """To its next position, with a comment where somebody gave one."""
    text = None if words is None else checked(ctx, words)
    if text is not None:
        await ctx.vault.load([alert.party_id])
    async with ctx.audit(f"screening.alert.{verb}", subject(alert), reason=reason):
        apply(alert, at)
        if text is not None:
            write_comment(ctx, alert, text)
    await events.moved(ctx, alert)
    return alert


async def refuse_stranger(ctx: Context, alert: ScreeningAlert, person_id: UUID) -> None:
    """An alert is given to who may work on it today."""
    roles = await directory.roles_of(ctx.session, person_id, ctx.now)
    person = replace(ctx.actor, id=person_id, type="staff", roles=roles, team_id=None, on_behalf_of=None)
    if not ctx.policy.decide(person, "work", queries.OBJECT, queries.facts(alert)).allowed:
        raise NotAnAnalyst(field="person_id")
