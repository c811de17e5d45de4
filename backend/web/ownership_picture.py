"""Who owns an organisation, as a picture: owners above, the organisation below, a line for every share.

A layered drawing: a party stands one row above everything it holds, by the longest way down, and parties of a row
stand in the order of what they hold, which keeps lines from crossing where it can.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

WIDTH: Final = 190
HEIGHT: Final = 52
_BESIDE: Final = 24
_BETWEEN: Final = 56
_MARGIN: Final = 8
_LANE: Final = 64


@dataclass(frozen=True, slots=True)
class Box:
    party_id: UUID
    name: str | None
    x: int
    y: int
    interest: Decimal | None
    beneficial: bool
    subject: bool


@dataclass(frozen=True, slots=True)
class Line:
    """From the owner's lower edge to the upper edge of what it holds; the share stands in the middle."""

    path: str
    x: int
    y: int
    fraction: Decimal | None
    control: bool


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


Edge = tuple[UUID, UUID]


def picture(
    party: Mapping[str, Any], ownership: Mapping[str, Any], stakes: Sequence[Mapping[str, Any]]
) -> Picture | None:
    """None when nobody is known to hold anything."""
    names, edges = _gathered(party, ownership, stakes)
    if not edges:
        return None
    rows = _rows(party["id"], edges)
    widest = max(len(row) for row in rows)
    inner = widest * WIDTH + (widest - 1) * _BESIDE + 2 * _MARGIN
    places = _places(rows, inner)
    lines = _lines(places, edges, inner)
    owners = {owner["partyId"]: owner for owner in ownership["owners"]}
    boxes = tuple(
        Box(
            party_id=each,
            name=names.get(each),
            x=x,
            y=y,
            interest=owners[each]["interest"] if each in owners else None,
            beneficial=each in owners,
            subject=each == party["id"],
        )
        for each, (x, y) in places.items()
    )
    width = inner + _LANE * sum(line.x > inner for line in lines)
    return Picture(width, len(rows) * (HEIGHT + _BETWEEN) - _BETWEEN + 2 * _MARGIN, boxes, lines)


def _gathered(
    party: Mapping[str, Any], ownership: Mapping[str, Any], stakes: Sequence[Mapping[str, Any]]
) -> tuple[dict[UUID, str | None], dict[Edge, Decimal | None]]:
    """Parties and shares, from the paths of beneficial owners and the stakes held directly."""
    names: dict[UUID, str | None] = {party["id"]: party["name"]["value"]}
    edges: dict[Edge, Decimal | None] = {}
    for stake in stakes:
        if stake["ownedId"] == party["id"] and stake["validTo"] is None:
            names.setdefault(stake["ownerId"], stake["ownerName"])
            edges[stake["ownerId"], stake["ownedId"]] = stake["fraction"]
    for owner in ownership["owners"]:
        names.setdefault(owner["partyId"], owner["name"])
        for path in owner["paths"]:
            for holder, held in zip(path["steps"], path["steps"][1:], strict=False):
                names.setdefault(holder["partyId"], holder["name"])
                edges[holder["partyId"], held["partyId"]] = holder["fraction"]
    return names, {edge: share for edge, share in edges.items() if edge[0] != edge[1]}


def _rows(subject: UUID, edges: Iterable[Edge]) -> list[list[UUID]]:
    """Row 0 holds the owners farthest away. A cycle cannot lift a party above the number of parties."""
    pairs = list(edges)
    known = {each for edge in pairs for each in edge} | {subject}
    level = dict.fromkeys(known, 0)
    for _ in range(len(known)):
        raised = False
        for owner, held in pairs:
            if owner != subject and level[owner] <= level[held] < len(known):
                level[owner], raised = level[held] + 1, True
        if not raised:
            break
    used = sorted(set(level.values()), reverse=True)
    rows = [[each for each in level if level[each] == height] for height in used]
    return _ordered(rows, pairs)


def _ordered(rows: list[list[UUID]], pairs: Sequence[Edge]) -> list[list[UUID]]:
    """From the bottom up, each row by the mean place of what its parties hold."""
    done: list[list[UUID]] = []
    place: dict[UUID, float] = {}
    for row in reversed(rows):
        weights: dict[UUID, float] = {}
        for each in row:
            held = [place[below] for owner, below in pairs if owner == each and below in place]
            weights[each] = sum(held) / len(held) if held else 0.0
        ordered = sorted(row, key=lambda each, w=weights: (w[each], str(each)))  # type: ignore[misc]
        place.update({each: (index + 0.5) / len(ordered) for index, each in enumerate(ordered)})
        done.append(ordered)
    return done[::-1]


def _places(rows: Sequence[Sequence[UUID]], width: int) -> dict[UUID, tuple[int, int]]:
    places: dict[UUID, tuple[int, int]] = {}
    for number, row in enumerate(rows):
        needed = len(row) * WIDTH + (len(row) - 1) * _BESIDE
        left = (width - needed) // 2
        for index, each in enumerate(row):
            places[each] = (left + index * (WIDTH + _BESIDE), _MARGIN + number * (HEIGHT + _BETWEEN))
    return places


def _lines(
    places: Mapping[UUID, tuple[int, int]], edges: Mapping[Edge, Decimal | None], inner: int
) -> tuple[Line, ...]:
    """A line that passes a row goes round it, in a lane of its own on the right."""
    lines, lanes = [], 0
    for edge, share in edges.items():
        (x1, y1), (x2, y2) = places[edge[0]], places[edge[1]]
        start, end = (x1 + WIDTH // 2, y1 + HEIGHT), (x2 + WIDTH // 2, y2)
        if y2 - y1 == HEIGHT + _BETWEEN:
            lines.append(_direct(start, end, share))
        else:
            lines.append(_round((x1 + WIDTH, y1 + HEIGHT // 2), (x2 + WIDTH, y2 + HEIGHT // 2), share, inner, lanes))
            lanes += 1
    return tuple(lines)


def _direct(start: tuple[int, int], end: tuple[int, int], share: Decimal | None) -> Line:
    middle = (start[1] + end[1]) // 2
    path = f"M{start[0]} {start[1]}C{start[0]} {middle} {end[0]} {middle} {end[0]} {end[1]}"
    return Line(path, (start[0] + end[0]) // 2, middle, share, control=share is None)


def _round(start: tuple[int, int], end: tuple[int, int], share: Decimal | None, inner: int, lane: int) -> Line:
    x = inner + _LANE * lane + _LANE // 2
    down = f"H{x - 8}Q{x} {start[1]} {x} {start[1] + 8}V{end[1] - 8}Q{x} {end[1]} {x - 8} {end[1]}"
    path = f"M{start[0]} {start[1]}{down}H{end[0]}"
    return Line(path, x, (start[1] + end[1]) // 2, share, control=share is None)
