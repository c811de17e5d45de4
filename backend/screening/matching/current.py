"""The index that is in force in this process: read without a lock, replaced at once."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from backend.screening.lists.entity import Entity
from backend.screening.matching.index import Key
from backend.screening.matching.layers import Layered, layered


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
            return self._publish(version, layered(entities))

    def update(self, version: str, changed: Iterable[Entity], removed: Iterable[Key] = ()) -> Versioned:
        """Only what differs from the held version (see lists.difference)."""
        with self._updating:
            made = self._held.index.updated(changed, removed)
            if not made.crowded:
                return self._publish(version, made)
            with _uncollected():
                return self._publish(version, made.packed())

    def _publish(self, version: str, made: Layered) -> Versioned:
        self._held = Versioned(version, made)
        return self._held


@contextmanager
def _uncollected() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        if was_on:
            gc.enable()
