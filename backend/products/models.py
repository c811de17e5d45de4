"""Products, their versions, what was put before those who sign, every move from state to state, and every signature."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, utc_column
from backend.products.definition import ProductKind


class ProductState(StrEnum):
    """The life of a product (EBA/GL/2015/18; Commission Delegated Regulation (EU) 2017/2358)."""

    CONCEPT = "concept"
    DESIGN = "design"
    TARGET_MARKET = "target_market"
    TESTING = "testing"
    APPROVAL = "approval"
    ON_SALE = "on_sale"
    UNDER_REVIEW = "under_review"
    REMEDIATION = "remediation"
    WITHDRAWN = "withdrawn"
    RUN_OFF = "run_off"
    RETIRED = "retired"


PREPARING = (
    ProductState.CONCEPT.value,
    ProductState.DESIGN.value,
    ProductState.TARGET_MARKET.value,
    ProductState.TESTING.value,
    ProductState.APPROVAL.value,
)
"""Stages of a version that is not approved yet; a product that was never sold is in the state of its version."""


class VersionEnd(StrEnum):
    """Stages of a version beside those of preparation."""

    APPROVED = "approved"
    ABANDONED = "abandoned"


class ProductRisk(StrEnum):
    """How much can go wrong for customers; it decides what the gates ask for and how often the product is reviewed."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class MoveState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Vote(StrEnum):
    AGREE = "agree"
    REFUSE = "refuse"


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


_STATES = [state.value for state in ProductState]


class Product(Audited, table=True):
    """`opened_on` is the first day of sale, `closed_on` the day from which nothing new is sold."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        Index("ix_product_kind", "tenant_id", "kind", "state"),
        CheckConstraint(_one_of("state", *_STATES), name="state"),
        CheckConstraint(_one_of("kind", *(kind.value for kind in ProductKind)), name="kind"),
        CheckConstraint(_one_of("risk", *(risk.value for risk in ProductRisk)), name="risk"),
    )

    code: str
    kind: str
    state: str = ProductState.CONCEPT
    risk: str
    owner_id: UUID
    created_at: datetime = utc_column()
    opened_on: date | None = None
    closed_on: date | None = None


class ProductVersion(Audited, table=True):
    """A definition on its way to approval, and afterwards unchangeable.

    `authors` are all who wrote in it; they sign nothing. It may be sold from `effective_from` to `effective_to`, both
    included; two versions of one product are never effective on one day (an exclusion in the database).
    """

    __tablename__ = "product_version"
    __table_args__ = (
        UniqueConstraint("product_id", "number"),
        Index(
            "uq_product_version_draft",
            "product_id",
            unique=True,
            postgresql_where=text("stage NOT IN ('approved', 'abandoned')"),
        ),
        CheckConstraint(_one_of("stage", *PREPARING, *(end.value for end in VersionEnd)), name="stage"),
        CheckConstraint("(effective_from IS NOT NULL) = (stage = 'approved')", name="approved"),
        CheckConstraint("effective_to IS NULL OR effective_from IS NOT NULL", name="period"),
    )

    product_id: UUID = Field(foreign_key="product.id", index=True)
    number: int
    stage: str = ProductState.CONCEPT
    definition: dict[str, Any] = Field(sa_type=JSONB)
    sha256: str
    authors: list[str] = Field(sa_type=JSONB)
    changed_at: datetime = utc_column()
    effective_from: date | None = None
    effective_to: date | None = None


class ProductArtefact(Audited, table=True):
    """What a gate asks for: a test report, a fair-value assessment, a key-facts document. The newest number counts."""

    __tablename__ = "product_artefact"
    __table_args__ = (UniqueConstraint("version_id", "kind", "number"),)

    product_id: UUID = Field(foreign_key="product.id", index=True)
    version_id: UUID = Field(foreign_key="product_version.id")
    kind: str
    number: int
    name: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    added_by: UUID
    added_at: datetime = utc_column()


class ProductContent(Tenanted, table=True):
    """The bytes of artefacts and of documents for customers under their own hash; nobody changes or deletes them."""

    __tablename__ = "product_content"
    __table_args__ = (
        UniqueConstraint("tenant_id", "sha256"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="hash"),
    )

    sha256: str
    media_type: str
    content: bytes = Field(sa_type=LargeBinary)


class ProductMove(Audited, table=True):
    """One step from `origin` to `target`: of a version, of the product, or of both (the first version of a product).

    `binding` is the hash of what the signatures are for: the definition and the artefacts as they lie there, the step,
    and the gate's rule-set. A change of any of them voids the signatures, and the move is bound anew.
    """

    __tablename__ = "product_move"
    __table_args__ = (
        Index(
            "uq_product_move_version", "product_id", unique=True, postgresql_where=text("state = 'open' AND of_version")
        ),
        Index(
            "uq_product_move_product", "product_id", unique=True, postgresql_where=text("state = 'open' AND of_product")
        ),
        Index("ix_product_move_done", "product_id", "ended_at", postgresql_where=text("state = 'done'")),
        CheckConstraint(_one_of("origin", *_STATES), name="origin"),
        CheckConstraint(_one_of("target", *_STATES), name="target"),
        CheckConstraint(_one_of("state", *(state.value for state in MoveState)), name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("of_version OR of_product", name="of_something"),
    )

    product_id: UUID = Field(foreign_key="product.id")
    version_id: UUID = Field(foreign_key="product_version.id", index=True)
    of_version: bool
    of_product: bool
    origin: str
    target: str
    state: str = MoveState.OPEN
    binding: str
    ruleset: str
    reason: str | None = Field(default=None, sa_type=Text)
    effective_on: date | None = None
    effective_to: date | None = None
    proposed_by: UUID
    proposed_at: datetime = utc_column()
    ended_by: UUID | None = None
    ended_at: datetime | None = utc_column(nullable=True, default=None)


class ProductSignature(Audited, table=True):
    """One person's word on a move, given in one role; it can be voided and not changed.

    The database refuses the word of whoever proposed the move or wrote in the version, and a second word of one person.
    """

    __tablename__ = "product_signature"
    __table_args__ = (
        Index(
            "uq_product_signature_person",
            "move_id",
            "signed_by",
            unique=True,
            postgresql_where=text("voided_at IS NULL"),
        ),
        CheckConstraint(_one_of("vote", *(vote.value for vote in Vote)), name="vote"),
    )

    move_id: UUID = Field(foreign_key="product_move.id")
    product_id: UUID = Field(foreign_key="product.id", index=True)
    role: str
    vote: str
    binding: str
    note: str | None = Field(default=None, sa_type=Text)
    signed_by: UUID
    signed_at: datetime = utc_column()
    voided_at: datetime | None = utc_column(nullable=True, default=None)
