"""Alerts: a customer beside an entry of a list, what was found, and what people decided on it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class AlertState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    ESCALATED = "escalated"
    TRUE_MATCH = "true_match"
    FALSE_POSITIVE = "false_positive"
    INCONCLUSIVE = "inconclusive"
    OBSOLETE = "obsolete"
    """The match went away before anybody decided: the entry left its list, or the two no longer look alike."""


class Outcome(StrEnum):
    TRUE_MATCH = "true_match"
    FALSE_POSITIVE = "false_positive"
    INCONCLUSIVE = "inconclusive"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


ACTIVE: Final = (AlertState.OPEN, AlertState.IN_REVIEW, AlertState.ESCALATED)
DECIDED: Final = (AlertState.TRUE_MATCH, AlertState.FALSE_POSITIVE, AlertState.INCONCLUSIVE)
MERGED: Final = "customers_merged"
"""The cause of an alert that was reopened because two records were merged."""
JOINED: Final = "went_into_another"
"""The cause of an alert whose pair goes on as that of the record that is left."""


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class ScreeningAlert(Audited, table=True):
    """The pair, as the last screening saw it: `facts_digest` is keyed and of the customer's screened facts,
    `entity_digest` of the whole entry, `material_digest` of what the rule-set calls material of it.

    `score` is in per cent; `strength` the log-odds in hundredths, by which alerts are ranked when names are equal.
    `confirmed` is set by a true match and stands until people decide otherwise, also while the pair is looked at again;
    `listed` ends when the entry leaves its list. `proposal` waits for a second person. `suppressed` counts screenings
    that found the pair again after it was decided. `cause` is the trigger that opened it, or why it was reopened.

    What leads to the entry goes with the customer's key: whose name it resembled would be a name too. For the same
    reason the entry's name is read from its list (queries.entry_names); `entity_name` was kept with alerts until 0003,
    and is emptied with the rest.
    """

    __tablename__ = "screening_alert"
    __table_args__ = (
        UniqueConstraint("party_id", "list_id", "entity_ref"),
        Index("ix_screening_alert_strength", "tenant_id", "state", "strength", "id"),
        Index("ix_screening_alert_entry", "list_id", "entity_ref"),
        CheckConstraint(_one_of("state", AlertState), name="state"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "NOT four_eyes OR state NOT IN ('true_match', 'false_positive', 'inconclusive') OR proposed_by IS NOT NULL",
            name="two_people",
        ),
        CheckConstraint(
            "(state IN ('true_match', 'false_positive', 'inconclusive')) = (decided_by IS NOT NULL)", name="decided"
        ),
    )

    party_id: UUID = Field(foreign_key="party.id")
    list_id: UUID
    list_code: str
    list_kind: str
    list_version_id: UUID
    entity_ref: str | None = personal_column()
    entity_name: str | None = personal_column(default=None)
    entity_digest: str | None = personal_column()
    material_digest: str | None = personal_column()
    facts_digest: bytes | None = Field(sa_type=LargeBinary, nullable=True)
    score: int
    strength: int
    severity: str
    four_eyes: bool
    listed: bool = True
    confirmed: bool = False
    state: str = AlertState.OPEN
    cause: str
    opened_at: datetime = utc_column()
    seen_at: datetime = utc_column()
    assignee_id: UUID | None = Field(default=None, index=True)
    escalated_by: UUID | None = None
    proposal: str | None = None
    proposal_reason: str | None = None
    proposed_by: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    remembered_until: date | None = Field(default=None, index=True)
    suppressed: int = 0
    suppressed_at: datetime | None = utc_column(nullable=True, default=None)


class ScreeningComparison(Audited, table=True):
    """Why the alert was raised: every comparison and the entry as compared, sealed, for it quotes the customer's names.

    Its versions are kept like those of every record, and the log holds a commitment to each: what somebody decided on
    can be proven later. There is one a pair, under the id of its alert.
    """

    __tablename__ = "screening_comparison"

    party_id: UUID = Field(foreign_key="party.id", index=True)
    explanation: bytes = sealed_column()


class ScreeningDisposition(Audited, table=True):
    """What was decided of a pair on which facts: written once, never changed, remembered until `valid_until`."""

    __tablename__ = "screening_disposition"
    __table_args__ = (
        CheckConstraint("proposed_by IS NULL OR proposed_by <> decided_by", name="four_eyes"),
        CheckConstraint("NOT four_eyes OR proposed_by IS NOT NULL", name="two_people"),
        CheckConstraint(_one_of("outcome", Outcome), name="outcome"),
    )

    alert_id: UUID = Field(foreign_key="screening_alert.id", index=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    outcome: str
    reason: str
    four_eyes: bool
    proposed_by: UUID | None = None
    decided_by: UUID
    decided_at: datetime = utc_column()
    valid_until: date | None = None
    score: int
    facts_digest: bytes | None = Field(sa_type=LargeBinary, nullable=True)
    entity_digest: str | None = personal_column()
    material_digest: str | None = personal_column()
    list_version_id: UUID
    ruleset: str


class ScreeningComment(Audited, table=True):
    """What somebody noted on an alert; not to be disclosed to the customer."""

    __tablename__ = "screening_comment"

    alert_id: UUID = Field(foreign_key="screening_alert.id", index=True)
    party_id: UUID = Field(foreign_key="party.id", index=True)
    author_id: UUID
    written_at: datetime = utc_column()
    text: bytes = sealed_column()


class ScreeningMerge(Audited, table=True):
    """The alerts of one record went over to the record that it was merged into, which may have been merged in turn:
    `party_id` is the one that is left. Until `looked_at` nobody has weighed yet what was decided against what is known
    of the customer now.
    """

    __tablename__ = "screening_merge"
    __table_args__ = (UniqueConstraint("former_id"), CheckConstraint("former_id <> party_id", name="two_records"))

    party_id: UUID = Field(foreign_key="party.id", index=True)
    former_id: UUID = Field(foreign_key="party.id")
    carried_at: datetime = utc_column()
    looked_at: datetime | None = utc_column(nullable=True, default=None)
