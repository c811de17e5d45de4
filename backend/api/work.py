"""Work that waits for people, the queues it stands in, and who has taken it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyAlert, LazyCase, LazyParty
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.api.staff import Agent, Team, agent, team
from backend.casework import queries
from backend.casework.models import WorkItem as WorkRow
from backend.casework.queries import After as WorkAfter

_MINE: Final = "myWork"


@strawberry.enum
class WorkState(Enum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


@strawberry.type(description="Something to be done to a record, by when, and who has taken it.")
class WorkItem:
    id: UUID
    queue: str
    kind: str
    state: WorkState
    priority: int
    subject_type: str
    subject_id: UUID
    opened_at: datetime
    due_at: datetime
    overdue: bool
    escalation_level: int
    escalate_at: datetime | None
    closed_at: datetime | None
    row: strawberry.Private[WorkRow]

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.row.owner_id)

    @strawberry.field
    def team(self, info: Info) -> Team | None:
        return team(info, self.row.team_id)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("The case, where the work is on one.", weight=2)
    async def case(self, info: Info) -> LazyCase | None:
        return await graph.case(info, self.subject_id) if self.subject_type == "onboarding_case" else None

    @resolved("The screening alert, where the work is on one.", weight=2)
    async def alert(self, info: Info) -> LazyAlert | None:
        return await graph.alert(info, self.subject_id) if self.subject_type == "screening_alert" else None

    @classmethod
    def of(cls, row: WorkRow, now: datetime) -> "WorkItem":
        return cls(
            id=row.id,
            queue=row.queue,
            kind=row.kind,
            state=WorkState(row.state),
            priority=row.priority,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.closed_at is None and row.due_at < now,
            escalation_level=row.escalation_level,
            escalate_at=row.escalate_at,
            closed_at=row.closed_at,
            row=row,
        )


@strawberry.type(description="A queue with its figures over the work that the viewer may see.")
class Queue:
    name: str
    words: str
    waiting: int
    claimed: int
    overdue: int
    escalated: int
    next_due_at: datetime | None


async def fetch_work(ctx: Context, subject_ids: Collection[UUID]) -> Mapping[UUID, WorkRow | None]:
    return {**await queries.by_subjects(ctx, subject_ids)}


def _after(text: str | None) -> WorkAfter | None:
    return None if text is None else WorkAfter(*read_instant_place(text))


def _page(info: Info, listed: str, rows: Sequence[WorkRow], limit: int) -> Connection[WorkItem]:
    now, shown = info.context.platform.clock(), rows[:limit]
    following = instant_place(shown[-1].due_at, shown[-1].id) if len(rows) > limit else None
    return Connection.of(info, listed, [WorkItem.of(row, now) for row in shown], following)


@strawberry.type
class WorkQuery:
    @resolved("What the viewer has taken or was given, the most urgent first.", weight=5, sliced_by="first")
    async def my_work(self, info: Info, first: First = 20, after: After = None) -> Connection[WorkItem]:
        start, limit = _after(place(info, _MINE, after)), page_size(first)
        rows = await info.context.read(lambda ctx: queries.my_work(ctx, after=start, limit=limit + 1))
        return _page(info, _MINE, rows, limit)

    @resolved(
        "Open work of a queue that may be seen, taken or not, the most urgent first.", weight=5, sliced_by="first"
    )
    async def queue(self, info: Info, name: str, first: First = 20, after: After = None) -> Connection[WorkItem]:
        listed = f"queue {name}"
        start, limit = _after(place(info, listed, after)), page_size(first)
        rows = await info.context.read(lambda ctx: queries.queue(ctx, name, after=start, limit=limit + 1))
        return _page(info, listed, rows, limit)

    @resolved("The queues that hold open work.", weight=10, size=10)
    async def queues(self, info: Info) -> list[Queue]:
        return [
            Queue(
                name=figure.queue,
                words=figure.wording,
                waiting=figure.waiting,
                claimed=figure.claimed,
                overdue=figure.overdue,
                escalated=figure.escalated,
                next_due_at=figure.next_due_at,
            )
            for figure in await info.context.read(queries.figures)
        ]

    @resolved("A piece of work that may be seen.", weight=2)
    async def work_item(self, info: Info, record_id: Id) -> WorkItem:
        row = await info.context.read(lambda ctx: queries.item(ctx, record_id))
        return WorkItem.of(row, info.context.platform.clock())
