"""One frozen model of a list entry, whatever its publisher's format."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class EntityKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"

    def excludes(self, other: "EntityKind") -> bool:
        """A company is no ship, whatever both are called; who is looked for without a kind may be anything."""
        company, craft = EntityKind.ORGANISATION, (EntityKind.VESSEL, EntityKind.AIRCRAFT)
        return (self is company and other in craft) or (other is company and self in craft)


class NameKind(StrEnum):
    PRIMARY = "primary"
    ALIAS = "alias"
    WEAK = "weak"
    """The publisher calls it low quality: a nickname, an abbreviation, a nom de guerre."""
    ORIGINAL_SCRIPT = "original_script"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class Name:
    """`family_first` is set where the publisher's format says which part comes first (OFAC "LAST, First")."""

    text: str
    kind: NameKind = NameKind.PRIMARY
    script: str | None = None
    family_first: bool = False


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as a closed range of days; an exact date has first == last.

    `approximate` marks the publisher's "circa": the range is then what was written, not what is possible.
    """

    first: date
    last: date
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """`value` as published; `country` is ISO 3166-1 alpha-2 where the publisher's text could be mapped."""

    type: str
    value: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    text: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entry of a list. `id` is the publisher's own and unique within `source`."""

    id: str
    source: str
    kind: EntityKind
    names: tuple[Name, ...]
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    genders: tuple[Gender, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    programmes: tuple[str, ...] = ()
    remarks: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.id
