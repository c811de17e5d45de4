"""What a client writes to record or change a party. What a value must look like is judged by the capability."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import strawberry

from backend.api.party_enums import (
    AddressKind,
    ContactKind,
    CountryTieKind,
    NameKind,
    PartyKind,
    RelationshipKind,
    Stage,
    StakeKind,
)

_LANGUAGE: Final = "In which they want to be written to: en or zh_CN (BCP 47 zh, zh-CN as well)."


@strawberry.input
class NameInput:
    full_name: str
    kind: NameKind = NameKind.LEGAL
    given_name: str | None = None
    family_name: str | None = None


@strawberry.input
class IdentifierInput:
    type: str
    value: str
    country: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@strawberry.input
class AddressInput:
    kind: AddressKind
    text: str
    country: str
    region: str | None = None
    valid_from: date | None = None


@strawberry.input(description="`region` tells in which country's plan a phone number without +… is to be read.")
class ContactInput:
    kind: ContactKind
    value: str
    preferred: bool = False
    region: str | None = None


@strawberry.input
class CountryInput:
    kind: CountryTieKind
    country: str
    tax_number: str | None = None


@strawberry.input(description="Opens the customer relationship.")
class RelationInput:
    manager_id: UUID | None = None
    team_id: UUID | None = None
    stage: Stage = Stage.PROSPECT


@strawberry.input(description="Exactly one name is the legal one; other scripts are transliterations.")
class PartyInput:
    kind: PartyKind
    names: list[NameInput]
    source: str
    source_ref: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    occupation: str | None = None
    industry: str | None = None
    legal_form: str | None = None
    founded_on: date | None = None
    country: str | None = None
    region: str | None = None
    correspondence_language: str | None = strawberry.field(default=None, description=_LANGUAGE)
    identifiers: list[IdentifierInput] = strawberry.field(default_factory=list)
    addresses: list[AddressInput] = strawberry.field(default_factory=list)
    contacts: list[ContactInput] = strawberry.field(default_factory=list)
    countries: list[CountryInput] = strawberry.field(default_factory=list)
    relation: RelationInput | None = None


@strawberry.input(description="Only what is given changes; null clears. The legal name changes through addName.")
class PartyChanges:
    birth_date: date | None = strawberry.UNSET
    gender: str | None = strawberry.UNSET
    occupation: str | None = strawberry.UNSET
    industry: str | None = strawberry.UNSET
    legal_form: str | None = strawberry.UNSET
    founded_on: date | None = strawberry.UNSET
    country: str | None = strawberry.UNSET
    region: str | None = strawberry.UNSET
    correspondence_language: str | None = strawberry.field(default=strawberry.UNSET, description=_LANGUAGE)


@strawberry.input(description='Read as "from … is … of to".')
class RelationshipInput:
    from_id: UUID
    to_id: UUID
    kind: RelationshipKind
    valid_from: date | None = None


@strawberry.input(description="`fraction` is a share of one (0.25 is a quarter); control without a share has none.")
class StakeInput:
    owner_id: UUID
    owned_id: UUID
    kind: StakeKind
    fraction: Decimal | None = None
    source: str | None = None
    valid_from: date | None = None
