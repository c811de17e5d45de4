"""The index that is in force in this process: read without a lock, replaced at once."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final

from backend.screening.lists.entity import Entity
from backend.screening.matching.index import Key
from backend.screening.matching.layers import Layered, layered

_MANY: Final = 5_000
"""Entries from which on an index is worth hiding: a full run of the collector costs more than what fewer weigh."""


@dataclass(frozen=True, slots=True, eq=False)
class Versioned:
    """An index and the version of the lists it was built from."""

    version: str
    index: Layered


class CurrentIndex:
    """A search keeps the index it began with; an update builds aside and then takes its place.

    Updates wait for each other, searches for nobody: one assignment publishes the new index. Its hundreds of thousands
    of objects stay; the garbage collector is kept from counting them while they are made and hidden from them
    afterwards, or each of its full runs would stop every search for most of a second.
    """

    def __init__(self, version: str, entities: Iterable[Entity] = ()) -> None:
        self._updating = Lock()
        self._held = Versioned(version, layered(()))
        self.load(version, entities)

    @property
    def held(self) -> Versioned:
        return self._held

    def load(self, version: str, entities: Iterable[Entity]) -> Versioned:
        """All entities anew."""
        with self._updating, _uncollected():
            return self._publish_whole(version, layered(entities))

    def update(self, version: str, changed: Iterable[Entity], removed: Iterable[Key] = ()) -> Versioned:
        """Only what differs from the held version (see lists.difference)."""
        with self._updating:
            made = self._held.index.updated(changed, removed)
            if not made.crowded:
                return self._publish(version, made)
            with _uncollected():
                return self._publish_whole(version, made.packed())

    def _publish(self, version: str, made: Layered) -> Versioned:
        self._held = Versioned(version, made)
        return self._held

    def _publish_whole(self, version: str, made: Layered) -> Versioned:
        published = self._publish(version, made)
        if len(made.base.profiles) >= _MANY:
            _hide()
        return published


@contextmanager
def _uncollected() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hide() -> None:
    """What an earlier index left is given back first."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
