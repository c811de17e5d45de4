"""An index that goes on while its lists move on: what was packed once, beside the little that changed since.

A day changes a few entries of tens of thousands. They are packed apart, and the old ones among them left out of what is
found; when they have become many, everything is packed anew. What is found is what one index of everything finds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from backend.screening.lists.entity import Entity
from backend.screening.matching.compare import Match
from backend.screening.matching.index import Estimated, Index, Key, build, matched, packed_index, promising
from backend.screening.matching.postings import Ints
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Profile, Subject, read_entity, read_subject

_FEW: Final = 500
_SHARE: Final = 0.02
"""How much may lie beside the packed index before everything is packed anew: a search looks into both."""


@dataclass(frozen=True, eq=False)
class Layered:
    """Entities are numbered as in one index of everything: one that changed keeps its place, new ones follow.

    `gone` are numbers of the base whose entity left or changed; `places` are the numbers of the later index's entities.
    """

    base: Index
    gone: frozenset[int]
    later: Index
    places: Ints

    def search(self, subject: Subject, rules: ScreeningRules, limit: int = 50) -> list[Match]:
        """As Index.search."""
        names = read_subject(subject)
        below, above = self.base.estimated(names, rules), self.later.estimated(names, rules)
        kept = np.fromiter((int(k) not in self.gone for k in below.numbers), np.bool_, len(below.numbers))
        both = Estimated(
            np.concatenate((below.numbers[kept], self.places[above.numbers])),
            np.concatenate((below.values[kept], above.values)),
        )
        near = [self._at(number) for number in promising(both, rules.candidates)]
        identified = (self._at(number) for number in self.identified(subject))
        return matched(subject, names, dict.fromkeys((*near, *identified)), rules, limit)

    def identified(self, subject: Subject) -> list[int]:
        """As Index.identified."""
        below = [number for number in self.base.identified(subject) if number not in self.gone]
        return sorted((*below, *(int(self.places[number]) for number in self.later.identified(subject))))

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Of all entities, in the order of their numbers."""
        numbered = {number: profile for number, profile in enumerate(self.base.profiles) if number not in self.gone}
        numbered |= dict(zip(self.places.tolist(), self.later.profiles, strict=True))
        return tuple(numbered[number] for number in sorted(numbered))

    @property
    def nbytes(self) -> int:
        """Of the arrays; words and entities come on top."""
        return self.base.nbytes + self.later.nbytes

    def updated(self, changed: Iterable[Entity], removed: Iterable[Key] = ()) -> "Layered":
        """With entities added, replaced (by source and id) or left out; others are not read again."""
        left = set(removed)
        fresh = {entity.key: read_entity(entity) for entity in changed}
        later = {key: place for key, place in self._later.items() if key not in left}
        top = max((len(self.base.profiles) - 1, *self.places.tolist()))
        gone = set(self.gone)
        for key in left | fresh.keys():
            if (number := self._numbers.get(key)) is not None:
                gone.add(number)
        for key, profile in fresh.items():
            known = later.get(key)
            place = self._numbers.get(key) if known is None else known[0]
            top += place is None
            later[key] = (top if place is None else place, profile)
        return _layered(self.base, frozenset(gone), later)

    @property
    def crowded(self) -> bool:
        return len(self.gone) + len(self.later.profiles) > max(_FEW, _SHARE * len(self.base.profiles))

    def packed(self) -> "Layered":
        """The same, in one index."""
        return _whole(packed_index(self.profiles))

    def _at(self, number: int) -> Profile:
        found = self._by_place.get(number)
        return self.base.profiles[number] if found is None else found

    @cached_property
    def _by_place(self) -> dict[int, Profile]:
        return dict(zip(self.places.tolist(), self.later.profiles, strict=True))

    @cached_property
    def _later(self) -> dict[Key, tuple[int, Profile]]:
        return {profile.entity.key: (place, profile) for place, profile in self._by_place.items()}

    @cached_property
    def _numbers(self) -> dict[Key, int]:
        """Of the base's entities; made by the first update."""
        return {profile.entity.key: number for number, profile in enumerate(self.base.profiles)}


def layered(entities: Iterable[Entity]) -> Layered:
    """Everything packed."""
    return _whole(build(entities))


def _whole(base: Index) -> Layered:
    return Layered(base, frozenset(), build(()), np.empty(0, np.int32))


def _layered(base: Index, gone: frozenset[int], later: dict[Key, tuple[int, Profile]]) -> Layered:
    places = np.array([place for place, _ in later.values()], dtype=np.int32)
    return Layered(base, gone, packed_index(tuple(profile for _, profile in later.values())), places)
