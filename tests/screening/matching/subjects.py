"""Short ways to write a subject, an entry and the verdict on the two."""

from backend.screening.lists.entity import BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.matching.compare import Match, compare
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject


def entry(
    *names: str,
    kind: EntityKind = EntityKind.PERSON,
    name_kind: NameKind = NameKind.PRIMARY,
    id_: str = "1",
    birth_dates: tuple[BirthDate, ...] = (),
    countries: tuple[str, ...] = (),
    genders: tuple[Gender, ...] = (),
    identifiers: tuple[Identifier, ...] = (),
) -> Entity:
    listed = tuple(Name(name, name_kind, family_first="," in name and kind is EntityKind.PERSON) for name in names)
    return Entity(
        id_,
        "TEST",
        kind,
        listed,
        birth_dates=birth_dates,
        countries=countries,
        genders=genders,
        identifiers=identifiers,
    )


def judged(query: str, listed: str, rules: ScreeningRules, kind: EntityKind = EntityKind.PERSON) -> Match:
    match = compare(Subject((query,), kind), entry(listed, kind=kind), rules)
    assert match is not None
    return match
