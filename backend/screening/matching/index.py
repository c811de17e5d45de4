"""Candidates without comparing everything: an immutable index of all entries' names.

Words, not names, are looked up by sound; the names that hold enough of what was found, weighed by rarity, are then
compared in full. An index is never changed (layers.py tells how it follows its lists).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.screening.lists.entity import Entity
from backend.screening.matching.compare import Match, compare_read
from backend.screening.matching.evidence import plain_number
from backend.screening.matching.facts import DECISIVE_BITS, OPTIONAL, SCARCE_BITS
from backend.screening.matching.postings import Grouped, Ints, grouped
from backend.screening.matching.readings import Reading
from backend.screening.matching.rules import NameWeights, ScreeningRules, log_odds
from backend.screening.matching.subject import Profile, Subject, Written, read_entity, read_subject
from backend.screening.matching.terms import Floats, Joined, Terms, joins, packed_terms
from backend.screening.matching.words import Word

Key = tuple[str, str]
_MARGIN: Final = 4.0
"""A name is compared in full if its estimate comes this near (in log-odds) to the lowest score of interest."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """Entities by number, and the best estimate of each in log-odds."""

    numbers: Ints
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """`rows` are the readings of all names: which entity each is of, under which rules, and its total information."""

    profiles: tuple[Profile, ...]
    terms: Terms
    rows_of_term: Grouped
    row_entity: Ints
    row_person: npt.NDArray[np.bool_]
    row_bits: Floats
    entities_of_number: Mapping[str, tuple[int, ...]]
    """Passport, registration, IMO and other numbers, plain, and who has them."""

    def search(self, subject: Subject, rules: ScreeningRules, limit: int = 50) -> list[Match]:
        """Entries whose names come at least near, best first; those with `alert` set are to be looked at."""
        names = read_subject(subject)
        near = dict.fromkeys((*self.candidates(names, rules), *self.identified(subject)))
        return matched(subject, names, [self.profiles[k] for k in near], rules, limit)

    def identified(self, subject: Subject) -> list[int]:
        """Numbers of the entities that have one of the subject's identifiers, whatever their names."""
        numbers = {plain_number(one.value) for one in subject.identifiers}
        return sorted({k for number in numbers for k in self.entities_of_number.get(number, ())})

    def candidates(self, names: tuple[Written, ...], rules: ScreeningRules) -> list[int]:
        """Numbers of the entities worth comparing, the most promising first."""
        return promising(self.estimated(names, rules), rules.candidates)

    def estimated(self, names: tuple[Written, ...], rules: ScreeningRules) -> Estimated:
        """All entities that come near the lowest score of interest."""
        lowest = least_estimate(rules)
        best = np.full(len(self.profiles), -np.inf, dtype=np.float32)
        for written in names:
            weights = rules.person if written.person else rules.organisation
            for reading in written.readings:
                rows, estimates = self._estimates(reading, written.person, weights)
                np.maximum.at(best, self.row_entity[rows], estimates)
        near = np.flatnonzero(best >= lowest).astype(np.int32)
        return Estimated(near, best[near])

    def _estimates(self, reading: Reading, person: bool, weights: NameWeights) -> tuple[Ints, Floats]:
        found = list(self._found(reading))
        if not found:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        covered = np.zeros((len(reading.words), len(self.row_entity)), dtype=np.float32)
        for position, terms, values in found:
            self._cover(covered[position], terms, values)
        bits = np.array([word.bits for word in reading.words], dtype=np.float32)
        touched = np.flatnonzero((covered > 0).any(axis=0) & (self.row_person == person)).astype(np.int32)
        part = covered[:, touched]
        agreed = bits @ part
        seen = bits @ (part > 0)
        return touched, estimate(agreed, seen, float(bits.sum()), self.row_bits[touched], weights)

    def _found(self, reading: Reading) -> Iterator[tuple[int, Ints, Floats]]:
        """(position of a word of the reading, the terms that agree with it, how well)."""
        for position, word in enumerate(reading.words):
            terms, values = self.terms.similar(word)
            if len(terms):
                yield position, terms, values
        for position, pair in joins(reading):
            terms, values = self.terms.similar_to_pair(pair)
            if len(terms):
                yield position, terms, values
                yield position + 1, terms, values

    def _cover(self, covered: Floats, terms: Ints, values: Floats) -> None:
        """Enters what was found of one word into its line: how well each row of the index holds it."""
        order = np.argsort(values, kind="stable")
        rows, sizes = self.rows_of_term.of(terms[order])
        found = np.repeat(values[order], sizes)
        covered[rows] = np.maximum(covered[rows], found)

    @property
    def nbytes(self) -> int:
        """Of the arrays; words and entities come on top."""
        arrays = (self.row_entity, self.row_person, self.row_bits)
        postings = (self.rows_of_term, self.terms.word_keys, self.terms.pair_keys)
        return sum(one.nbytes for one in arrays) + sum(one.nbytes for one in postings)


