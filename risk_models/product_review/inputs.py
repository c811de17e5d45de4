"""What a review pack is computed from: tables of one product, without a name or number of any customer.

A holding is known by its place in `holdings` (0, 1, 2 ...); the other tables point there with `holding`, -1 where
there is none. Days are datetime64 and NaT where open. Money is int64 in minor units of one currency. Everything else
is text, categorical where it repeats; a missing text is "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype

from risk_models.errors import MissingColumnError, MissingValueError, OutOfRangeError

DAY, MONEY, PLACE, FLAG, TEXT, SCORE = "day", "money", "place", "flag", "text", "score"

HOLDINGS: Final[Mapping[str, str]] = {
    "opened_on": DAY,
    "closed_on": DAY,
    "close_reason": TEXT,
    "vulnerable": FLAG,
}
"""And a TEXT column for each dimension by which groups of customers are told apart."""

SALES: Final[Mapping[str, str]] = {
    "sold_on": DAY,
    "channel": TEXT,
    "verdict": TEXT,
    "reason": TEXT,
    "amount_minor": MONEY,
    "vulnerable": FLAG,
    "insisted": FLAG,
}
MOVEMENTS: Final[Mapping[str, str]] = {
    "holding": PLACE,
    "booked_on": DAY,
    "purpose": TEXT,
    "direction": TEXT,
    "amount_minor": MONEY,
}
PREMIUMS: Final[Mapping[str, str]] = {"holding": PLACE, "booked_on": DAY, "due_minor": MONEY, "paid_minor": MONEY}
CLAIMS: Final[Mapping[str, str]] = {
    "holding": PLACE,
    "incurred_on": DAY,
    "reported_on": DAY,
    "settled_on": DAY,
    "state": TEXT,
    "paid_minor": MONEY,
    "reserve_minor": MONEY,
}
COMPLAINTS: Final[Mapping[str, str]] = {
    "holding": PLACE,
    "received_on": DAY,
    "cause": TEXT,
    "outcome": TEXT,
    "vulnerable": FLAG,
}
FEEDBACK: Final[Mapping[str, str]] = {"holding": PLACE, "answered_on": DAY, "kind": TEXT, "score": SCORE}
"""Answers to surveys about the product; `kind` is nps, csat or ces (risk_models.satisfaction)."""
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "holdings": HOLDINGS,
    "sales": SALES,
    "movements": MOVEMENTS,
    "premiums": PREMIUMS,
    "claims": CLAIMS,
    "complaints": COMPLAINTS,
    "feedback": FEEDBACK,
}
OPEN_DAYS: Final = frozenset({"closed_on", "settled_on"})

_KINDS: Final[Mapping[str, Callable[[pd.Series], bool]]] = {
    DAY: is_datetime64_any_dtype,
    MONEY: is_integer_dtype,
    PLACE: is_integer_dtype,
    SCORE: is_integer_dtype,
    FLAG: is_bool_dtype,
    TEXT: lambda column: not is_bool_dtype(column) and not is_integer_dtype(column),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise OutOfRangeError(f"The period ends on {self.end}, not after {self.start}", remedy="Turn it round.")

    def holds(self, days: pd.Series) -> pd.Series:
        return (days >= pd.Timestamp(self.start)) & (days < pd.Timestamp(self.end))


@dataclass(frozen=True, slots=True)
class Inputs:
    """`movements` comes in batches, so that their number does not decide how much memory a pack takes. Packs that were
    recorded before there were surveys have no `feedback`, and no section of it."""

    holdings: pd.DataFrame
    sales: pd.DataFrame
    movements: Iterable[pd.DataFrame]
    premiums: pd.DataFrame
    claims: pd.DataFrame
    complaints: pd.DataFrame
    feedback: pd.DataFrame | None = None


def empty(table: str, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """No rows, with the columns and types of that table."""
    kinds = {DAY: "datetime64[s]", MONEY: "int64", PLACE: "int32", SCORE: "int32", FLAG: "bool", TEXT: "category"}
    columns = {**TABLES[table], **dict.fromkeys(dimensions, TEXT)}
    return pd.DataFrame({name: pd.Series([], dtype=kinds[kind]) for name, kind in columns.items()})


def checked(table: str, frame: pd.DataFrame, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """The same frame. Raises for a column that is absent, of another kind, or has missing values it must not have."""
    for name, kind in {**TABLES[table], **dict.fromkeys(dimensions, TEXT)}.items():
        if name not in frame.columns:
            raise MissingColumnError(f"{table} has no column {name}")
        if not _KINDS[kind](frame[name]):
            raise OutOfRangeError(f"{table}.{name} is not a {kind}", remedy="Convert the column before it gets here.")
        if name not in OPEN_DAYS and frame[name].isna().any():
            raise MissingValueError(f"{table}.{name} is missing", frame.index[frame[name].isna()])
    return frame
