"""What is recorded of a party: names, identifiers, addresses, contacts, countries, ties, stakes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry

from backend.access import fields
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyParty
from backend.api.party_enums import AddressKind, ContactKind, CountryTieKind, NameKind, RelationshipKind, StakeKind
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.customers import views
from backend.customers.identifiers import TYPES

Visible = Mapping[str, fields.Visibility]


def shown(visible: Visible, field: str, value: str | date | None) -> PersonalText:
    return PersonalText.of(f"customer.{field}", value, visible.get(field, fields.Visibility.HIDDEN))


@strawberry.type
class Name:
    id: UUID
    kind: NameKind
    script: str = strawberry.field(description="ISO 15924 code of the script the name is written in.")
    full_name: PersonalText
    given_name: str | None
    family_name: str | None
    given: PersonalText = strawberry.field(description="givenName, and how it is shown.")
    family: PersonalText = strawberry.field(description="familyName, and how it is shown.")
    valid_to: date | None

    @classmethod
    def of(cls, view: views.NameView, visible: Visible) -> "Name":
        return cls(
            id=view.id,
            kind=NameKind(view.kind),
            script=view.script,
            full_name=shown(visible, "name", view.full_name),
            given_name=view.given_name,
            family_name=view.family_name,
            given=shown(visible, "name", view.given_name),
            family=shown(visible, "name", view.family_name),
            valid_to=view.valid_to,
        )


@strawberry.type
class Identifier:
    id: UUID
    type: str
    words: str
    country: str | None
    issuer: str | None
    value: PersonalText
    issued_on: date | None
    expires_on: date | None
    checked: bool = strawberry.field(description="It passed the public check-digit rule of its type.")

    @classmethod
    def of(cls, view: views.IdentifierView, visible: Visible) -> "Identifier":
        known = TYPES[view.type]
        return cls(
            id=view.id,
            type=view.type,
            words=known.meaning,
            country=view.country,
            issuer=view.issuer,
            value=shown(visible, known.field, view.value),
            issued_on=view.issued_on,
            expires_on=view.expires_on,
            checked=view.checked,
        )


@strawberry.type
class Address:
    id: UUID
    kind: AddressKind
    text: PersonalText
    country: str
    region: str | None
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, view: views.AddressView, visible: Visible) -> "Address":
        return cls(
            id=view.id,
            kind=AddressKind(view.kind),
            text=shown(visible, "address", view.text),
            country=view.country,
            region=view.region,
            valid_from=view.valid_from,
            valid_to=view.valid_to,
        )


@strawberry.type
class Contact:
    id: UUID
    kind: ContactKind
    value: PersonalText
    preferred: bool
    valid_to: date | None

    @classmethod
    def of(cls, view: views.ContactView, visible: Visible) -> "Contact":
        return cls(
            id=view.id,
            kind=ContactKind(view.kind),
            value=shown(visible, view.kind, view.value),
            preferred=view.preferred,
            valid_to=view.valid_to,
        )


@strawberry.type(description="A nationality, a tax residency with its number, or the country of birth.")
class CountryTie:
    id: UUID
    kind: CountryTieKind
    country: PersonalText
    tax_number: PersonalText

    @classmethod
    def of(cls, view: views.CountryView, visible: Visible) -> "CountryTie":
        field = "birth_place" if view.kind == CountryTieKind.BIRTH.value else "nationality"
        return cls(
            id=view.id,
            kind=CountryTieKind(view.kind),
            country=shown(visible, field, view.country),
            tax_number=shown(visible, "tax_id", view.tax_number),
        )


@strawberry.type(description='Read as "from … is … of to"; a party that may not be seen has no name and no record.')
class Relationship:
    id: UUID
    kind: RelationshipKind
    from_id: UUID
    from_name: str | None
    to_id: UUID
    to_name: str | None
    valid_from: date | None
    valid_to: date | None

    @resolved(weight=2)
    def from_party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.from_id)

    @resolved(weight=2)
    def to_party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.to_id)

    @classmethod
    def of(cls, view: views.RelationshipView, _: Visible) -> "Relationship":
        return cls(
            id=view.id,
            kind=RelationshipKind(view.kind),
            from_id=view.from_id,
            from_name=view.from_name,
            to_id=view.to_id,
            to_name=view.to_name,
            valid_from=view.valid_from,
            valid_to=view.valid_to,
        )


@strawberry.type(description="A share of one (0.25 is a quarter), or control without a share.")
class Stake:
    id: UUID
    kind: StakeKind
    owner_id: UUID
    owner_name: str | None
    owned_id: UUID
    owned_name: str | None
    fraction: Decimal | None
    source: str | None
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, view: views.StakeView, _: Visible) -> "Stake":
        return cls(
            id=view.id,
            kind=StakeKind(view.kind),
            owner_id=view.owner_id,
            owner_name=view.owner_name,
            owned_id=view.owned_id,
            owned_name=view.owned_name,
            fraction=view.fraction,
            source=view.source,
            valid_from=view.valid_from,
            valid_to=view.valid_to,
        )
