"""What other rules of reviews would do to the customers there are: whose day moves, how deep, how much work. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend.governance.documents import Cell, Customer, Document, Figure, Matrix, Statement, Table, Words, words
from backend.reviews.models import Depth
from backend.reviews.ruleset import ReviewRules

WEEKS: Final = 26
SHOWN: Final = 200
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Call:
    """When a customer's review is due, and when it is opened for that."""

    level: str | None
    planned_on: date
    opened_on: date


@dataclass(frozen=True, slots=True)
class Side:
    """The portfolio under one rule-set. `restricted`: late reviews that restrict; `flags`: customers by pattern."""

    rules: ReviewRules
    calls: Mapping[UUID, Call]
    restricted: int
    flags: Mapping[str, int]

    def depth(self, call: Call) -> Depth:
        return self.rules.depth(call.level, frozenset())

    @property
    def by_rule(self) -> int:
        """Reviews that may end without a person, when nothing material moved."""
        return sum(self.rules.level(call.level).straight_through for call in self.calls.values())

    def hours(self, monday: date) -> Counter[date]:
        """Hours of work by the week in which reviews are due; what is late counts in the first."""
        minutes: Counter[date] = Counter()
        for call in self.calls.values():
            day = max(call.planned_on, monday)
            minutes[day - timedelta(days=day.weekday())] += self.rules.capacity.minutes[self.depth(call)]
        return Counter({week: round(each / _MINUTES) for week, each in minutes.items()})


def told(before: Side, after: Side, today: date) -> Document:
    moved = _moved(before, after)
    earlier = sum(days < 0 for _, days in moved)
    monday = today - timedelta(days=today.weekday())
    return Document(
        statements=(
            _days(len(after.calls), earlier, len(moved) - earlier),
            *_work(before, after, monday),
            *_late(before, after),
        ),
        matrices=(_depths(before, after),),
        tables=(_weeks(before, after, monday), *_patterns(before, after), *_affected(before, after, moved)),
    )


def _moved(before: Side, after: Side) -> list[tuple[UUID, int]]:
    """Customers whose review would be opened on another day, and by how many days later; the greatest move first."""
    days = (
        (party_id, (call.opened_on - before.calls[party_id].opened_on).days)
        for party_id, call in after.calls.items()
        if party_id in before.calls
    )
    return sorted((each for each in days if each[1]), key=lambda each: (-abs(each[1]), str(each[0])))


def _days(customers: int, earlier: int, later: int) -> Statement:
    text = "{customers} customers are reviewed; {earlier} would be called earlier, {later} later."
    told_ = words(text, customers=customers, earlier=earlier, later=later)
    return Statement(told_, "warn" if earlier or later else "ok")


def _work(before: Side, after: Side, monday: date) -> Iterable[Statement]:
    was, then = (sum(_first(side, monday).values()) for side in (before, after))
    text = "Work of the next {weeks} weeks: {then} hours instead of {was}."
    yield Statement(words(text, weeks=WEEKS, then=then, was=was), "warn" if then > was else "ok")
    capacity = after.rules.capacity.minutes_a_week // _MINUTES
    over = sum(hours > capacity for hours in _first(after, monday).values())
    if over:
        text = "In {count} of these weeks there would be more work than the {hours} hours there are."
        yield Statement(words(text, count=over, hours=capacity), "bad")
    if before.by_rule != after.by_rule:
        text = "Reviews that may end by rule when nothing moved: {then} instead of {was}."
        yield Statement(words(text, then=after.by_rule, was=before.by_rule), "warn")


def _late(before: Side, after: Side) -> Iterable[Statement]:
    if before.restricted != after.restricted:
        text = "Customers to whom something may not be sold because a review is late: {then} instead of {was}."
        yield Statement(words(text, then=after.restricted, was=before.restricted), "warn")


def _first(side: Side, monday: date) -> dict[date, int]:
    end = monday + timedelta(weeks=WEEKS)
    return {week: hours for week, hours in side.hours(monday).items() if week < end}


def _depths(before: Side, after: Side) -> Matrix:
    pairs = Counter(
        (before.depth(before.calls[party_id]), after.depth(call))
        for party_id, call in after.calls.items()
        if party_id in before.calls
    )
    names = [words(_DEPTHS[depth]) for depth in Depth]
    counts = [[pairs[was, then] for then in Depth] for was in Depth]
    return Matrix(words("Depth of the periodic review now (rows) and then (columns)"), names, names, counts)


_DEPTHS: Final[Mapping[Depth, str]] = {
    Depth.SIMPLIFIED: "Simplified",
    Depth.STANDARD: "Standard",
    Depth.ENHANCED: "Enhanced",
}


def _weeks(before: Side, after: Side, monday: date) -> Table:
    was, then = _first(before, monday), _first(after, monday)
    rows = [
        (Figure(str(week)), Figure(str(was.get(week, 0))), Figure(str(then.get(week, 0))))
        for week in sorted(was.keys() | then.keys())
    ]
    return Table(words("Hours of work, week by week"), _headings("Week from", "Hours now", "Hours then"), rows)


def _patterns(before: Side, after: Side) -> Iterable[Table]:
    """Only where the limits of movements change: everybody's movements were then looked at twice."""
    names = sorted(before.flags.keys() | after.flags.keys())
    if not names or before.flags == after.flags:
        return
    rows = [
        (words(_PATTERNS[name]), Figure(str(before.flags.get(name, 0))), Figure(str(after.flags.get(name, 0))))
        for name in names
    ]
    title = words("Customers whose movements would stand out")
    yield Table(title, _headings("Pattern", "Customers now", "Customers then"), rows)


_PATTERNS: Final[Mapping[str, str]] = {
    "structuring": "Cash deposits just below the threshold",
    "reactivation": "Woke up after a long sleep",
    "cash": "High share of cash",
    "pass_through": "Money left as soon as it came",
}


def _affected(before: Side, after: Side, moved: Sequence[tuple[UUID, int]]) -> Iterable[Table]:
    if not moved:
        return
    rows: list[tuple[Cell, ...]] = [
        (
            Customer(party_id),
            Figure(str(before.calls[party_id].opened_on)),
            Figure(str(after.calls[party_id].opened_on)),
            Figure(f"{days:+d}"),
        )
        for party_id, days in moved[:SHOWN]
    ]
    headings = _headings("Customer", "Opened now", "Opened then", "Days")
    yield Table(words("Customers whose review moves"), headings, rows, total=len(moved))


def _headings(*texts: str) -> tuple[Words, ...]:
    return tuple(words(text) for text in texts)
