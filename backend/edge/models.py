"""Idempotency keys: the answer that was given is given again. And how often strangers knock where nobody signs in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.tables import utc_column


class IdempotencyKey(SQLModel, table=True):
    __tablename__ = "idempotency_key"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "actor_id", "key"),)

    tenant_id: UUID
    actor_id: UUID
    key: str
    payload_hash: bytes = Field(sa_type=LargeBinary)
    answer: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = utc_column(index=True)


class DoorKnock(SQLModel, table=True):
    """When a caller's knocks at a door will all have been paid for; `caller` is a keyed digest of the address.

    Unlogged: it counts for minutes, and a server that was killed begins anew.
    """

    __tablename__ = "door_knock"
    __table_args__ = (PrimaryKeyConstraint("door", "caller"), {"prefixes": ["UNLOGGED"]})

    door: str
    caller: bytes = Field(sa_type=LargeBinary)
    even_at: datetime = utc_column()
