"""What is to be booked so that the ledger says what the records say, pure.

Each record has one place in a member's ledger, made of its source, the rule and its key. A place is booked once; when
the record changed it is reversed and booked anew under the next number, when it fell away it is reversed. So it does
not matter how often or in which order records are looked at. What a person reversed stays reversed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.core.money import Money
from backend.loyalty.sources import Earned

PREFIX: Final = "auto/"
GONE: Final = "source_gone"
_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    of: str
    code: str
    key: str

    def reference(self, number: int) -> str:
        """The first has no number."""
        base = f"{PREFIX}{self.of}/{self.code}/{self.key}"
        return base if number == 1 else f"{base}/{number}"


def place_of(reference: str) -> tuple[Place, int] | None:
    """None for what somebody booked."""
    parts = reference.split("/")
    if not reference.startswith(PREFIX) or not _PARTS - 1 <= len(parts) <= _PARTS:
        return None
    return Place(*parts[1:4]), int(parts[4]) if len(parts) == _PARTS else 1


@dataclass(frozen=True, slots=True)
class Booked:
    """An earning as it stands; `undone_as` is the reason for which it was reversed."""

    id: UUID
    reference: str
    on: date
    amount: Money | None
    product_code: str | None
    undone_as: str | None = None


@dataclass(frozen=True, slots=True)
class Earn:
    place: Place
    number: int
    record: Earned


@dataclass(frozen=True, slots=True)
class Changes:
    """First `undo`, then `earn`, in the order of days, so that limits of a month fall on the same records."""

    undo: tuple[UUID, ...]
    earn: tuple[Earn, ...]


def changes(wanted: Mapping[Place, Earned], booked: Iterable[Booked]) -> Changes:
    """`booked` is everything of the time that `wanted` is of."""
    standing: dict[Place, list[tuple[int, Booked]]] = defaultdict(list)
    for row in booked:
        found = place_of(row.reference)
        if found is not None:
            standing[found[0]].append((found[1], row))
    undo: list[UUID] = []
    earn: list[Earn] = []
    for place, record in wanted.items():
        rows = sorted(standing.get(place, ()), key=lambda pair: pair[0])
        _settle(place, record, rows, undo, earn)
    undo += [row.id for place, rows in standing.items() if place not in wanted for _, row in rows if not row.undone_as]
    order = sorted(earn, key=lambda each: (each.record.on, each.place.code, each.place.key))
    return Changes(tuple(sorted(undo)), tuple(order))


def _settle(
    place: Place, record: Earned, rows: Sequence[tuple[int, Booked]], undo: list[UUID], earn: list[Earn]
) -> None:
    if not rows:
        earn.append(Earn(place, 1, record))
        return
    number, last = rows[-1]
    if last.undone_as is None:
        if (last.amount, last.product_code) == (record.amount, record.product_code):
            return
        undo.append(last.id)
    elif last.undone_as != GONE:
        return
    earn.append(Earn(place, number + 1, record))
