"""Tasks, their course, their checklists, who watches them, and what each colleague is told of."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, sealed_column, utc_column


class TaskState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Audited, table=True):
    """`key_id` is whose key seals its words: the party it is about, or the task itself.

    `subject_type` and `subject_id` name the record it is about, if there is one. Whoever it is offered to
    (`offered_to`, or anybody of `offered_department`) answers before it changes hands. `touched_at` is when a person
    last worked on it.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("party_id IS NULL OR key_id = party_id", name="key"),
        CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name="subject"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state NOT IN ('in_progress', 'waiting') OR assignee_id IS NOT NULL", name="held"),
        CheckConstraint("num_nonnulls(offered_to, offered_department) = 0 OR offered_by IS NOT NULL", name="offered"),
        Index("ix_task_department", "tenant_id", "department", "state", "due_at"),
        Index("ix_task_assignee", "tenant_id", "assignee_id", "state", "due_at"),
        Index("ix_task_escalate", "escalate_at", postgresql_where=text("escalate_at IS NOT NULL")),
        Index("ix_task_subject", "subject_id"),
        Index("ix_task_party", "party_id"),
    )

    party_id: UUID | None = Field(default=None, foreign_key="party.id")
    key_id: UUID = Field(index=True)
    title: bytes = sealed_column(owner="key_id")
    details: bytes | None = sealed_column(owner="key_id", nullable=True, default=None)
    subject_type: str | None = None
    subject_id: UUID | None = None
    template: str | None = None
    department: str
    assignee_id: UUID | None = None
    state: str = TaskState.OPEN
    priority: int = 0
    created_by: UUID
    created_at: datetime = utc_column()
    touched_at: datetime = utc_column()
    due_at: datetime = utc_column()
    escalate_at: datetime | None = utc_column(nullable=True, default=None)
    escalation_level: int = 0
    offered_to: UUID | None = None
    offered_department: str | None = None
    offered_by: UUID | None = None
    closed_at: datetime | None = utc_column(nullable=True, default=None)
    closed_by: UUID | None = None


class TaskStep(Audited, table=True):
    """One line of a task's course; `to` is a colleague or a department, `mentions` are colleagues."""

    __tablename__ = "task_step"
    __table_args__ = (Index("ix_task_step_task", "task_id", "at"),)

    task_id: UUID = Field(foreign_key="task.id")
    key_id: UUID
    kind: str
    words: bytes | None = sealed_column(owner="key_id", nullable=True, default=None)
    to: str | None = None
    mentions: list[str] = Field(sa_type=JSONB)
    at: datetime = utc_column()
    by: UUID


class TaskPoint(Audited, table=True):
    """One point of a checklist."""

    __tablename__ = "task_point"
    __table_args__ = (UniqueConstraint("task_id", "position"),)

    task_id: UUID = Field(foreign_key="task.id")
    key_id: UUID
    position: int
    words: bytes = sealed_column(owner="key_id")
    done_at: datetime | None = utc_column(nullable=True, default=None)
    done_by: UUID | None = None


class TaskWatcher(Audited, table=True):
    """Whoever set a task, was mentioned in it or chose to watch it; `active` False is somebody who no longer does."""

    __tablename__ = "task_watcher"
    __table_args__ = (UniqueConstraint("task_id", "user_id"), Index("ix_task_watcher_user", "user_id", "active"))

    task_id: UUID = Field(foreign_key="task.id")
    user_id: UUID
    active: bool = True


class TaskNotice(Tenanted, table=True):
    """What a colleague is told of inside the application, without any words of the task."""

    __tablename__ = "task_notice"
    __table_args__ = (Index("ix_task_notice_user", "user_id", "read_at", "at"),)

    user_id: UUID
    task_id: UUID = Field(foreign_key="task.id")
    kind: str
    by: UUID
    at: datetime = utc_column()
    read_at: datetime | None = utc_column(nullable=True, default=None)
