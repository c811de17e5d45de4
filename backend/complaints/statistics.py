"""What a supervisor asks for of a period, counted from the frame alone: pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from backend.complaints.models import LetterKind, State

DIMENSIONS: Final = ("product_code", "category", "cause", "channel", "jurisdiction", "outcome", "month")


@dataclass(frozen=True, slots=True)
class Count:
    """Of one group. `answered` have an answer; `in_time` those by the law's day; `by_summary` those by a summary;
    `overdue` have no answer and their day has passed; `redress` is by currency, exact."""

    key: str
    received: int
    answered: int
    in_time: int
    by_summary: int
    decided: int
    upheld: int
    overdue: int
    withdrawn: int
    referred: int
    vulnerable: int
    redress: dict[str, Decimal]

    @property
    def upheld_share(self) -> Decimal | None:
        return _share(self.upheld, self.decided)

    @property
    def in_time_share(self) -> Decimal | None:
        """Of those that were answered, or should have been by now."""
        return _share(self.in_time, self.answered + self.overdue)

    @property
    def summary_share(self) -> Decimal | None:
        return _share(self.by_summary, self.answered)


def _share(part: int, whole: int) -> Decimal | None:
    """Per cent to one decimal place; None of nothing."""
    return None if whole == 0 else (Decimal(100 * part) / whole).quantize(Decimal("0.1"))


def counted(frame: pd.DataFrame, today: date) -> Count:
    return _count("all", frame.to_dict("records"), today)


def by(frame: pd.DataFrame, dimension: str, today: date) -> list[Count]:
    """The most complaints first; months in their order. A row without the dimension counts under an empty key."""
    key: Callable[[dict[Hashable, Any]], str] = (
        (lambda row: row["received_on"].strftime("%Y-%m"))
        if dimension == "month"
        else (lambda row: str(row[dimension] or ""))
    )
    groups: dict[str, list[dict[Hashable, Any]]] = defaultdict(list)
    for row in frame.to_dict("records"):
        groups[key(row)].append(row)
    found = [_count(name, rows, today) for name, rows in groups.items()]
    return sorted(
        found, key=(lambda each: each.key) if dimension == "month" else (lambda each: (-each.received, each.key))
    )


def _count(key: str, rows: Sequence[dict[Hashable, Any]], today: date) -> Count:
    answered = [row for row in rows if row["answered_on"] is not None]
    waiting = [row for row in rows if row["answered_on"] is None and row["state"] != State.WITHDRAWN]
    return Count(
        key=key,
        received=len(rows),
        answered=len(answered),
        in_time=sum(row["answered_on"] <= row["due_on"] for row in answered),
        by_summary=sum(row["response_kind"] == LetterKind.SUMMARY for row in answered),
        decided=sum(row["upheld"] is not None for row in rows),
        upheld=sum(row["upheld"] is True for row in rows),
        overdue=sum(row["due_on"] < today for row in waiting),
        withdrawn=sum(row["state"] == State.WITHDRAWN for row in rows),
        referred=sum(bool(row["referred"]) for row in rows),
        vulnerable=sum(bool(row["vulnerable"]) for row in rows),
        redress=_summed(row["redress"] for row in rows),
    )


def _summed(given: Iterable[dict[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in given:
        for currency, amount in each.items():
            sums[currency] += amount
    return dict(sorted(sums.items()))
