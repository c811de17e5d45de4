"""Who is screened, and how an entity's or subject's names look once analysed."""

from dataclasses import dataclass

from backend.screening.lists.entity import BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.matching.organisation_names import organisation_readings
from backend.screening.matching.person_names import person_readings
from backend.screening.matching.readings import Reading


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer, a beneficial owner, a payee: what is known of them. Any name may be in any script."""

    names: tuple[str, ...]
    kind: EntityKind = EntityKind.UNKNOWN
    birth_date: BirthDate | None = None
    countries: frozenset[str] = frozenset()
    gender: Gender | None = None
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """One name with its readings; `person` says under which rules it was read."""

    text: str
    person: bool
    weak: bool
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """An entity with all its names read: what an index keeps."""

    entity: Entity
    names: tuple[Written, ...]


def read_entity(entity: Entity) -> Profile:
    return Profile(entity, tuple(one for name in entity.names for one in _read(name, entity.kind)))


def read_subject(subject: Subject) -> tuple[Written, ...]:
    return tuple(one for text in subject.names for one in _read(Name(text), subject.kind))


def _read(name: Name, kind: EntityKind) -> list[Written]:
    """An entry of unknown kind is read both as a person's and as an organisation's name."""
    weak = name.kind is NameKind.WEAK
    found = []
    if kind in (EntityKind.PERSON, EntityKind.UNKNOWN):
        found.append(Written(name.text, True, weak, person_readings(name.text, name.family_first)))
    if kind is not EntityKind.PERSON:
        found.append(Written(name.text, False, weak, organisation_readings(name.text)))
    return [one for one in found if one.readings]
