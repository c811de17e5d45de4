"""Playbooks at work: who was enrolled by lot into which arm, every step that was taken, and pauses."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from backend.core.tables import Audited, utc_column


class Arm(StrEnum):
    """By lot: `control` is left alone, and measured like the others."""

    TREATED = "treated"
    CONTROL = "control"


class Status(StrEnum):
    """`finished`: no step is left; `stopped`: something ended it before."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class EndReason(StrEnum):
    GOAL = "goal"
    COMPLAINT = "complaint"
    OPT_OUT = "opt_out"
    STAGE_LEFT = "stage_left"
    TAKEN_OUT = "taken_out"
    MERGED = "merged"
    ERASED = "erased"


class OutReason(StrEnum):
    """Why a colleague took a customer out."""

    ASKED = "asked"
    ELSEWHERE = "elsewhere"
    UNFIT = "unfit"
    MISTAKE = "mistake"


class GoalKind(StrEnum):
    STAGE = "stage"
    CONTRACT = "contract"
    MOVEMENT = "movement"
    OFFER = "offer"


class Outcome(StrEnum):
    """What can become of a step besides the answers that its playbook names."""

    OPEN = "open"
    SENT = "sent"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class PlaybookEnrolment(Audited, table=True):
    """One customer's course through one playbook, under the version of the rule-set that took them up.

    `source` names what took them up, and does so once. `step` is where they are, `opened_at` since when it is under
    way; nothing happens before `wake_at`. The goal is looked for until `observe_until`, whatever ended the course.
    """

    __tablename__ = "playbook_enrolment"
    __table_args__ = (
        UniqueConstraint("tenant_id", "playbook", "party_id", "source"),
        Index(
            "uq_playbook_enrolment_running",
            "playbook",
            "party_id",
            unique=True,
            postgresql_where=text("status = 'running'"),
        ),
        Index("ix_playbook_enrolment_party", "party_id"),
        Index("ix_playbook_enrolment_due", "tenant_id", "wake_at", postgresql_where=text("status = 'running'")),
        Index("ix_playbook_enrolment_watched", "tenant_id", "observe_until", postgresql_where=text("goal_at IS NULL")),
        Index("ix_playbook_enrolment_playbook", "tenant_id", "playbook", "entered_at", "id"),
        CheckConstraint(_one_of("arm", Arm), name="arm"),
        CheckConstraint(_one_of("status", Status), name="status"),
        CheckConstraint("(status = 'running') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(status = 'stopped') = (end_reason IS NOT NULL)", name="reasoned"),
        CheckConstraint("arm = 'treated' OR step IS NULL", name="left_alone"),
        CheckConstraint("out_reason IS NULL OR COALESCE(end_reason, '') = 'taken_out'", name="out_reason"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    playbook: str
    ruleset: str
    arm: str
    by_hand: bool = False
    trigger: str
    source: str
    status: str = Status.RUNNING
    step: str | None = None
    opened_at: datetime | None = utc_column(nullable=True, default=None)
    wake_at: datetime | None = utc_column(nullable=True, default=None)
    entered_at: datetime = utc_column()
    entered_by: UUID
    observe_until: datetime = utc_column()
    goal_at: datetime | None = utc_column(nullable=True, default=None)
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    end_reason: str | None = None
    out_reason: str | None = None


class PlaybookStep(Audited, table=True):
    """A step that was begun, once for each enrolment; `reasons` are codes of what stood against a message."""

    __tablename__ = "playbook_step"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step"),
        Index("ix_playbook_step_party", "party_id", "begun_at"),
        CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name="ended"),
    )

    enrolment_id: UUID = Field(foreign_key="playbook_enrolment.id")
    party_id: UUID = Field(foreign_key="party.id")
    step: str
    kind: str
    outcome: str
    reasons: str | None = None
    interaction_id: UUID | None = None
    begun_at: datetime = utc_column()
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    answered_by: UUID | None = None


class PlaybookPause(Audited, table=True):
    """While it is open, the playbook takes nobody up and takes no step; the goal is looked for all the same."""

    __tablename__ = "playbook_pause"
    __table_args__ = (
        Index("uq_playbook_pause_open", "tenant_id", "playbook", unique=True, postgresql_where=text("until IS NULL")),
    )

    playbook: str
    reason: str
    since: datetime = utc_column()
    paused_by: UUID
    until: datetime | None = utc_column(nullable=True, default=None)
    resumed_by: UUID | None = None
