"""The index that is in force in this process: read without a lock, replaced at once."""

import gc
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from backend.screening.lists.entity import Entity
from backend.screening.matching.index import Index, Key


@dataclass(frozen=True, slots=True, eq=False)
class Versioned:
    """An index and the version of the lists it was built from."""

    version: str
    index: Index


class CurrentIndex:
    """A search keeps the index it began with; an update builds aside and then takes its place.

    Updates wait for each other, searches for nobody: one assignment publishes the new index. Its hundreds of thousands
    of objects are then hidden from the garbage collector, whose full runs would stop every search for most of a second.
    """

    def __init__(self, version: str, index: Index) -> None:
        self._updating = Lock()
        self._publish(Versioned(version, index))

    @property
    def held(self) -> Versioned:
        return self._held

    def replace(self, version: str, index: Index) -> None:
        with self._updating:
            self._publish(Versioned(version, index))

    def update(self, version: str, changed: Iterable[Entity], removed: Iterable[Key] = ()) -> Versioned:
        with self._updating:
            self._publish(Versioned(version, self._held.index.updated(changed, removed)))
            return self._held

    def _publish(self, fresh: Versioned) -> None:
        self._held = fresh
        gc.unfreeze()
        gc.collect()
        gc.freeze()
