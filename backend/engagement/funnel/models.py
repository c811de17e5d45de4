"""The funnel of a portfolio that is too large to be read at every look."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Tenanted, utc_column


class KeptFunnel(Tenanted, table=True):
    """By what it is split (`all`: not at all), the steps as they were computed last, for whoever sees everybody.

    Counts and medians alone: nothing of it is about a person.
    """

    __tablename__ = "kept_funnel"
    __table_args__ = (UniqueConstraint("tenant_id", "by"),)

    by: str
    steps: list[dict[str, Any]] = Field(sa_type=JSONB)
    computed_at: datetime = utc_column()
