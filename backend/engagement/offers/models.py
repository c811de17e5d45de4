"""What customers said to what was offered to them, with everything it rested on; and whom to look at first."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlmodel import Field

from backend.core.tables import Audited, Tenanted, personal_column, utc_column


class Answer(StrEnum):
    """`later` comes back on the day that the customer named."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LATER = "later"


class Basis(StrEnum):
    """Where the chance comes from: a model's score of this customer, or how often others like her accepted."""

    MODEL = "model"
    BASE_RATE = "base_rate"


class OfferAnswer(Audited, table=True):
    """One answer to one offer. `place` is where it stood in the ranking; `sale_id` what came of an acceptance.

    `low`..`high` is the interval of `propensity`; `model` and `model_version` name the score, None for a base rate.
    `likeness` is the group of customers alike that the customer was in, by the bounds of that day; `explored` an offer
    made to learn. Both are empty in answers of before they were kept.
    """

    __tablename__ = "offer_answer"
    __table_args__ = (
        CheckConstraint("answer IN ('accepted', 'declined', 'later')", name="answer"),
        CheckConstraint("basis IN ('model', 'base_rate')", name="basis"),
        CheckConstraint("(answer = 'declined') = (reason IS NOT NULL)", name="reasoned"),
        CheckConstraint("(answer = 'later') = (until IS NOT NULL)", name="dated"),
        CheckConstraint("sale_id IS NULL OR answer = 'accepted'", name="sold"),
        Index("ix_offer_answer_party", "party_id", "answered_at"),
        Index("ix_offer_answer_product", "tenant_id", "product_code", "answered_at"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    product_code: str
    answer: str
    reason: str | None = None
    until: date | None = None
    channel: str
    answered_at: datetime = utc_column()
    answered_by: UUID
    ruleset: str
    place: int
    propensity: Decimal = Field(sa_type=Numeric(9, 6))
    low: Decimal = Field(sa_type=Numeric(9, 6))
    high: Decimal = Field(sa_type=Numeric(9, 6))
    basis: str
    model: str | None = None
    model_version: int | None = None
    expected: Decimal = Field(sa_type=Numeric(20, 4))
    currency: str
    sale_id: UUID | None = Field(default=None, foreign_key="sale.id", index=True)
    likeness: str | None = None
    explored: bool | None = None


class OfferOpening(Tenanted, table=True):
    """Of customers alike: how many could have opened the product in the last months, and how many did.

    Counts of the whole portfolio, written anew every night; nobody is named.
    """

    __tablename__ = "offer_opening"
    __table_args__ = (UniqueConstraint("tenant_id", "product_code", "likeness"),)

    product_code: str
    likeness: str
    could: int
    opened: int


class NextOffer(Tenanted, table=True):
    """The best offer to a customer as the last night ranked it.

    It says whose offers are worth looking at and nothing more: whatever is shown is ranked anew at that moment.
    """

    __tablename__ = "next_offer"
    __table_args__ = (
        UniqueConstraint("party_id"),
        Index("ix_next_offer_expected", "tenant_id", "expected"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    product_code: str = personal_column()
    expected: Decimal = Field(sa_type=Numeric(20, 4))
    ranked_at: datetime = utc_column()
