"""The record of a party: who it is, by which names and papers, how it is tied to others, and who looks after it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Numeric, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backend.core.tables import Audited, Tenanted, personal_column, sealed_column, utc_column


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class PartyStatus(StrEnum):
    ACTIVE = "active"
    MERGED = "merged"
    SHREDDED = "shredded"


class NameKind(StrEnum):
    LEGAL = "legal"
    BIRTH = "birth"
    ALIAS = "alias"
    TRADING = "trading"
    TRANSLITERATION = "transliteration"


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class AddressKind(StrEnum):
    HOME = "home"
    REGISTERED = "registered"
    BUSINESS = "business"
    POSTAL = "postal"


class CountryTieKind(StrEnum):
    NATIONALITY = "nationality"
    TAX_RESIDENCY = "tax_residency"
    BIRTH = "birth"


class RelationshipKind(StrEnum):
    """Read as "from … is … of to"."""

    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    PARENT = "parent"
    DIRECTOR = "director"
    AUTHORISED_SIGNATORY = "authorised_signatory"
    DISPONENT = "disponent"
    EMPLOYEE = "employee"


class StakeKind(StrEnum):
    SHARES = "shares"
    VOTES = "votes"
    CONTROL = "control"


class Stage(StrEnum):
    PROSPECT = "prospect"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    GROWING = "growing"
    LOYAL = "loyal"
    AT_RISK = "at_risk"
    DORMANT = "dormant"
    CHURNED = "churned"
    WON_BACK = "won_back"
    EXITED = "exited"


class DocumentStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REVISION = "revision"
    REJECTED = "rejected"
    EXPIRED = "expired"


class MergeStatus(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"
    MERGED = "merged"
    DISMISSED = "dismissed"


class Party(Audited, table=True):
    """`name` is the current legal name; every name in every script stands in `party_name`."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_ref"),
        Index("ix_party_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )

    kind: str
    status: str = PartyStatus.ACTIVE
    merged_into_id: UUID | None = Field(default=None, foreign_key="party.id")
    name: bytes = sealed_column(owner="id")
    birth_date: bytes | None = sealed_column(owner="id", nullable=True, default=None)
    gender: str | None = personal_column(default=None)
    occupation: str | None = personal_column(default=None)
    industry: str | None = personal_column(default=None)
    legal_form: str | None = personal_column(default=None)
    founded_on: date | None = personal_column(default=None)
    country: str | None = None
    region: str | None = personal_column(default=None)
    correspondence_language: str | None = personal_column(default=None)
    source: str
    source_ref: str | None = personal_column(default=None)
    referred_by: UUID | None = Field(default=None, index=True)
    created_by: UUID
    created_at: datetime = utc_column()


class PartyName(Audited, table=True):
    __tablename__ = "party_name"

    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    script: str
    full_name: bytes = sealed_column()
    given_name: bytes | None = sealed_column(nullable=True, default=None)
    family_name: bytes | None = sealed_column(nullable=True, default=None)
    valid_to: date | None = None


class NameTag(SQLModel, table=True):
    """Keyed tags of the words of a name, for search without decrypting; derived, so not versioned, and erased whole."""

    __tablename__ = "name_tag"
    __table_args__ = (
        PrimaryKeyConstraint("party_id", "tag"),
        Index("ix_name_tag_tag", "tenant_id", "tag", "party_id"),
    )

    tenant_id: UUID
    party_id: UUID = Field(foreign_key="party.id")
    tag: bytes = Field(sa_type=LargeBinary)


class PartyIdentifier(Audited, table=True):
    __tablename__ = "party_identifier"
    __table_args__ = (Index("ix_party_identifier_value_tag", "tenant_id", "value_tag"),)

    party_id: UUID = Field(foreign_key="party.id", index=True)
    type: str
    country: str | None = None
    issuer: str | None = None
    value: bytes = sealed_column()
    value_tag: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    issued_on: date | None = None
    expires_on: date | None = None
    checked: bool = False


class PartyAddress(Audited, table=True):
    __tablename__ = "party_address"

    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    text: bytes = sealed_column()
    country: str
    region: str | None = personal_column(default=None)
    valid_from: date | None = None
    valid_to: date | None = None


class PartyContact(Audited, table=True):
    __tablename__ = "party_contact"
    __table_args__ = (Index("ix_party_contact_value_tag", "tenant_id", "value_tag"),)

    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    value: bytes = sealed_column()
    value_tag: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)
    preferred: bool = False
    valid_to: date | None = None


