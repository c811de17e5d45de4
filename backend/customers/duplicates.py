"""Are two records one party? A short list of named, weighted comparisons; each says why.

A comparison answers True, False, or None when a fact is missing on either side: absence is never evidence. Weights
and the score from which people look at a pair stand in policies/customers/duplicates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from backend.customers.models import PartyKind
from backend.customers.rulesets import DuplicateRules
from backend.privacy.scripts import forms, is_han, pieces, words
from backend.privacy.tags import name_tokens, query_tokens

FULL: Final = 100
Identifier = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared. Identifiers are (type, country, normal form)."""

    kind: PartyKind
    names: frozenset[str] = frozenset()
    birth_date: date | None = None
    founded_on: date | None = None
    gender: str | None = None
    country: str | None = None
    identifiers: frozenset[Identifier] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    comparison: str
    points: int

    def as_json(self) -> dict[str, Any]:
        return {"comparison": self.comparison, "points": self.points}


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is the sum of the points, within 0 to 100; the evidence is the explanation."""

    score: int
    evidence: tuple[Evidence, ...]


def _equal(first: object | None, second: object | None) -> bool | None:
    return None if first is None or second is None else first == second


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _shared(first: frozenset[Any], second: frozenset[Any]) -> bool | None:
    return bool(first & second) if first and second else None


def same_identifier(a: Subject, b: Subject) -> bool | None:
    """The same number of the same type and country."""
    return _shared(a.identifiers, b.identifiers)


def other_identifier(a: Subject, b: Subject) -> bool | None:
    """Both have a number of the same type and country, and none is the same: people have one birth number."""
    kinds = {identifier[:2] for identifier in a.identifiers} & {identifier[:2] for identifier in b.identifiers}
    if not kinds:
        return None
    return not any(identifier in b.identifiers for identifier in a.identifiers if identifier[:2] in kinds)


def same_name(a: Subject, b: Subject) -> bool | None:
    """One name of each is written alike but for case, accents and the order of words."""
    if not (a.names and b.names):
        return None
    return bool({_key(name) for name in a.names} & {_key(name) for name in b.names})


def same_words(a: Subject, b: Subject) -> bool | None:
    """Not written alike, but every word of one name answers to the other: Wang Xiaoming and 王小明, J. Novák."""
    if same_name(a, b) is not False:
        return None
    return any(_answers(x, y) or _answers(y, x) for x in a.names for y in b.names)


def _key(name: str) -> tuple[frozenset[str], ...]:
    """A word counts in all its forms; Han names are one word."""
    parts = [part for piece in pieces(name, join_han=True) for part in ([piece] if is_han(piece) else words(piece))]
    return tuple(sorted((frozenset(forms(part)) for part in parts), key=sorted))


def _answers(name: str, asked: str) -> bool:
    tokens, wanted = name_tokens(name), query_tokens(asked)
    return len(wanted) > 1 and all(alternatives & tokens for alternatives in wanted)


def same_birth_date(a: Subject, b: Subject) -> bool | None:
    """Born on the same day."""
    return _equal(a.birth_date, b.birth_date)


def same_founding_day(a: Subject, b: Subject) -> bool | None:
    """Founded on the same day."""
    return _equal(a.founded_on, b.founded_on)


def same_country(a: Subject, b: Subject) -> bool | None:
    """Resident, or incorporated, in the same country."""
    return _equal(a.country, b.country)


def same_email(a: Subject, b: Subject) -> bool | None:
    """A mailbox in common; absent on one side, it says nothing, and so does a different one."""
    return _shared(a.emails, b.emails)


def same_phone(a: Subject, b: Subject) -> bool | None:
    """A line in common."""
    return _shared(a.phones, b.phones)


def same_gender(a: Subject, b: Subject) -> bool | None:
    """Of the same gender; alone it is no evidence, so only its opposite has a weight."""
    return _equal(a.gender, b.gender)


Comparison = Callable[[Subject, Subject], bool | None]

COMPARISONS: Final[Mapping[str, Comparison]] = MappingProxyType(
    {
        "same_identifier": same_identifier,
        "other_identifier": other_identifier,
        "same_name": same_name,
        "same_words": same_words,
        "same_birth_date": same_birth_date,
        "other_birth_date": lambda a, b: _not(same_birth_date(a, b)),
        "same_founding_day": same_founding_day,
        "other_founding_day": lambda a, b: _not(same_founding_day(a, b)),
        "same_country": same_country,
        "other_country": lambda a, b: _not(same_country(a, b)),
        "same_email": same_email,
        "same_phone": same_phone,
        "other_gender": lambda a, b: _not(same_gender(a, b)),
    }
)


def compare(a: Subject, b: Subject, rules: DuplicateRules) -> Match:
    """Symmetric. A person is never an organisation: such a pair scores 0 without evidence."""
    if a.kind is not b.kind:
        return Match(0, ())
    weights = rules.persons if a.kind is PartyKind.PERSON else rules.organisations
    evidence = tuple(Evidence(name, points) for name, points in weights.items() if COMPARISONS[name](a, b))
    return Match(min(max(sum(item.points for item in evidence), 0), FULL), evidence)
