"""Assessments of customers: what they answered, what grade that gave, and how long it counts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class AssessmentState(StrEnum):
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Assessment(Audited, table=True):
    """One questionnaire answered by one customer; its answers and result never change, only whether it counts.

    `answers` is JSON under the customer's key: answers, explanations of contradictions, and what the record knew (age,
    kind), so that the result can be computed again. `taken_on` is the day in the questionnaire's zone and `number` the
    place among that day's: two desks that count at once cannot both take the last place. `result` (points and level of
    each dimension, what held the grade down, the facts for selling) is beside the seal, and emptied at erasure.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("party_id", "questionnaire", "taken_on", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("valid_until >= taken_on", name="validity"),
        CheckConstraint("grade IS NULL OR grade IN ('C1', 'C2', 'C3', 'C4', 'C5')", name="grade"),
        CheckConstraint("(kind = 'suitability') = (grade IS NOT NULL)", name="graded"),
        Index(
            "uq_assessment_in_force",
            "party_id",
            "questionnaire",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
        Index("ix_assessment_expiry", "tenant_id", "valid_until", postgresql_where=text("state = 'in_force'")),
        Index("ix_assessment_time", "tenant_id", "assessed_at"),
    )

    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    questionnaire: str
    ruleset: str
    answers: bytes = sealed_column()
    score: int
    grade: str | None = None
    by_points: str | None = None
    vulnerable: bool | None = personal_column(default=None)
    result: dict[str, Any] | None = personal_column(sa_type=JSONB(none_as_null=True), nullable=True, default=None)
    channel: str
    taken_on: date
    number: int
    assessed_at: datetime = utc_column()
    assessed_by: UUID
    valid_until: date
    state: str = AssessmentState.IN_FORCE
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    ended_reason: str | None = None
    reminded_on: date | None = None
