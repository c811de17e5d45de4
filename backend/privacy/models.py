"""One data key a customer, wrapped by the institution's key-encryption key of an epoch; and rotations under way."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.tables import Audited, utc_column


class DataKey(SQLModel, table=True):
    """`wrapped` is null once destroyed: nothing sealed under it can be read again."""

    __tablename__ = "data_key"
    __table_args__ = (PrimaryKeyConstraint("owner_id", "version"),)

    tenant_id: UUID = Field(index=True)
    owner_id: UUID
    version: int
    epoch: int
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    created_at: datetime = utc_column()
    destroyed_at: datetime | None = utc_column(nullable=True, default=None)


class RotationKind(StrEnum):
    REWRAP = "rewrap"
    INDEX = "index"


class RotationState(StrEnum):
    """An index is first asked for in both versions, then written in the new one, then filled; a rewrap only fills."""

    ASKING = "asking"
    WRITING = "writing"
    FILLING = "filling"
    FINISHED = "finished"


class KeyRotation(Audited, table=True):
    """A rotation in pages, in the order of owners; a killed one goes on after `cursor`, `cursor_version`.

    `target` is the epoch that data keys come under, or the version of the tags. `until` is the last record that has to
    be filled: later ones are written as they should be.
    """

    __tablename__ = "key_rotation"
    __table_args__ = (
        Index(
            "uq_key_rotation_running",
            "tenant_id",
            "kind",
            unique=True,
            postgresql_where=text("state <> 'finished'"),
        ),
    )

    kind: str
    target: int
    state: str
    started_by: UUID
    started_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
    total: int
    done: int = 0
    cursor: UUID | None = None
    cursor_version: int = 0
    until: UUID | None = None
