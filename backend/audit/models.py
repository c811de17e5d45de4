"""Tables of the log. Entries and versions are written in the business transaction; leaves, tiles and checkpoints
by the sequencer alone, under a role of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from backend.core.tables import utc_column


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId  # so that comparing the models with a database knows the type


class AuditEntry(SQLModel, table=True):
    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "tenant_id", "subject_id", "ts"),
        Index("ix_audit_entry_actor", "tenant_id", "actor_id", "ts"),
        Index("ix_audit_entry_ts", "tenant_id", "ts"),
    )

    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    ts: datetime = utc_column()
    actor_id: UUID
    actor: str = Field(sa_type=Text)
    action: str
    subject_type: str
    subject_id: UUID
    outcome: str
    reason: str | None = None
    ruleset: str | None = None
    origin: str = Field(sa_type=Text)
    reads: str | None = Field(default=None, sa_type=Text)
    txid: int = Field(sa_type=TransactionId, sa_column_kwargs={"server_default": text("pg_current_xact_id()")})


class AuditRead(SQLModel, table=True):
    """Which entries tell that a record was read: derived from `reads` by a trigger, so that who read what is found."""

    __tablename__ = "audit_read"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "record_id", "entry_id"),)

    tenant_id: UUID
    record_id: UUID
    entry_id: UUID


class RecordVersion(SQLModel, table=True):
    __tablename__ = "record_version"
    __table_args__ = (
        PrimaryKeyConstraint("table_name", "record_id", "ver"),
        Index("ix_record_version_entry_id", "entry_id"),
    )

    tenant_id: UUID
    table_name: str
    record_id: UUID
    ver: int
    entry_id: UUID
    op: str
    row: str = Field(sa_type=JSON)
    sealed: dict[str, str] | None = Field(default=None, sa_type=JSONB)
    digest: bytes = Field(sa_type=LargeBinary)


class AuditQueue(SQLModel, table=True):
    __tablename__ = "audit_queue"

    entry_id: UUID = Field(primary_key=True)
    tenant_id: UUID


class AuditTree(SQLModel, table=True):
    """One row a tenant: the size is compared and swapped, so a second sequencer cannot fork the log."""

    __tablename__ = "audit_tree"

    tenant_id: UUID = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    frontier: bytes = Field(sa_type=LargeBinary)


class AuditLeaf(SQLModel, table=True):
    __tablename__ = "audit_leaf"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "idx"), UniqueConstraint("entry_id"))

    tenant_id: UUID
    idx: int = Field(sa_type=BigInteger)
    entry_id: UUID
    body: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)


class AuditTile(SQLModel, table=True):
    """Up to 256 node hashes of height 8 × level, as in tlog-tiles."""

    __tablename__ = "audit_tile"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "level", "idx"),)

    tenant_id: UUID
    level: int
    idx: int = Field(sa_type=BigInteger)
    hashes: bytes = Field(sa_type=LargeBinary)


class AuditCheckpoint(SQLModel, table=True):
    __tablename__ = "audit_checkpoint"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "size"),)

    tenant_id: UUID
    size: int = Field(sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)
    note: str = Field(sa_type=Text)
    signed_at: datetime = utc_column()
