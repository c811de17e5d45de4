"""Who belongs to which segment, who moved and why, each run that said so, and the clusterings that may be used."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column


class Scheme(StrEnum):
    """Segments by rules that people wrote, and groups that the data itself falls into."""

    RULES = "rules"
    CLUSTERS = "clusters"


class ClusteringState(StrEnum):
    PROPOSED = "proposed"
    IN_USE = "in_use"
    REJECTED = "rejected"
    RETIRED = "retired"


class WorkKind(StrEnum):
    """A run by rules or by the groups in use, or a search for groups."""

    RULES = "rules"
    CLUSTERS = "clusters"
    FIT = "fit"


class WorkState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class SegmentWork(Audited, table=True):
    """Something that reads the whole portfolio was asked for: it waits, also over a restart, until it is carried out.

    One waits at a time. `result_id` is the run, or the grouping; `failure` what went wrong, as a template with values.
    """

    __tablename__ = "segment_work"
    __table_args__ = (
        Index("uq_segment_work_waiting", "tenant_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("ix_segment_work_time", "tenant_id", "requested_at"),
        CheckConstraint("kind IN ('rules', 'clusters', 'fit')", name="kind"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'done') = (result_id IS NOT NULL)", name="result"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure"),
    )

    kind: str
    state: str = WorkState.WAITING
    requested_by: UUID
    requested_at: datetime = utc_column()
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    result_id: UUID | None = None
    failure: str | None = None


class SegmentProgress(Tenanted, table=True):
    """How far the work with the same id is; no part of the record."""

    __tablename__ = "segment_progress"

    stage: str
    done: int
    total: int
    at: datetime = utc_column()


class SegmentClustering(Audited, table=True):
    """Groups found in the facts of one day. `model` is the JSON of risk_models.clusters; figures are text, exact.

    `population`: the conditions that the rule-set put to whoever is compared; `customers` met them, `outside` did not.
    Groupings from before there were any have neither: they are of everybody.

    Whoever fitted it does not bring it into use; one is in use at a time.
    """

    __tablename__ = "segment_clustering"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("decided_by IS NULL OR decided_by <> fitted_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('in_use', 'rejected', 'retired') OR decided_by IS NOT NULL", name="decided"),
        Index("uq_segment_clustering_in_use", "tenant_id", unique=True, postgresql_where=text("state = 'in_use'")),
    )

    number: int
    state: str = ClusteringState.PROPOSED
    as_of: date
    ruleset: str
    customers: int
    outside: int | None = None
    population: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    model: str
    sizes: dict[str, int] = Field(sa_type=JSONB)
    quality: dict[str, str] = Field(sa_type=JSONB)
    fitted_by: UUID
    fitted_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)


class SegmentRun(Audited, table=True):
    """The whole portfolio put into segments once. `digest` is over every membership that it wrote.

    `flows` counts moves: {"from", "to", "count"}, a newcomer's `from` empty.
    """

    __tablename__ = "segment_run"
    __table_args__ = (Index("ix_segment_run_scheme", "tenant_id", "scheme", "as_of"),)

    scheme: str
    as_of: date
    ruleset: str
    clustering_id: UUID | None = Field(default=None, foreign_key="segment_clustering.id")
    customers: int
    sizes: dict[str, int] = Field(sa_type=JSONB)
    moved: int
    left: int
    flows: list[dict[str, Any]] = Field(sa_type=JSONB)
    digest: str
    run_by: UUID
    run_at: datetime = utc_column()


class SegmentMember(Tenanted, table=True):
    """The segment of a customer now; `facts` is the JSON of what decided it, and goes with the customer's erasure."""

    __tablename__ = "segment_member"
    __table_args__ = (
        UniqueConstraint("scheme", "party_id"),
        Index("ix_segment_member_segment", "tenant_id", "scheme", "segment", "party_id"),
    )

    scheme: str
    party_id: UUID = Field(foreign_key="party.id")
    segment: str
    since: date
    facts: bytes = Field(sa_type=LargeBinary)


class SegmentMove(Tenanted, table=True):
    """One customer from one segment to another; `because` is the JSON of the thresholds that were crossed."""

    __tablename__ = "segment_move"
    __table_args__ = (
        Index("ix_segment_move_run", "run_id", "from_segment", "to_segment"),
        Index("ix_segment_move_party", "party_id", "moved_on"),
    )

    run_id: UUID = Field(foreign_key="segment_run.id")
    scheme: str
    party_id: UUID = Field(foreign_key="party.id")
    moved_on: date
    from_segment: str
    to_segment: str
    because: bytes = Field(sa_type=LargeBinary)
