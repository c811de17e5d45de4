"""The words of an index: by what keys they are found, and how near they are to a word that is sought."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.screening.matching.alignment import LEAST_AGREEMENT, agreement, joined_agreement
from backend.screening.matching.postings import Ints, Postings, packed
from backend.screening.matching.readings import Reading, System
from backend.screening.matching.sounds import bones, coarse, sound
from backend.screening.matching.words import Word, WordKind

Floats = npt.NDArray[np.float32]
_REMEMBERED: Final = 20_000
_LONGEST_JOINED: Final = 18
_THREE: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Two neighbouring words as one would write them together; equal by its letters."""

    first: Word
    second: Word

    @property
    def letters(self) -> str:
        return self.first.letters + self.second.lead + self.second.letters

    @property
    def skeletal(self) -> bool:
        return self.first.skeletal or self.second.skeletal


def joins(reading: Reading) -> Iterator[tuple[int, Joined]]:
    """(position of the first word, the pair) for neighbours short enough to be written together."""
    if reading.system is not System.WORDS:
        return
    for position, (first, second) in enumerate(pairwise(reading.words)):
        names = first.kind is WordKind.NAME and second.kind is WordKind.NAME
        if names and len(first.letters) + len(second.letters) <= _LONGEST_JOINED:
            yield position, Joined(first, second)


def keys_of(word: Word) -> set[str]:
    """Of words of persons and of organisations apart: they are never compared."""
    return {_side(word) + key for key in _keys(word)}


def _side(word: Word) -> str:
    return "o" if word.organisation else "p"


def _keys(word: Word) -> Iterator[str]:
    """Consonants whole, with one left out, and coarsely; initials and figures by their letters alone."""
    if word.kind in (WordKind.INITIAL, WordKind.NUMBER, WordKind.FOLDED) or not word.bones:
        yield f"={word.kind}{word.letters}"
        return
    frame = word.bones
    yield "f" + frame
    yield "c" + coarse(frame)
    if len(frame) < _THREE:
        yield "d" + frame
    else:
        kind = "d" if len(frame) == _THREE else "f"
        yield from {kind + frame[:k] + frame[k + 1 :] for k in range(len(frame))}
    for name in word.known:
        yield "k" + name
    if word.lead:
        yield "f" + bones(sound(word.lead + word.letters))


@dataclass(slots=True, eq=False)
class Terms:
    """Every distinct word and pair of neighbours of an index. Similar words are remembered: names repeat."""

    words: tuple[Word, ...]
    pairs: tuple[Joined, ...]
    word_keys: Postings
    pair_keys: Postings
    _similar: dict[Word, tuple[Ints, Floats]] = field(default_factory=dict)

    def similar(self, word: Word) -> tuple[Ints, Floats]:
        """Numbers of the words that agree with it, and how well; pairs are numbered after the words."""
        known = self._similar.get(word)
        if known is None:
            if len(self._similar) >= _REMEMBERED:
                self._similar.clear()
            known = self._similar[word] = self._search(word)
        return known

    def _search(self, word: Word) -> tuple[Ints, Floats]:
        keys = keys_of(word)
        ids = self.word_keys.of(keys)
        found = [_nearness(word, self.words[k]) for k in ids.tolist()]
        pairs = self.pair_keys.of(key for key in keys if key[1] == "f")
        found += [_joined_nearness(self.pairs[k], word) for k in pairs.tolist()]
        values = np.array(found, dtype=np.float32)
        keep = values >= LEAST_AGREEMENT
        return np.concatenate((ids, pairs + len(self.words))).astype(np.int32)[keep], values[keep]

    @property
    def keys(self) -> npt.NDArray[np.uint32]:
        """Every hashed key by which a word or a pair of this index is found."""
        return np.union1d(self.word_keys.keys, self.pair_keys.keys)

    def of_keys(self) -> Iterator[tuple[int, Ints]]:
        """Each hashed key with the numbers of the words, or of the pairs, that it finds."""
        yield from self.word_keys.items()
        for key, pairs in self.pair_keys.items():
            yield key, pairs + len(self.words)

    def similar_to_pair(self, pair: Joined) -> tuple[Ints, Floats]:
        ids = self.word_keys.of((_pair_key(pair),))
        values = np.array([_joined_nearness(pair, self.words[k]) for k in ids.tolist()], dtype=np.float32)
        keep = values >= LEAST_AGREEMENT
        return ids[keep], values[keep]


def _nearness(one: Word, other: Word) -> float:
    agreed = agreement(one, other)[0]
    if agreed < 1 and (one.lead or other.lead):
        agreed = max(
            agreed,
            joined_agreement(one.letters, one.lead, other, one.skeletal or other.skeletal),
            joined_agreement(other.letters, other.lead, one, one.skeletal or other.skeletal),
        )
    return agreed


def _joined_nearness(pair: Joined, whole: Word) -> float:
    return joined_agreement(pair.letters, pair.first.lead, whole, pair.skeletal or whole.skeletal)


def keys_of_reading(reading: Reading) -> set[str]:
    """All keys that a search for this reading looks up."""
    found = {key for word in reading.words for key in keys_of(word)}
    return found | {_pair_key(pair) for _, pair in joins(reading)}


def keys_of_pair(pair: Joined) -> set[str]:
    """Of two neighbours written together."""
    return {_pair_key(pair)}


def _pair_key(pair: Joined) -> str:
    return f"{_side(pair.first)}f{bones(sound(pair.letters))}"


def packed_terms(words: dict[Word, int], pairs: dict[str, tuple[int, Joined]]) -> Terms:
    """`words` and `pairs` give each its number, counted from 0 in order."""
    joined = tuple(pair for _, pair in pairs.values())
    return Terms(
        tuple(words),
        joined,
        packed([(key, number) for word, number in words.items() for key in keys_of(word)]),
        packed([(_pair_key(pair), number) for number, pair in pairs.values()]),
    )