class PartyCountry(Audited, table=True):
    """Nationality, tax residency (with the tax number) or country of birth."""

    __tablename__ = "party_country"
    __table_args__ = (UniqueConstraint("party_id", "kind", "country"),)

    party_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    country: str
    tax_number: bytes | None = sealed_column(nullable=True, default=None)


class PartyRelationship(Audited, table=True):
    __tablename__ = "party_relationship"
    __table_args__ = (CheckConstraint("from_id <> to_id", name="not_self"),)

    from_id: UUID = Field(foreign_key="party.id", index=True)
    to_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None


class OwnershipStake(Audited, table=True):
    """`fraction` is a share of one, 0 to 1; control without a share (a veto, a board majority) has none."""

    __tablename__ = "ownership_stake"
    __table_args__ = (
        CheckConstraint("fraction IS NULL OR (fraction > 0 AND fraction <= 1)", name="fraction_of_one"),
        CheckConstraint("owner_id <> owned_id", name="not_self"),
    )

    owner_id: UUID = Field(foreign_key="party.id", index=True)
    owned_id: UUID = Field(foreign_key="party.id", index=True)
    kind: str
    fraction: Decimal | None = Field(default=None, sa_type=Numeric(9, 8))
    source: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Document(Audited, table=True):
    __tablename__ = "document"

    party_id: UUID = Field(foreign_key="party.id", index=True)
    case_id: UUID | None = Field(default=None, index=True)
    type: str
    issuer: str | None = None
    country: str | None = None
    number: bytes | None = sealed_column(nullable=True, default=None)
    file_name: bytes | None = sealed_column(nullable=True, default=None)
    media_type: str
    size: int
    sha256: bytes = Field(sa_type=LargeBinary)
    issued_on: date | None = None
    expires_on: date | None = None
    status: str = DocumentStatus.PENDING
    reason: str | None = None
    uploaded_by: UUID
    uploaded_at: datetime = utc_column()
    verified_by: UUID | None = None
    verified_at: datetime | None = utc_column(nullable=True, default=None)


class DocumentContent(Tenanted, table=True):
    """The encrypted bytes of the document with the same id; erased with the customer's key."""

    __tablename__ = "document_content"

    party_id: UUID
    body: bytes = Field(sa_type=LargeBinary)


class MergeCase(Audited, table=True):
    """Two parties that may be one; merged only when a second person agrees."""

    __tablename__ = "merge_case"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="ordered"),
        CheckConstraint("decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
    )

    first_id: UUID = Field(foreign_key="party.id", index=True)
    second_id: UUID = Field(foreign_key="party.id", index=True)
    score: int
    evidence: list[dict[str, Any]] = Field(sa_type=JSONB)
    status: str = MergeStatus.OPEN
    survivor_id: UUID | None = None
    proposed_by: UUID | None = None
    proposed_at: datetime | None = utc_column(nullable=True, default=None)
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)


class Customer(Audited, table=True):
    """The institution's relationship with a party."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("party_id"),
        Index("ix_customer_manager", "tenant_id", "manager_id"),
        Index("ix_customer_team", "tenant_id", "team_id"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    number: str
    manager_id: UUID | None = Field(default=None, foreign_key="staff_user.id")
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    stage: str = Stage.PROSPECT
    stage_since: datetime = utc_column()
    risk_level: str | None = None
    next_review_on: date | None = None
    activated_at: datetime | None = utc_column(nullable=True, default=None)
    exited_at: datetime | None = utc_column(nullable=True, default=None)
