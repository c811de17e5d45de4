"""The outbox: an event is written in the business transaction and leaves through a job, so none is lost or invented."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from backend.core.ids import new_id
from backend.core.tables import Tenanted, utc_column


class Outbox(Tenanted, table=True):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_name", "tenant_id", "name", "created_at"),)

    name: str
    subject_id: UUID
    payload: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = utc_column()
    dispatched_at: datetime | None = utc_column(nullable=True, index=True)


async def emit(
    session: AsyncSession, tenant_id: UUID, name: str, subject_id: UUID, payload: dict[str, Any], now: datetime
) -> None:
    """Names are past tense, `subject.happened`; payloads carry identifiers, never personal data."""
    await session.execute(
        insert(Outbox).values(
            id=new_id(), tenant_id=tenant_id, name=name, subject_id=subject_id, payload=payload, created_at=now
        )
    )
