"""Goals that people set, and what was reached: one snapshot a month, each figure as it was computed then."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column

_FIGURE = Numeric(20, 4)


class TargetGoal(Audited, table=True):
    """What a figure should come to from a month on; replaced by a later one, which ends it.

    `value` is in the unit of the measure: a share of one, hours, a score, or the institution's currency.
    """

    __tablename__ = "target_goal"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="period"),
        Index(
            "uq_target_goal_standing",
            "tenant_id",
            "measure",
            "dimension",
            "key",
            unique=True,
            postgresql_where=text("ends_on IS NULL"),
        ),
    )

    measure: str
    dimension: str
    key: str
    value: Decimal = Field(sa_type=_FIGURE)
    starts_on: date
    ends_on: date | None = None
    set_by: UUID
    set_at: datetime = utc_column()


class TargetSnapshot(Audited, table=True):
    """The figures of a month as they stood on `as_of`; a month under way is computed again until it has ended."""

    __tablename__ = "target_snapshot"
    __table_args__ = (UniqueConstraint("tenant_id", "month"),)

    month: date
    as_of: date
    ruleset: str
    figures: int
    digest: str
    computed_by: UUID
    computed_at: datetime = utc_column()


class TargetFigure(Tenanted, table=True):
    """One measure of one group. Without `value` there was nothing to measure, or nobody keeps it yet (`absent`)."""

    __tablename__ = "target_figure"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "measure", "dimension", "key"),
        CheckConstraint("(value IS NULL) = (absent IS NOT NULL)", name="measured"),
        Index("ix_target_figure_trend", "tenant_id", "measure", "dimension", "key", "month"),
    )

    snapshot_id: UUID = Field(foreign_key="target_snapshot.id")
    month: date
    measure: str
    dimension: str
    key: str
    value: Decimal | None = Field(default=None, sa_type=_FIGURE)
    low: Decimal | None = Field(default=None, sa_type=_FIGURE)
    high: Decimal | None = Field(default=None, sa_type=_FIGURE)
    records: int
    absent: str | None = None
    goal: Decimal | None = Field(default=None, sa_type=_FIGURE)


class TargetReport(Audited, table=True):
    """A weekly report that went out; `reference` names the week, once."""

    __tablename__ = "target_report"
    __table_args__ = (UniqueConstraint("tenant_id", "reference"),)

    reference: str
    sent_at: datetime = utc_column()
    recipients: int
    sha256: str
