"""The facts a rule-set may ask about, by name: a closed list, so that a misspelt fact is refused at loading.

None is "not known"; it satisfies the predicate `missing` and no other. Evidence is what was handed in or done for a
case: papers, checks, waivers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

FactKind = Literal["text", "number", "flag", "set"]
Value = str | int | bool | frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known of the case and its party on the day it is assessed; no value is personal in itself."""

    party_kind: str | None = None
    purpose: str | None = None
    jurisdiction: str | None = None
    products: frozenset[str] | None = None
    channel: str | None = None
    age: int | None = None
    birth_date_known: bool = False
    gender: str | None = None
    residence: str | None = None
    region: str | None = None
    nationalities: frozenset[str] | None = None
    tax_residencies: frozenset[str] | None = None
    tax_number_known: bool = False
    occupation: str | None = None
    industry: str | None = None
    legal_form: str | None = None
    national_id: str | None = None
    registration_number: str | None = None
    lei: str | None = None
    identity_document: str | None = None
    address_known: bool = False
    contact_known: bool = False
    holder_role: str | None = None
    loan_status: str | None = None
    guardian_known: bool = False
    representative_known: bool = False
    owners_explained: int | None = None
    owners_above_threshold: int | None = None
    open_owner_cases: int = 0
    ownership_layers: int | None = None
    ownership_countries: frozenset[str] | None = None
    politically_exposed: bool | None = None
    rated_level: str | None = None
    rated_points: int | None = None
    products_catalogued: int | None = None
    products_refused: int | None = None
    products_warned: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    kind: FactKind
    meaning: str
    derived: bool = False


FACTS: Final[Mapping[str, Fact]] = MappingProxyType(
    {
        "party_kind": Fact("text", "Kind of party"),
        "purpose": Fact("text", "Purpose of the case"),
        "jurisdiction": Fact("text", "Jurisdiction"),
        "products": Fact("set", "Products applied for"),
        "channel": Fact("text", "Channel"),
        "age": Fact("number", "Age in years"),
        "birth_date_known": Fact("flag", "Date of birth known"),
        "gender": Fact("text", "Gender"),
        "residence": Fact("text", "Country of residence or registration"),
        "region": Fact("text", "Region"),
        "nationalities": Fact("set", "Nationalities"),
        "tax_residencies": Fact("set", "Tax residencies"),
        "tax_number_known": Fact("flag", "Tax number known for every tax residency"),
        "occupation": Fact("text", "Occupation"),
        "industry": Fact("text", "Industry"),
        "legal_form": Fact("text", "Legal form"),
        "national_id": Fact("text", "National identity number status"),
        "registration_number": Fact("text", "Registration number"),
        "lei": Fact("text", "Legal entity identifier"),
        "identity_document": Fact("text", "Identity document"),
        "address_known": Fact("flag", "Address known"),
        "contact_known": Fact("flag", "Phone number or e-mail known"),
        "holder_role": Fact("text", "Role at the accounts"),
        "loan_status": Fact("text", "Standing of loans"),
        "guardian_known": Fact("flag", "Guardian recorded"),
        "representative_known": Fact("flag", "Director or authorised signatory recorded"),
        "owners_explained": Fact("number", "Ownership explained, in per cent"),
        "owners_above_threshold": Fact("number", "Beneficial owners above the threshold"),
        "open_owner_cases": Fact("number", "Beneficial owners whose own case is not approved"),
        "ownership_layers": Fact("number", "Layers of ownership"),
        "ownership_countries": Fact("set", "Countries in the ownership structure"),
        "politically_exposed": Fact("flag", "Politically exposed"),
        "rated_level": Fact("text", "Risk level given by the rating"),
        "rated_points": Fact("number", "Risk points given by the rating"),
        "products_catalogued": Fact("number", "Products applied for that the catalogue has"),
        "products_refused": Fact("number", "Products applied for that may not be sold to the customer"),
        "products_warned": Fact("number", "Products applied for that are sold with a warning only"),
        "risk_level": Fact("text", "Risk level", derived=True),
        "risk_points": Fact("number", "Risk points", derived=True),
        "due_diligence": Fact("text", "Due diligence", derived=True),
    }
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the party, as its review left it."""

    id: UUID
    type: str
    status: str
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`checks` holds the latest status of each kind of check; `signatures` counts those of the current round."""

    papers: tuple[Paper, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()
    signatures: int = 0


NO_EVIDENCE: Final = Evidence()


def age(born: date, day: date) -> int:
    """Completed years; somebody born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
