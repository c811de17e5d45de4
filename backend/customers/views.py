"""What reads answer with: values as the actor may see them. None is absent or hidden; `visible` tells which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar
from uuid import UUID

from backend.access.fields import Visibility
from backend.customers.ownership import Ground

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`after` goes into the next call; None at the end."""

    items: tuple[T, ...]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class CustomerView:
    id: UUID
    party_id: UUID
    number: str
    manager_id: UUID | None
    team_id: UUID | None
    stage: str
    stage_since: datetime
    risk_level: str | None
    next_review_on: date | None
    activated_at: datetime | None
    exited_at: datetime | None
    ver: int


@dataclass(frozen=True, slots=True)
class PartySummary:
    """One line of a list. `birth_date` is ISO text, or its mask."""

    id: UUID
    kind: str
    status: str
    merged_into_id: UUID | None
    name: str | None
    birth_date: str | None
    country: str | None
    customer: CustomerView | None
    visible: Mapping[str, Visibility]


@dataclass(frozen=True, slots=True)
class NameView:
    id: UUID
    party_id: UUID
    kind: str
    script: str
    full_name: str | None
    given_name: str | None
    family_name: str | None
    display_name: str | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class IdentifierView:
    id: UUID
    party_id: UUID
    type: str
    country: str | None
    issuer: str | None
    value: str | None
    issued_on: date | None
    expires_on: date | None
    checked: bool


@dataclass(frozen=True, slots=True)
class AddressView:
    id: UUID
    party_id: UUID
    kind: str
    text: str | None
    country: str
    region: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ContactView:
    id: UUID
    party_id: UUID
    kind: str
    value: str | None
    preferred: bool
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CountryView:
    id: UUID
    party_id: UUID
    kind: str
    country: str | None
    tax_number: str | None


@dataclass(frozen=True, slots=True)
class RelationshipView:
    """Read as "from … is … of to"; the names are None where the other party may not be seen."""

    id: UUID
    from_id: UUID
    from_name: str | None
    to_id: UUID
    to_name: str | None
    kind: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class StakeView:
    id: UUID
    owner_id: UUID
    owner_name: str | None
    owned_id: UUID
    owned_name: str | None
    kind: str
    fraction: Decimal | None
    source: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    id: UUID
    party_id: UUID
    case_id: UUID | None
    type: str
    issuer: str | None
    country: str | None
    number: str | None
    file_name: str | None
    media_type: str
    size: int
    sha256: str
    issued_on: date | None
    expires_on: date | None
    status: str
    reason: str | None
    uploaded_by: UUID
    uploaded_at: datetime
    verified_by: UUID | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class PathView:
    """From the owner down to the company."""

    parties: tuple[UUID, ...]
    names: tuple[str | None, ...]
    fractions: tuple[Fraction, ...]
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class OwnerView:
    """Shares of one, exact; None where the actor may not see figures of ownership."""

    party_id: UUID
    name: str | None
    grounds: tuple[Ground, ...]
    interest: Fraction | None
    held: Fraction | None
    paths: tuple[PathView, ...]
    all_paths: bool
    chain: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class OwnershipView:
    """`ruleset` is the SHA-256 of the thresholds that decided."""

    party_id: UUID
    owners: tuple[OwnerView, ...]
    unresolved: tuple[tuple[UUID, Fraction], ...]
    unexplained: Fraction | None
    fallback: bool
    ruleset: str


@dataclass(frozen=True, slots=True)
class PartyView:
    """Everything a customer page shows."""

    id: UUID
    ver: int
    kind: str
    status: str
    merged_into_id: UUID | None
    name: str | None
    birth_date: str | None
    gender: str | None
    occupation: str | None
    industry: str | None
    legal_form: str | None
    founded_on: date | None
    country: str | None
    region: str | None
    correspondence_language: str | None
    source: str
    source_ref: str | None
    created_by: UUID
    created_at: datetime
    customer: CustomerView | None
    names: tuple[NameView, ...]
    identifiers: tuple[IdentifierView, ...]
    addresses: tuple[AddressView, ...]
    contacts: tuple[ContactView, ...]
    countries: tuple[CountryView, ...]
    relationships: tuple[RelationshipView, ...]
    stakes: tuple[StakeView, ...]
    ownership: OwnershipView | None
    documents: tuple[DocumentView, ...]
    visible: Mapping[str, Visibility]


@dataclass(frozen=True, slots=True)
class MergeView:
    id: UUID
    first: PartySummary
    second: PartySummary
    score: int
    evidence: tuple[Mapping[str, Any], ...]
    status: str
    survivor_id: UUID | None
    proposed_by: UUID | None
    proposed_at: datetime | None
    decided_by: UUID | None
    decided_at: datetime | None
