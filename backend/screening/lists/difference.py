"""What changed between two versions of a list."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from backend.screening.lists.entity import Entity


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`added` and `removed` are the values of a field that only one of the versions has."""

    field: str
    added: tuple[object, ...]
    removed: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class EntityChange:
    before: Entity
    after: Entity
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    added: tuple[Entity, ...]
    changed: tuple[EntityChange, ...]
    removed: tuple[Entity, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def to_screen(self) -> tuple[Entity, ...]:
        """Entries that every customer must be compared with anew."""
        return self.added + tuple(change.after for change in self.changed)


def difference(before: Iterable[Entity], after: Iterable[Entity]) -> Difference:
    """Entries are the same by source and id; the order of values within a field means nothing."""
    old = {entity.key: entity for entity in before}
    new = {entity.key: entity for entity in after}
    changed = (
        EntityChange(old[key], entity, changes)
        for key, entity in new.items()
        if key in old and (changes := _changes(old[key], entity))
    )
    return Difference(
        tuple(entity for key, entity in new.items() if key not in old),
        tuple(changed),
        tuple(entity for key, entity in old.items() if key not in new),
    )


def _changes(before: Entity, after: Entity) -> tuple[FieldChange, ...]:
    found = []
    for field in fields(Entity):
        old, new = _values(before, field.name), _values(after, field.name)
        if set(old) != set(new):
            added = tuple(value for value in new if value not in old)
            removed = tuple(value for value in old if value not in new)
            found.append(FieldChange(field.name, added, removed))
    return tuple(found)


def _values(entity: Entity, field: str) -> tuple[object, ...]:
    value = getattr(entity, field)
    return value if isinstance(value, tuple) else (value,)
