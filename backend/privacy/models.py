"""One data key a customer, wrapped by the institution's key-encryption key of an epoch."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from backend.core.tables import utc_column


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
