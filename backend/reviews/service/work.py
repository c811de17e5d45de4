"""A review's one open piece of work follows its state, and who has it."""

from datetime import datetime
from typing import Final

from backend.access.context import Context
from backend.audit.trail import Subject
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.queues import Calendar
from backend.casework.service import Placement
from backend.customers.service.relations import customer_of
from backend.reviews.models import Outcome, Review, ReviewState
from backend.reviews.queries.reviews import OBJECT
from backend.reviews.rules import Position
from backend.reviews.ruleset import ReviewRules

_KINDS: Final = {
    ReviewState.OPEN: "reviews.review",
    ReviewState.IN_REVIEW: "reviews.review",
    ReviewState.AWAITING_INFORMATION: "reviews.information",
    ReviewState.PENDING_APPROVAL: "reviews.approval",
}


def calendar(ctx: Context) -> Calendar:
    return work.queues(ctx).calendar


def subject(row: Review) -> Subject:
    return OBJECT, row.id


def position(row: Review) -> Position:
    proposal = None if row.proposal is None else Outcome(row.proposal)
    return Position(ReviewState(row.state), row.four_eyes, row.assignee_id, proposal, row.proposed_by, row.decided_by)


def apply(row: Review, at: Position) -> None:
    row.state, row.four_eyes, row.assignee_id = at.state, at.four_eyes, at.assignee_id
    row.proposal = None if at.proposal is None else at.proposal.value
    row.proposed_by, row.decided_by = at.proposed_by, at.decided_by


async def place_work(ctx: Context, row: Review, rules: ReviewRules, priority: int | None = None) -> None:
    """Queued where the state says; the same work in other hands keeps its clock."""
    item, kind = await work.open_of(ctx, row.id), _KINDS.get(ReviewState(row.state))
    if kind is None:
        if item is not None:
            await casework.move(ctx, subject(row), None)
        return
    due_at = _due_at(row)
    if item is not None and item.kind == kind and item.due_at == due_at:
        if row.assignee_id is not None and kind == _KINDS[ReviewState.OPEN]:
            await casework.take_over(ctx, subject(row), row.assignee_id)
            return
        if item.owner_id is None:
            return
    kept = item.priority if item is not None and priority is None else priority or 0
    await casework.move(ctx, subject(row), await _placement(ctx, row, rules, kind, kept), row.party_id)


def _due_at(row: Review) -> datetime:
    waits = row.state == ReviewState.AWAITING_INFORMATION
    return row.information_due_at or row.due_at if waits else row.due_at


async def _placement(ctx: Context, row: Review, rules: ReviewRules, kind: str, priority: int) -> Placement:
    """The customer is asked by who looks after the customer; a second person is never who proposed."""
    state, due_at = ReviewState(row.state), _due_at(row)
    if state is ReviewState.AWAITING_INFORMATION:
        customer = await customer_of(ctx, row.party_id)
        team = None if customer is None else customer.team_id
        return Placement(queue=rules.queues.information, kind=kind, team_id=team, priority=priority, due_at=due_at)
    if state is ReviewState.PENDING_APPROVAL:
        return Placement(
            queue=rules.queues.approval, kind=kind, excluded_id=row.proposed_by, priority=priority, due_at=due_at
        )
    return Placement(queue=rules.queues.review, kind=kind, owner_id=row.assignee_id, priority=priority, due_at=due_at)
