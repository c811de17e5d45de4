"""What OFAC writes into the remarks of its CSV: birth, nationality, gender, documents and weak aliases.

Parts are divided by semicolons; `alt.` marks a further value of the same sort:
"DOB 1962; alt. DOB circa 1963; POB Shati; nationality Iran; Passport A123 (Iran); a.k.a. 'ABU ISLAM, Karim'."
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from backend.screening.lists.countries import country_code
from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import BirthDate, Gender, Identifier

_IDENTIFIERS = {
    "passport": "passport",
    "diplomatic passport": "passport",
    "national id no.": "national_id",
    "identification number": "national_id",
    "personal id card": "national_id",
    "cedula no.": "national_id",
    "d.n.i.": "national_id",
    "c.u.r.p.": "national_id",
    "ssn": "national_id",
    "tax id no.": "tax_id",
    "r.f.c.": "tax_id",
    "nit #": "tax_id",
    "ruc #": "tax_id",
    "registration number": "registration",
    "registration id": "registration",
    "company number": "registration",
    "business registration number": "registration",
    "commercial registry number": "registration",
    "unified social credit code (uscc)": "registration",
    "swift/bic": "bic",
    "vessel registration identification imo": "imo",
    "mmsi": "mmsi",
    "aircraft tail number": "tail_number",
    "aircraft manufacturer's serial number (msn)": "aircraft_serial",
    "birth certificate number": "birth_certificate",
    "driver's license no.": "driving_licence",
}
_LABELS = "|".join(re.escape(label) for label in sorted(_IDENTIFIERS, key=len, reverse=True))
_IDENTIFIER = re.compile(
    rf"^(?P<label>{_LABELS})\s+(?P<value>[^\s(;]+(?:\s[^\s(;a-z]+)*)(?:\s*\((?P<country>[^)]*)\))?", re.IGNORECASE
)
_WEAK_NAME = re.compile(r"(?:a|f|n)\.k\.a\.\s+'(.+?)'(?=\s*(?:;|\.?\s*$))")
T = TypeVar("T")
_NATIONAL = re.compile(r"^(?:nationality|citizen)\s+(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remarks:
    birth_dates: tuple[BirthDate, ...]
    birth_places: tuple[str, ...]
    countries: tuple[str, ...]
    genders: tuple[Gender, ...]
    identifiers: tuple[Identifier, ...]
    weak_names: tuple[str, ...]


def read_remarks(text: str) -> Remarks:
    parts = [re.sub(r"^alt\.\s+", "", part.strip()) for part in text.rstrip(". ").split(";")]
    dates = (birth_date(part[4:]) for part in parts if part.startswith("DOB "))
    nationals = (country_code(found[1]) for part in parts if (found := _NATIONAL.match(part)))
    return Remarks(
        birth_dates=_unique(dates),
        birth_places=_unique(part[4:] for part in parts if part.startswith("POB ")),
        countries=_unique(nationals),
        genders=_unique(_gender(part) for part in parts),
        identifiers=_unique(_identifier(part) for part in parts),
        weak_names=_unique(found[1] for found in _WEAK_NAME.finditer(text)),
    )


def identifier_type(label: str) -> str:
    """OFAC's name of a document → the short type, or the name itself in lower case."""
    return _IDENTIFIERS.get(label.casefold().rstrip("."), _IDENTIFIERS.get(label.casefold(), label.casefold()))


def _unique(values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _gender(part: str) -> Gender | None:
    return {"gender male": Gender.MALE, "gender female": Gender.FEMALE}.get(part.casefold())


def _identifier(part: str) -> Identifier | None:
    found = _IDENTIFIER.match(part)
    if found is None:
        return None
    return Identifier(_IDENTIFIERS[found["label"].casefold()], found["value"], country_code(found["country"]))
