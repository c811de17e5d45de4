"""The ledger's arithmetic, pure: the lots of a member in, the lines of one posting out.

Lines always sum to zero. Points are spent from the lot that expires first (and of those, that was earned first), so a
member loses as few as possible; nothing here, and nothing that follows from it, makes a lot worth less than nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from backend.loyalty.models import Account, PostingKind


@dataclass(frozen=True, slots=True)
class Lot:
    id: UUID
    left: int
    earned_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Line:
    account: Account
    points: int
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """`points` moved; `expires_on` where the posting begins a lot of its own."""

    kind: PostingKind
    points: int
    lines: tuple[Line, ...]
    expires_on: date | None = None
    uncovered: int = 0


def earned(posting_id: UUID, points: int, expires_on: date) -> Posting:
    lines = (Line(Account.MEMBER, points, posting_id), Line(Account.ISSUED, -points))
    return Posting(PostingKind.EARN, points, lines, expires_on)


def available(lots: Iterable[Lot], today: date) -> int:
    return sum(lot.left for lot in lots if lot.expires_on > today)


def burned(lots: Iterable[Lot], points: int, today: date) -> Posting | None:
    """None when the member has not so many that have not expired, whether or not expiry has been booked already."""
    usable = [lot for lot in lots if lot.expires_on > today]
    if points > available(usable, today):
        return None
    taken = _taken(usable, points)
    return Posting(PostingKind.BURN, points, (*taken, Line(Account.BURNED, points)))


def expired(lots: Iterable[Lot], today: date) -> Posting | None:
    """What is left of every lot whose last day is over; None when there is nothing."""
    return _written_off([lot for lot in lots if lot.expires_on <= today])


def forfeited(lots: Iterable[Lot]) -> Posting | None:
    """All that is left, when a member leaves."""
    return _written_off(list(lots))


def _written_off(lots: Sequence[Lot]) -> Posting | None:
    gone = sum(lot.left for lot in lots)
    if not gone:
        return None
    return Posting(PostingKind.EXPIRE, gone, (*_taken(lots, gone), Line(Account.EXPIRED, gone)))


def earning_reversed(lots: Sequence[Lot], lot_id: UUID, points: int) -> Posting:
    """Back come first the points of that very earning, then others; what was spent of them is told as uncovered."""
    own = [lot for lot in lots if lot.id == lot_id]
    others = [lot for lot in lots if lot.id != lot_id]
    from_own = min(points, sum(lot.left for lot in own))
    from_others = min(points - from_own, sum(lot.left for lot in others))
    taken = from_own + from_others
    lines: tuple[Line, ...] = (*_taken(own, from_own), *_taken(others, from_others))
    if taken:
        lines = (*lines, Line(Account.REVERSED, taken))
    return Posting(PostingKind.REVERSE, taken, lines, uncovered=points - taken)


def burning_reversed(posting_id: UUID, spent: Sequence[tuple[Lot, int]], today: date, restored_days: int) -> Posting:
    """Points go back to the lots they came from; those of lots that have expired meanwhile get a lot of some days."""
    back = [Line(Account.MEMBER, points, lot.id) for lot, points in spent if lot.expires_on > today]
    late = sum(points for lot, points in spent if lot.expires_on <= today)
    total = sum(line.points for line in back) + late
    until = today + timedelta(days=restored_days)
    if late:
        back.append(Line(Account.MEMBER, late, posting_id))
    lines = (*back, Line(Account.REVERSED, -total))
    return Posting(PostingKind.REVERSE, total, lines, until if late else None)


def given(lots: Iterable[Lot]) -> Posting | None:
    """All that is left, on its way to another membership of the same customer; None when there is nothing."""
    going = list(lots)
    points = sum(lot.left for lot in going)
    if not points:
        return None
    return Posting(PostingKind.TRANSFER, points, (*_taken(going, points), Line(Account.TRANSFERRED, points)))


def received(posting_id: UUID, lot: Lot) -> Posting:
    """What was left of a lot of the other membership; it keeps its last day."""
    lines = (Line(Account.MEMBER, lot.left, posting_id), Line(Account.TRANSFERRED, -lot.left))
    return Posting(PostingKind.TRANSFER, lot.left, lines, lot.expires_on)


def _taken(lots: Iterable[Lot], points: int) -> tuple[Line, ...]:
    """Lines that take so many; there are enough."""
    lines, missing = [], points
    for lot in sorted(lots, key=lambda lot: (lot.expires_on, lot.earned_on, lot.id)):
        part = min(lot.left, missing)
        if part:
            lines.append(Line(Account.MEMBER, -part, lot.id))
            missing -= part
    return tuple(lines)
