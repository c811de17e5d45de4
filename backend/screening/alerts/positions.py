"""An alert's row read as its position, and a new position written back to it."""

from backend.screening.alerts.models import AlertState, Outcome, ScreeningAlert
from backend.screening.alerts.rules import Position


def position(alert: ScreeningAlert) -> Position:
    return Position(
        state=AlertState(alert.state),
        four_eyes=alert.four_eyes,
        assignee_id=alert.assignee_id,
        escalated_by=alert.escalated_by,
        proposal=None if alert.proposal is None else Outcome(alert.proposal),
        proposed_by=alert.proposed_by,
        decided_by=alert.decided_by,
    )


def apply(alert: ScreeningAlert, at: Position) -> None:
    """A reason belongs to its proposal and goes with it; a decision is remembered only while it stands."""
    alert.state = at.state.value
    alert.assignee_id = at.assignee_id
    alert.escalated_by = at.escalated_by
    alert.proposal = None if at.proposal is None else at.proposal.value
    alert.proposed_by, alert.decided_by = at.proposed_by, at.decided_by
    if at.proposal is None:
        alert.proposal_reason = None
    if at.decided_by is None:
        alert.decided_at = alert.remembered_until = None
