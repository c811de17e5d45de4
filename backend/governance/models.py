"""Texts of rule-sets, proposals to change them, what was simulated, and which text stands from when to when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column


class ProposalState(StrEnum):
    DRAFT = "draft"
    SIMULATED = "simulated"
    PROPOSED = "proposed"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class SimulationState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RuleSetText(Audited, table=True):
    """The bytes of a rule-set, kept for ever under their own hash, so that every old decision can be recomputed.

    The database checks the hash and lets nobody change or delete a text.
    """

    __tablename__ = "ruleset_text"
    __table_args__ = (
        UniqueConstraint("tenant_id", "sha256"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="hash"),
    )

    sha256: str
    content: bytes = Field(sa_type=LargeBinary)


class Proposal(Audited, table=True):
    """`base_sha256` is what it would replace: the text of `base_standing_id`, or the files' without a standing.

    The simulation's document is not audited itself; its digest stands here, so the approved result cannot be swapped.
    """

    __tablename__ = "ruleset_proposal"
    __table_args__ = (
        Index("ix_ruleset_proposal_name", "tenant_id", "kind", "name"),
        CheckConstraint("approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('approved', 'effective', 'superseded') OR approved_by IS NOT NULL", name="approver"
        ),
    )

    kind: str
    name: str
    base_sha256: str | None = None
    base_standing_id: UUID | None = None
    new_sha256: str
    reason: str = Field(sa_type=Text)
    effective_on: date | None = None
    state: str
    restores_id: UUID | None = None
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    simulation_id: UUID | None = None
    simulation_digest: str | None = None
    approved_by: UUID | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    decision_note: str | None = Field(default=None, sa_type=Text)


class Simulation(Tenanted, table=True):
    """One run of a simulation: about which two texts, over which records (`stamp`), and what came of it."""

    __tablename__ = "ruleset_simulation"

    proposal_id: UUID = Field(foreign_key="ruleset_proposal.id", index=True)
    base_sha256: str | None = None
    new_sha256: str
    state: str
    done: int = 0
    total: int = 0
    stamp: str | None = None
    document: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    problem: str | None = None
    started_by: UUID
    started_at: datetime = utc_column()
    seen_at: datetime = utc_column()
    finished_at: datetime | None = utc_column(nullable=True, default=None)


class Standing(Audited, table=True):
    """From when to when a text is in force. Periods of one rule-set never overlap (an exclusion in the database)."""

    __tablename__ = "ruleset_standing"
    __table_args__ = (
        Index("ix_ruleset_standing_name", "tenant_id", "kind", "name", "effective_from"),
        CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
        Index(
            "uq_ruleset_standing_open",
            "tenant_id",
            "kind",
            "name",
            unique=True,
            postgresql_where=text("effective_to IS NULL"),
        ),
    )

    kind: str
    name: str
    sha256: str
    proposal_id: UUID = Field(foreign_key="ruleset_proposal.id", unique=True)
    effective_from: datetime = utc_column()
    effective_to: datetime | None = utc_column(nullable=True, default=None)


class RuleSetStamp(Tenanted, table=True):
    """Counts an institution's changes of standing; every process looks at it once a second and reloads on a change."""

    __tablename__ = "ruleset_stamp"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    version: int = 0
