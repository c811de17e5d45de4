"""The names of all customers by the keys of their words: which of them a change of a list can concern at all.

A daily difference touches few words. Whoever shares no key with it cannot match it, and is not searched; the others
are, against an index of the difference alone. The result is that of screening everybody (see Terms: a name is found
only through a key it shares).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from backend.screening.matching.compare import Match
from backend.screening.matching.evidence import plain_number
from backend.screening.matching.index import Index
from backend.screening.matching.postings import Postings, packed
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject, read_subject
from backend.screening.matching.terms import keys_of_reading

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Watched(Generic[Id]):
    """Immutable: customers by number, and the numbers of those who have a key."""

    ids: tuple[Id, ...]
    subjects: tuple[Subject, ...]
    postings: Postings

    def touched_by(self, index: Index) -> list[int]:
        """Numbers of the customers who share a key, of a word or a document, with any entry of the index."""
        by_name = {int(number) for number in self.postings.at(index.terms.keys)}
        return sorted(
            by_name | {int(number) for number in self.postings.of(map(_number_key, index.entities_of_number))}
        )

    def screened(self, index: Index, rules: ScreeningRules) -> Iterable[tuple[Id, list[Match]]]:
        """The alerts of every customer who has any against this index."""
        for number in self.touched_by(index):
            alerts = [match for match in index.search(self.subjects[number], rules) if match.alert]
            if alerts:
                yield self.ids[number], alerts


def watch(customers: Mapping[Id, Subject]) -> Watched[Id]:
    pairs = [(key, number) for number, subject in enumerate(customers.values()) for key in _keys(subject)]
    return Watched(tuple(customers), tuple(customers.values()), packed(pairs))


def _keys(subject: Subject) -> set[str]:
    of_names = {key for name in read_subject(subject) for one in name.readings for key in keys_of_reading(one)}
    return of_names | {_number_key(plain_number(one.value)) for one in subject.identifiers}


def _number_key(number: str) -> str:
    return "number" + number
