"""A review as the contract shows it, the conditions of a worklist, and a page of one."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyParty, LazyWorkItem
from backend.api.pages import Connection
from backend.api.request import Info
from backend.api.review_codes import ReviewDepth, ReviewOutcome, ReviewState, ReviewTriggerKind
from backend.api.review_file import ReviewFile
from backend.api.staff import Agent, agent
from backend.reviews import models, view
from backend.reviews.queries import reviews


@strawberry.type(description="A look at one customer: why, how deep, until when, how it ended.")
class Review:
    id: UUID
    version: int
    state: ReviewState
    level: str
    depth: ReviewDepth
    four_eyes: bool
    since: datetime
    opened_at: datetime
    due_at: datetime
    overdue: bool
    escalated: bool
    information: list[str]
    information_due_at: datetime | None
    reminders: int
    proposal: ReviewOutcome | None
    proposal_level: str | None
    outcome: ReviewOutcome | None
    reason: str | None
    decided_at: datetime | None
    automatic: bool = strawberry.field(description="Ended by rule: nothing moved.")
    next_review_on: date | None
    row: strawberry.Private[models.Review]

    @strawberry.field
    def assignee(self, info: Info) -> Agent | None:
        return agent(info, self.row.assignee_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("The open piece of work on it.", weight=2)
    async def work(self, info: Info) -> LazyWorkItem | None:
        return await graph.work_on(info, self.id)

    @resolved("What asked for it, what moved, what was answered, what may be done.", weight=30)
    async def file(self, info: Info) -> ReviewFile:
        return ReviewFile.of(await info.context.read(lambda ctx: view.file(ctx, self.row)))

    @classmethod
    def of(cls, row: models.Review, now: datetime) -> "Review":
        return cls(
            id=row.id,
            version=row.ver,
            state=ReviewState(row.state),
            level=row.level,
            depth=ReviewDepth(row.depth),
            four_eyes=row.four_eyes,
            since=row.since,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.state in models.ACTIVE and row.due_at < now,
            escalated=row.escalated_at is not None,
            information=list(row.information),
            information_due_at=row.information_due_at,
            reminders=row.reminders,
            proposal=None if row.proposal is None else ReviewOutcome(row.proposal),
            proposal_level=row.proposal_level,
            outcome=None if row.outcome is None else ReviewOutcome(row.outcome),
            reason=row.proposal_reason,
            decided_at=row.decided_at,
            automatic=row.automatic,
            next_review_on=row.next_review_on,
            row=row,
        )


@strawberry.input(description="Conditions that all hold; without states those that are not over.")
class ReviewFilter:
    states: list[ReviewState] | None = None
    levels: list[str] | None = None
    triggers: list[ReviewTriggerKind] | None = None
    party_id: UUID | None = None
    mine: bool = False
    unassigned: bool = False
    overdue: bool = False

    def wanted(self, info: Info) -> reviews.ReviewFilter:
        return reviews.ReviewFilter(
            states=frozenset(models.ReviewState(each.value) for each in self.states or ()),
            levels=frozenset(self.levels or ()),
            triggers=frozenset(each.value for each in self.triggers or ()),
            party_id=self.party_id,
            assignee_id=info.context.actor.id if self.mine else None,
            unassigned=self.unassigned,
            overdue=self.overdue,
        )


@strawberry.type
class ReviewConnection(Connection[Review]):
    wanted: strawberry.Private[reviews.ReviewFilter]

    @resolved("How many there are in all; counted only when asked for.", weight=50)
    async def total_count(self, info: Info) -> int:
        wanted = self.wanted
        return await info.context.read(lambda ctx: reviews.reviews_count(ctx, wanted))


async def fetch_reviews(ctx: Context, review_ids: Collection[UUID]) -> dict[UUID, models.Review | None]:
    return {**await reviews.by_ids(ctx, review_ids)}
