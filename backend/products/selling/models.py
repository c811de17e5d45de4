"""Sales, and attempts that were refused, with everything they rested on."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class SaleState(StrEnum):
    """`proposed` waits for a second person's signature."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Sale(Audited, table=True):
    """What was sold rests on its assessment (where the product needs one), on the rule-set and on the verdict of the
    target market; the database refuses a sale without the assessment, and a signature by whoever sold.

    `reasons` are the codes, effects and figures of the answer that let it through or refused it. `insistence` is JSON
    under the customer's key: the text that was read out to her, in which language, and her own words.
    """

    __tablename__ = "sale"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'confirmed', 'refused', 'cancelled')", name="state"),
        CheckConstraint(
            "state = 'refused' OR needs_assessment IS NULL OR assessment_id IS NOT NULL", name="rests_on_assessment"
        ),
        CheckConstraint("signed_by <> sold_by", name="four_eyes"),
        CheckConstraint(
            "state <> 'confirmed' OR NOT needs_signature OR signed_by IS NOT NULL", name="second_signature"
        ),
        CheckConstraint("state = 'refused' OR NOT needs_insistence OR insistence IS NOT NULL", name="insisted"),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint("market IN ('inside', 'outside', 'unknown')", name="market"),
        Index("ix_sale_party", "party_id", "sold_at"),
        Index("ix_sale_version", "product_version_id", "sold_at"),
        Index("ix_sale_time", "tenant_id", "sold_at"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    product_id: UUID = Field(foreign_key="product.id")
    product_version_id: UUID | None = Field(default=None, foreign_key="product_version.id")
    channel: str
    sold_at: datetime = utc_column()
    sold_by: UUID
    state: str
    amount: Decimal | None = Field(default=None, sa_type=Numeric(20, 4))
    currency: str | None = None
    holding_ref: str | None = None
    needs_assessment: str | None = None
    assessment_id: UUID | None = Field(default=None, foreign_key="assessment.id", index=True)
    grade: str | None = None
    ruleset: str
    allowed: str
    market: str
    market_reasons: list[str] = Field(sa_type=JSONB)
    reasons: list[dict[str, Any]] = Field(sa_type=JSONB)
    needs_insistence: bool = False
    insistence: bytes | None = sealed_column(nullable=True, default=None)
    needs_signature: bool = False
    signed_by: UUID | None = None
    signed_at: datetime | None = utc_column(nullable=True, default=None)
    ended_at: datetime | None = utc_column(nullable=True, default=None)
    ended_by: UUID | None = None
    ended_reason: str | None = None
