"""What an import did: the run, and every row it could not take."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column


class RunState(StrEnum):
    """`checked` waits for whoever brought the file to say that it is right."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CHECKED = "checked"
    DISCARDED = "discarded"


class ImportRun(Audited, table=True):
    """`counts` holds rows per table, cases per state and reasons; `source_hash` is the SHA-256 of the files."""

    __tablename__ = "import_run"

    source: str
    source_hash: str
    started_by: UUID
    started_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
    state: str = RunState.RUNNING
    counts: dict[str, Any] = Field(sa_type=JSONB)


class ImportProblem(Tenanted, table=True):
    """A row that was not taken: where it stands and why, without what stands in it."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_run", "run_id", "file", "line"),)

    run_id: UUID = Field(foreign_key="import_run.id")
    file: str
    line: int
    column: str | None = None
    code: str


class ImportProgress(Tenanted, table=True):
    """How far the run with the same id is; written with the rows, so that a run that was killed goes on after them.

    `at` is its sign of life. `done` and `total` count rows of the file; `taken` and `known` those that were recorded
    now and before, `alike` those that may be somebody on record already.
    """

    __tablename__ = "import_progress"

    done: int = Field(default=0, sa_type=BigInteger)
    total: int = Field(default=0, sa_type=BigInteger)
    taken: int = Field(default=0, sa_type=BigInteger)
    known: int = Field(default=0, sa_type=BigInteger)
    alike: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = utc_column()
    file: str
    failure: str | None = None


class ImportPiece(Tenanted, table=True):
    """A piece of an uploaded file, sealed by the key of its run, and gone when the run has ended."""

    __tablename__ = "import_piece"
    __table_args__ = (UniqueConstraint("run_id", "number"),)

    run_id: UUID = Field(foreign_key="import_run.id")
    number: int
    body: bytes = Field(sa_type=LargeBinary)
