"""A customer who comes with a file: one form for every source, and what a rule-set is told of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.customers.identifiers import NATIONAL, REGISTRATION, TYPES
from backend.onboarding.facts import CaseFacts, age

PURPOSE = "migrated"


@dataclass(frozen=True, slots=True)
class Identifier:
    """`verdict` is valid, incomplete or no_rule; an invalid one is a problem of its row and never gets here."""

    type: str
    value: str
    verdict: str
    country: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Name:
    kind: str
    script: str
    full: str
    given: str | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """What `owner` has of the organisation `owned`, both by source reference; `fraction` is a share of one."""

    owner: str
    owned: str
    kind: str
    fraction: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrant:
    """`ref` is unique within the institution and makes the import repeatable; `number` is what people call it by.

    `line` is where it stands in its file, 0 where that does not matter.
    """

    ref: str
    number: str
    kind: str
    names: tuple[Name, ...]
    birth_date: date | None = None
    gender: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    country: str | None = None
    region: str | None = None
    area: str | None = None
    nationalities: tuple[str, ...] = ()
    tax_residencies: tuple[tuple[str, str | None], ...] = ()
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    occupation: str | None = None
    industry: str | None = None
    legal_form: str | None = None
    founded_on: date | None = None
    language: str | None = None
    products: frozenset[str] = frozenset()
    holder_role: str | None = None
    loan_status: str | None = None
    owners_explained: int | None = None
    owners_above_threshold: int | None = None
    line: int = 0

    @property
    def legal_name(self) -> str:
        return self.names[0].full


def facts_of(migrant: Migrant, jurisdiction: str, as_of: date) -> CaseFacts:
    """Ages are counted on `as_of`, the day the files speak of."""
    identifiers = [(identifier, TYPES[identifier.type].field) for identifier in migrant.identifiers]
    return CaseFacts(
        party_kind=migrant.kind,
        purpose=PURPOSE,
        jurisdiction=jurisdiction,
        products=migrant.products,
        channel="migration",
        age=None if migrant.birth_date is None else age(migrant.birth_date, as_of),
        birth_date_known=migrant.birth_date is not None,
        gender=migrant.gender,
        residence=migrant.country,
        region=migrant.region,
        nationalities=frozenset(migrant.nationalities) or None,
        tax_residencies=frozenset(country for country, _ in migrant.tax_residencies) or None,
        tax_number_known=bool(migrant.tax_residencies) and all(number for _, number in migrant.tax_residencies),
        occupation=migrant.occupation,
        industry=migrant.industry,
        legal_form=migrant.legal_form,
        national_id=_standing(identifier for identifier, field in identifiers if field == NATIONAL),
        registration_number=_standing(identifier for identifier, field in identifiers if field == REGISTRATION),
        lei=_standing(identifier for identifier, _ in identifiers if identifier.type == "lei"),
        address_known=migrant.address is not None,
        contact_known=migrant.email is not None or migrant.phone is not None,
        holder_role=migrant.holder_role,
        loan_status=migrant.loan_status,
        owners_explained=migrant.owners_explained,
        owners_above_threshold=migrant.owners_above_threshold,
    )


def _standing(identifiers: Iterable[Identifier]) -> str | None:
    """The best of them: valid by its public rule, or incomplete where none could check it; None without one."""
    verdicts = {identifier.verdict for identifier in identifiers}
    if "valid" in verdicts:
        return "valid"
    return "incomplete" if verdicts else None