def build(entities: Iterable[Entity]) -> Index:
    return packed_index(tuple(read_entity(entity) for entity in entities))


def promising(found: Estimated, most: int) -> list[int]:
    """Numbers of the entities, the likeliest first and equal ones by number."""
    order = np.lexsort((found.numbers, -found.values))[:most]
    return [int(k) for k in found.numbers[order]]


def matched(
    subject: Subject, names: tuple[Written, ...], near: Iterable[Profile], rules: ScreeningRules, limit: int
) -> list[Match]:
    """Those of the entities that come at least near when they are compared in full, best first."""
    found = (compare_read(subject, names, profile, rules) for profile in near)
    floor = min(rules.name_floor, rules.cut_off)
    matches = [match for match in found if match is not None and (match.name_score >= floor or match.alert)]
    matches.sort(key=lambda match: (-match.score, -match.name_score, match.entity.key))
    return matches[:limit]


def least_estimate(rules: ScreeningRules) -> float:
    """In log-odds: names whose estimate is lower are not compared."""
    return log_odds(rules.name_floor) - _MARGIN


def estimate(agreed: Floats, seen: Floats, ours: Floats | float, theirs: Floats, weights: NameWeights) -> Floats:
    """The score in log-odds from coverage alone, never much lower than the full comparison gives. For a name of a
    quarter of a bit or more it does not fall when more words are seen, or those seen agree better (Outline rests on
    that).
    """
    left, right = np.maximum(ours - seen, 0), np.maximum(theirs - seen, 0)
    against = np.minimum(left, right)
    missing, surplus = (np.maximum(right - left, 0) * OPTIONAL, np.maximum(left - right, 0) * OPTIONAL)
    doubted = seen - agreed
    total = np.maximum(seen + against + missing + surplus, 0.1)
    takes = weights.takes
    scarce = np.maximum(0, 1 - agreed / SCARCE_BITS)
    taken = (
        takes["spelling"] * doubted / total
        + takes["contradiction"] * against / np.minimum(total, DECISIVE_BITS)
        + takes["completeness"] * missing / total
        + takes["surplus"] * surplus / total
        + takes["information"] * scarce
        + takes["namesake"] * scarce * (doubted + against + missing + surplus) / total
    )
    return np.asarray(weights.base - taken, dtype=np.float32)


def packed_index(profiles: tuple[Profile, ...]) -> Index:
    words: dict[Word, int] = {}
    pairs: dict[str, tuple[int, Joined]] = {}
    of_words: list[tuple[int, int]] = []
    of_pairs: list[tuple[int, int]] = []
    entity: list[int] = []
    person: list[bool] = []
    bits: list[float] = []
    for row, (number, written, reading) in enumerate(_rows(profiles)):
        entity.append(number)
        person.append(written.person)
        bits.append(sum(word.absent for word in reading.words))
        of_words += [(words.setdefault(word, len(words)), row) for word in set(reading.words)]
        of_pairs += [(pairs.setdefault(pair.letters, (len(pairs), pair))[0], row) for _, pair in joins(reading)]
    shifted = [(pair + len(words), row) for pair, row in of_pairs]
    return Index(
        profiles,
        packed_terms(words, pairs),
        grouped(of_words + shifted, len(words) + len(pairs)),
        np.array(entity, dtype=np.int32),
        np.array(person, dtype=np.bool_),
        np.array(bits, dtype=np.float32),
        _entities_of_number(profiles),
    )


def _entities_of_number(profiles: tuple[Profile, ...]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for k, profile in enumerate(profiles):
        for number in {plain_number(one.value) for one in profile.entity.identifiers}:
            found[number] = (*found.get(number, ()), k)
    return MappingProxyType(found)


def _rows(profiles: tuple[Profile, ...]) -> Iterator[tuple[int, Written, Reading]]:
    for number, profile in enumerate(profiles):
        for written in profile.names:
            for reading in written.readings:
                yield number, written, reading
