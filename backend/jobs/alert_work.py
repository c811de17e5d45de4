"""Work on screening alerts: one open piece in the right queue for each alert that waits, with the alert's own assignee.

The alert is the truth; this is run whenever something about a party's alerts happened, and leaves alone what is right.
"""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.screening.alerts import queries
from backend.screening.alerts.models import ACTIVE, AlertState, ScreeningAlert, Severity
from backend.screening.alerts.ruleset import AlertRules, in_force

REVIEW: Final = "screening.review"
SECOND: Final = "screening.second_person"
_PRIORITY: Final = {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.MEDIUM: 1, Severity.LOW: 0}


async def place_work(ctx: Context, party_id: UUID) -> int:
    """How many alerts of the party had their work moved."""
    rules = in_force(ctx).rules
    alerts = await queries.of_party(ctx, party_id)
    return sum([await _place(ctx, alert, rules) for alert in alerts])


async def _place(ctx: Context, alert: ScreeningAlert, rules: AlertRules) -> bool:
    item = await work.open_of(ctx, alert.id)
    subject = (queries.OBJECT, alert.id)
    if AlertState(alert.state) not in ACTIVE:
        if item is not None:
            await casework.move(ctx, subject, None)
        return item is not None
    if item is not None and item.kind == _kind(alert):
        return await _hand_over(ctx, alert, item)
    await casework.move(ctx, subject, _placement(alert, rules), alert.party_id)
    return True


async def _hand_over(ctx: Context, alert: ScreeningAlert, item: WorkItem) -> bool:
    """The same work in other hands; its clock runs on."""
    if item.owner_id == alert.assignee_id:
        return False
    subject = (queries.OBJECT, alert.id)
    if alert.assignee_id is not None:
        await casework.take_over(ctx, subject, alert.assignee_id)
        return True
    kept = Placement(
        queue=item.queue,
        kind=item.kind,
        excluded_id=item.excluded_id,
        priority=item.priority,
        due_at=item.due_at,
    )
    await casework.move(ctx, subject, kept, alert.party_id)
    return True


def _kind(alert: ScreeningAlert) -> str:
    return SECOND if alert.state == AlertState.ESCALATED else REVIEW


def _placement(alert: ScreeningAlert, rules: AlertRules) -> Placement:
    """What waits for another person stands where second persons look, and not for who had a say already."""
    severity = Severity(alert.severity)
    waits = alert.state == AlertState.ESCALATED
    return Placement(
        queue=rules.queues.second_person if waits else rules.queues.by_severity[severity],
        kind=_kind(alert),
        owner_id=alert.assignee_id,
        excluded_id=(alert.proposed_by or alert.escalated_by) if waits else None,
        priority=_PRIORITY[severity],
    )
