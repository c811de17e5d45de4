"""Reports that were run: what was asked, what came of it, and, for a time, the sealed file."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column


class ReportState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    EXPIRED = "expired"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PDF = "pdf"


class ReportRun(Audited, table=True):
    """One report: its versions in the log say what was filtered, how many lines left the house and in which bytes.

    `head_*` is the signed head that its lines stand under, fixed when it began. `stored` tells a file that is kept
    here from one that was written to a place of the operator's choice.
    """

    __tablename__ = "report_run"
    __table_args__ = (
        Index("ix_report_run_started", "tenant_id", "started_at"),
        Index("ix_report_run_expiry", "tenant_id", "state", "expires_at"),
        CheckConstraint("state IN ('running', 'finished', 'failed', 'expired')", name="state"),
        CheckConstraint("(state IN ('finished', 'expired')) = (sha256 IS NOT NULL)", name="hashed"),
    )

    report: str
    format: str
    locale: str
    filters: dict[str, Any] = Field(sa_type=JSONB)
    state: str = ReportState.RUNNING
    stored: bool
    started_by: UUID
    started_at: datetime = utc_column()
    head_size: int = Field(sa_type=BigInteger)
    head_root: str
    head_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
    expires_at: datetime | None = utc_column(nullable=True, default=None)
    failure: str | None = None
    file_name: str | None = None
    lines: int | None = Field(default=None, sa_type=BigInteger)
    size: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = None


class ReportProgress(Tenanted, table=True):
    """How far the run with the same id is; `at` is also its sign of life."""

    __tablename__ = "report_progress"

    done: int = Field(default=0, sa_type=BigInteger)
    total: int = Field(default=0, sa_type=BigInteger)
    at: datetime = utc_column()


class ReportPiece(Tenanted, table=True):
    """A piece of a file, sealed by the key of its run; `id` follows from run and number: none takes another's place."""

    __tablename__ = "report_piece"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    run_id: UUID = Field(foreign_key="report_run.id")
    number: int
    body: bytes = Field(sa_type=LargeBinary)
