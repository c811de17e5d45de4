"""What a product's draft would do, as it was found: kept with the hash of the definition that it is about."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Tenanted, utc_column


class WhatIfState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ProductWhatIf(Tenanted, table=True):
    """One run: `sha256` is the definition's, `base_id` the version that it is compared with, `seen_at` a sign of life.

    The document is not audited itself; the entry at its end names its digest.
    """

    __tablename__ = "product_what_if"
    __table_args__ = (
        Index("ix_product_what_if_version", "version_id", "started_at"),
        CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
    )

    version_id: UUID = Field(foreign_key="product_version.id")
    sha256: str
    base_id: UUID = Field(foreign_key="product_version.id")
    ruleset: str
    state: str
    done: int = 0
    total: int = 0
    document: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    problem: str | None = None
    started_by: UUID
    started_at: datetime = utc_column()
    seen_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)
