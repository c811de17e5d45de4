"""How customers came into their stages, and the runs that compute them over the portfolio."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class Cause(StrEnum):
    COMPUTED = "computed"
    PERSON = "person"


class RunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"


class StageTransition(Audited, table=True):
    """One step, never changed but for the end of a correction.

    Of a computed one `facts` is the digest of everything that was known, `figures` what its reasons looked at, `as_of`
    the day of the facts. A person's one holds until `until`: before that day, or until it is ended, no computation
    moves the customer; from and to may be the same then.
    """

    __tablename__ = "stage_transition"
    __table_args__ = (
        Index("ix_stage_transition_party", "party_id", "at"),
        Index("ix_stage_transition_time", "tenant_id", "at"),
        Index("ix_stage_transition_held", "tenant_id", "until", postgresql_where=text("until IS NOT NULL")),
        CheckConstraint("(cause = 'person') = (until IS NOT NULL)", name="until"),
        CheckConstraint("(cause = 'computed') = (facts IS NOT NULL AND as_of IS NOT NULL)", name="facts"),
        CheckConstraint("cause = 'person' OR from_stage <> to_stage", name="moved"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    customer_id: UUID = Field(foreign_key="customer.id")
    from_stage: str
    to_stage: str
    cause: str
    reasons: list[str] = Field(sa_type=JSONB)
    ruleset: str
    at: datetime = utc_column()
    by: UUID
    run_id: UUID | None = None
    as_of: date | None = None
    facts: str | None = None
    figures: dict[str, Any] | None = personal_column(sa_type=JSONB, default=None)
    note: bytes | None = sealed_column(nullable=True, default=None)
    until: date | None = None
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    ended_by: UUID | None = None


class StageRun(Audited, table=True):
    """Stages and warnings of the whole portfolio as of a day, in the order of parties; a killed run goes on after
    `cursor`. `counts`: how many moved, were held by a person, could not move; stages and warnings by name.
    """

    __tablename__ = "stage_run"
    __table_args__ = (
        Index("uq_stage_run_running", "tenant_id", unique=True, postgresql_where=text("state = 'running'")),
        Index("ix_stage_run_time", "tenant_id", "started_at"),
    )

    state: str = RunState.RUNNING
    as_of: date
    started_by: UUID
    started_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
    total: int
    done: int = 0
    cursor: UUID | None = None
    counts: dict[str, Any] = Field(sa_type=JSONB)
