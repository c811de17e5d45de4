"""How customers move their money: what is worth a second look, per customer, with when and how much.

Four patterns that supervisors describe: deposits of cash kept below a reporting threshold (structuring, 31 U.S.C. 5324;
FATF Guidance on the Risk-Based Approach for the Banking Sector, 2014), an account that wakes up after a long sleep, a
high share of cash, and money that leaves as soon as it came (pass-through). Sums are whole minor units, so that nothing
is lost by adding; customers do not see each other. All limits are the caller's (policies/reviews).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import offenders
from risk_models.errors import MissingColumnError, OutOfRangeError

COLUMNS = ("customer", "date", "amount", "credit", "cash", "own")
PATTERNS = ("structuring", "reactivation", "cash", "pass_through")
BASIS_POINTS = 10_000
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """Amounts in minor units of one currency; shares in basis points; windows in days, both ends counted.

    `threshold` is the reporting threshold for cash; a deposit from `near_threshold` of it up to below it is near.
    """

    threshold: int
    near_threshold: int = 7_000
    structuring_days: int = 10
    structuring_deposits: int = 3
    asleep_days: int = 180
    awake_days: int = 30
    awake_amount: int = 0
    cash_days: int = 90
    cash_share: int = 8_000
    cash_turnover: int = 0
    passing_days: int = 3
    passing_share: int = 9_000
    passing_amount: int = 0
    passing_times: int = 3
    looked_back_days: int = 365


def behaviour(movements: pd.DataFrame, limits: Limits, as_of: date) -> pd.DataFrame:
    """One row per customer who moved money up to `as_of`, in order of customer.

    `movements` has a row per booking: customer, date (datetime64), amount (whole, positive minor units), credit, cash,
    and own (the customer's own doing: no interest, no fee). Patterns are sought in the last `looked_back_days`.

    Each pattern has a flag of its name, the day on which it was first complete (`<pattern>_on`) and the amount that it
    moved (`<pattern>_amount`); besides `deposits` (most deposits near the threshold within the window), `asleep_days`,
    `cash_share` (basis points) and `passed` (how often money left as soon as it came).
    """
    book = _Book.of(movements, as_of, limits)
    parts = (_structuring(book, limits), _reactivation(book, limits), _cash(book, limits), _passing(book, limits))
    return pd.concat([pd.DataFrame(part, index=book.customers) for part in parts], axis=1)


@dataclass(frozen=True, slots=True)
class _Book:
    """Movements ordered by customer and day; `code` is the customer's place in `customers`, days count from 1970."""

    customers: pd.Index
    code: Ints
    day: Ints
    amount: Ints
    credit: Bools
    cash: Bools
    own: Bools
    as_of: int
    since: int

    @classmethod
    def of(cls, movements: pd.DataFrame, as_of: date, limits: Limits) -> _Book:
        _require_columns(movements)
        last = int(np.datetime64(as_of, "D").astype(np.int64))
        days = movements["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
        kept = movements[days <= last]
        whole = kept.empty or pd.api.types.is_integer_dtype(kept["amount"])
        if not whole or (kept["amount"] < 0).any():
            wrong = kept["amount"].to_numpy(dtype=np.float64) % 1 != 0
            raise OutOfRangeError("amount is no whole, positive number of minor units", offenders(kept.index, wrong))
        code, customers = pd.factorize(kept["customer"], sort=True)
        order = np.lexsort((days[days <= last], code))

        def column(name: str, kind: type) -> NDArray[np.generic]:
            return kept[name].to_numpy(dtype=kind)[order]

        return cls(
            pd.Index(customers, name="customer"),
            code[order].astype(np.int64),
            days[days <= last][order],
            column("amount", np.int64).astype(np.int64),
            column("credit", bool).astype(np.bool_),
            column("cash", bool).astype(np.bool_),
            column("own", bool).astype(np.bool_),
            last,
            last - limits.looked_back_days + 1,
        )

    def only(self, kept: Bools) -> _Book:
        return replace(
            self,
            code=self.code[kept],
            day=self.day[kept],
            amount=self.amount[kept],
            credit=self.credit[kept],
            cash=self.cash[kept],
            own=self.own[kept],
        )

    def first_within(self, days: int) -> Ints:
        """For each row, the place of the customer's first row within the window of `days` that ends on its day."""
        return self._place(self.day - days + 1, "left")

    def last_within(self, days: int) -> Ints:
        """For each row, the place after the customer's last row within the window of `days` that begins on its day."""
        return self._place(self.day + days - 1, "right")

    def _place(self, day: Ints, side: Literal["left", "right"]) -> Ints:
        span = int(self.day.max(initial=0)) + BASIS_POINTS * 10
        keys = self.code * (2 * span) + self.day + span
        wanted = self.code * (2 * span) + np.clip(day, -span + 1, span - 1) + span
        found: Ints = np.searchsorted(keys, wanted, side=side).astype(np.int64)
        return found

    def per_customer(self, values: Ints, kept: Bools) -> Ints:
        return np.bincount(self.code[kept], weights=values[kept], minlength=len(self.customers)).astype(np.int64)


Part = dict[str, NDArray[np.generic]]


def _require_columns(movements: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in movements.columns]
    if missing:
        raise MissingColumnError(f"The table of movements has no column {', '.join(missing)}")


def _structuring(book: _Book, limits: Limits) -> Part:
    lowest = -(-limits.threshold * limits.near_threshold // BASIS_POINTS)
    near = book.credit & book.cash & (book.amount >= lowest) & (book.amount < limits.threshold)
    kept = book.only(near & (book.day >= book.since))
    first = kept.first_within(limits.structuring_days)
    count = np.arange(len(first)) - first + 1
    total = _sums(kept.amount, first, np.arange(len(first)) + 1)
    found = (count >= limits.structuring_deposits) & (total >= limits.threshold)
    return {
        **_first("structuring", kept, found, total),
        "deposits": _greatest(kept.code, count, len(book.customers)),
    }


def _reactivation(book: _Book, limits: Limits) -> Part:
    """The first own movement after a sleep, and what moved from then on; opening an account is no awakening."""
    own = book.only(book.own)
    before = np.zeros(len(own.day), dtype=np.int64)
    before[1:] = own.day[1:] - own.day[:-1]
    same = np.zeros(len(own.day), dtype=bool)
    same[1:] = own.code[1:] == own.code[:-1]
    total = _sums(own.amount, np.arange(len(own.day)), own.last_within(limits.awake_days))
    slept = np.where(same, before, 0)
    found = (slept >= limits.asleep_days) & (total >= limits.awake_amount) & (own.day >= own.since)
    return {
        **_first("reactivation", own, found, total),
        "asleep_days": _greatest(own.code, np.where(own.day >= own.since, slept, 0), len(book.customers)),
    }


def _cash(book: _Book, limits: Limits) -> Part:
    recent = book.own & (book.day > book.as_of - limits.cash_days)
    turnover = book.per_customer(book.amount, recent)
    cash = book.per_customer(book.amount, recent & book.cash)
    share = np.where(turnover > 0, cash * BASIS_POINTS // np.maximum(turnover, 1), 0)
    found = (share >= limits.cash_share) & (turnover >= limits.cash_turnover) & (turnover > 0)
    on = np.where(found, book.as_of, 0)
    return {**_columns("cash", found, on, np.where(found, cash, 0)), "cash_share": share}


def _passing(book: _Book, limits: Limits) -> Part:
    """A day's credits against the debits of the following days; days whose money had passed already start afresh."""
    days = _by_day(book.only(book.own & (book.day >= book.since)))
    out = _sums(days.amount * ~days.credit, np.arange(len(days.day)), days.last_within(limits.passing_days))
    into = days.amount * days.credit
    passed = (into >= max(1, limits.passing_amount)) & (out * BASIS_POINTS >= into * limits.passing_share)
    passed &= _apart(days.code, days.day, passed, limits.passing_days)
    count = np.bincount(days.code[passed], minlength=len(book.customers)).astype(np.int64)
    amount = days.per_customer(into, passed)
    times = _running(days.code, passed)
    complete = passed & (times >= limits.passing_times)
    first = _first("pass_through", days, complete, into)
    first["pass_through_amount"] = np.where(first["pass_through"], amount, 0)
    return {**first, "passed": count}


def _by_day(book: _Book) -> _Book:
    """One row of credits and one of debits per customer and day, the credits first."""
    keys = pd.DataFrame({"code": book.code, "day": book.day, "debit": ~book.credit, "amount": book.amount})
    grouped = keys.groupby(["code", "day", "debit"], sort=True)["amount"].sum().reset_index()
    credit = ~grouped["debit"].to_numpy(dtype=bool)
    nothing = np.zeros(len(grouped), dtype=bool)
    code, day = (grouped[name].to_numpy(dtype=np.int64) for name in ("code", "day"))
    amount = grouped["amount"].to_numpy(dtype=np.int64)
    return _Book(book.customers, code, day, amount, credit, nothing, ~nothing, book.as_of, book.since)


def _apart(code: Ints, day: Ints, found: Bools, days: int) -> Bools:
    """Of episodes that overlap, the first: the same money is not counted twice."""
    kept = np.zeros(len(found), dtype=bool)
    last_code, last_day = -1, 0
    for place in np.flatnonzero(found):
        if code[place] != last_code or day[place] >= last_day + days:
            kept[place] = True
            last_code, last_day = int(code[place]), int(day[place])
    return kept


def _sums(values: Ints, start: Ints, end: Ints) -> Ints:
    """Of the rows start … end − 1, for each pair."""
    running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    found: Ints = running[end] - running[start]
    return found


def _running(code: Ints, found: Bools) -> Ints:
    """How many were found so far, per customer."""
    counted = np.cumsum(found, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.empty(0, dtype=np.int64)
    before = np.where(starts > 0, counted[starts - 1], 0) if len(starts) else starts
    found_before: Ints = np.repeat(before, np.diff(np.r_[starts, len(code)]))
    return np.asarray(counted - found_before, dtype=np.int64)


def _first(name: str, book: _Book, found: Bools, amounts: Ints) -> Part:
    """The first row found of each customer."""
    places = np.flatnonzero(found)
    codes, first = np.unique(book.code[places], return_index=True)
    flag = np.zeros(len(book.customers), dtype=bool)
    on, amount = np.zeros(len(flag), dtype=np.int64), np.zeros(len(flag), dtype=np.int64)
    flag[codes] = True
    on[codes], amount[codes] = book.day[places[first]], amounts[places[first]]
    return _columns(name, flag, on, amount)


def _columns(name: str, flag: Bools, on: Ints, amount: Ints) -> Part:
    days = np.where(flag, on, np.iinfo(np.int64).min).astype("datetime64[D]").astype("datetime64[s]")
    return {name: flag, f"{name}_on": days, f"{name}_amount": amount}


def _greatest(code: Ints, values: Ints, customers: int) -> Ints:
    found = np.zeros(customers, dtype=np.int64)
    np.maximum.at(found, code, values)
    return found
