"""Names without their letters: enough to tell that a search would not compare them, and no more.

A search compares a name in full when its estimate comes near the lowest score of interest (Index.candidates). The
estimate depends on the information of the words that agree, and words are found through the keys they share. Counting
each word that shares a key as agreeing wholly never makes the estimate lower, so whoever is not met here is compared
with nothing there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson

from backend.screening.matching.evidence import plain_number
from backend.screening.matching.index import Index, estimate, least_estimate
from backend.screening.matching.postings import hashed
from backend.screening.matching.readings import Reading
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject, read_subject
from backend.screening.matching.terms import joins, keys_of, keys_of_pair

Tag = Callable[[int], int]
_ROUNDING: Final = 0.001
"""An index adds 32-bit floats; the sums here are of 64 bits."""


@dataclass(frozen=True, slots=True)
class OutlinedReading:
    """`bits` of each word in order; `found_by` gives for words (by position) the keys that they are found by: a word
    of its own, two neighbours by that of both written together.
    """

    person: bool
    bits: tuple[float, ...]
    found_by: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All readings of all names of a subject, and the keys of its documents' numbers."""

    numbers: tuple[int, ...]
    readings: tuple[OutlinedReading, ...]

    @property
    def keys(self) -> set[int]:
        of_names = {key for one in self.readings for _, keys in one.found_by for key in keys}
        return of_names.union(self.numbers)

    def written(self) -> str:
        readings = [[one.person, one.bits, one.found_by] for one in self.readings]
        return orjson.dumps([self.numbers, readings]).decode()

    @classmethod
    def parsed(cls, text: str) -> "Outline":
        numbers, readings = orjson.loads(text)
        return cls(tuple(numbers), tuple(OutlinedReading(*one) for one in readings))


def outline(subject: Subject, tag: Tag) -> Outline:
    """`tag` stands for each hashed key in its place."""
    names = read_subject(subject)
    numbers = {plain_number(one.value) for one in subject.identifiers}
    return Outline(
        tuple(sorted(tag(number_key(number)) for number in numbers)),
        tuple(_outlined(reading, name.person, tag) for name in names for reading in name.readings),
    )


def number_key(number: str) -> int:
    return hashed("number" + number)


def _outlined(reading: Reading, person: bool, tag: Tag) -> OutlinedReading:
    single = [((position,), keys_of(word)) for position, word in enumerate(reading.words)]
    double = [((position, position + 1), keys_of_pair(pair)) for position, pair in joins(reading)]
    found_by = tuple((at, tuple(sorted({tag(hashed(key)) for key in keys}))) for at, keys in single + double)
    return OutlinedReading(person, tuple(word.bits for word in reading.words), found_by)


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Which names of an index each tag leads to, and the tags of its entries' documents."""

    index: Index
    rows_of: Mapping[int, frozenset[int]]
    numbers: frozenset[int]

    @property
    def tags(self) -> list[int]:
        return sorted(self.numbers.union(self.rows_of))

    def met(self, outlines: Sequence[Outline], rules: ScreeningRules) -> list[bool]:
        """Of each, whether a search of the index might compare it with an entry."""
        found = [not self.numbers.isdisjoint(one.numbers) for one in outlines]
        for person, weights in ((True, rules.person), (False, rules.organisation)):
            rows = [
                (number, row, seen, sum(reading.bits))
                for number, one in enumerate(outlines)
                for reading in one.readings
                if reading.person == person
                for row, seen in self._seen(reading)
            ]
            if rows:
                numbers, at, seen, ours = (np.array(column) for column in zip(*rows, strict=True))
                estimates = estimate(seen, seen, ours, self.index.row_bits[at], weights)
                for number in numbers[estimates >= least_estimate(rules) - _ROUNDING].tolist():
                    found[number] = True
        return found

    def _seen(self, reading: OutlinedReading) -> Iterator[tuple[int, float]]:
        """(row of the index, bits of the reading's words that share a key with it)."""
        positions: dict[int, set[int]] = defaultdict(set)
        for at, keys in reading.found_by:
            for key in keys:
                for row in self.rows_of.get(key, ()):
                    positions[row].update(at)
        for row, found in positions.items():
            if self.index.row_person[row] == reading.person:
                yield row, sum(reading.bits[position] for position in found)


def reach(index: Index, tag: Tag) -> Reach:
    rows: dict[int, set[int]] = defaultdict(set)
    for key, terms in index.terms.of_keys():
        rows[tag(key)].update(index.rows_of_term.of(terms)[0].tolist())
    return Reach(
        index,
        {key: frozenset(found) for key, found in rows.items()},
        frozenset(tag(number_key(number)) for number in index.entities_of_number),
    )
