"""Patterns in movements: found where they are, and the same however the movements are ordered or mixed."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.behaviour import COLUMNS, PATTERNS, Limits, behaviour
from risk_models.errors import OutOfRangeError

END = date(2026, 6, 30)
LIMITS = Limits(threshold=1_000_000, awake_amount=100_000, cash_turnover=100_000, passing_amount=100_000)


def moved(*rows: tuple[int, int, str], customer: str = "a") -> pd.DataFrame:
    """(days before the end, amount, signs): + a credit, - a debit, c cash, i not the customer's own doing."""
    found = [
        (customer, pd.Timestamp(END - timedelta(days=ago)), amount, "+" in signs, "c" in signs, "i" not in signs)
        for ago, amount, signs in rows
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def judged(*rows: tuple[int, int, str]) -> pd.Series:
    return behaviour(moved(*rows), LIMITS, END).loc["a"]


def test_three_deposits_just_below_the_threshold_are_structuring() -> None:
    found = judged((20, 900_000, "+c"), (16, 950_000, "+c"), (12, 990_000, "+c"))
    assert found["structuring"]
    assert found["structuring_on"] == pd.Timestamp(END - timedelta(days=12))
    assert found["structuring_amount"] == 2_840_000


@pytest.mark.parametrize(
    "rows",
    [
        [(20, 900_000, "+c"), (16, 950_000, "+c")],
        [(40, 900_000, "+c"), (25, 950_000, "+c"), (12, 990_000, "+c")],
        [(20, 900_000, "+c"), (16, 950_000, "+c"), (12, 1_000_000, "+c")],
        [(20, 900_000, "+c"), (16, 950_000, "+c"), (12, 600_000, "+c")],
        [(20, 900_000, "+"), (16, 950_000, "+"), (12, 990_000, "+")],
        [(20, 900_000, "-c"), (16, 950_000, "-c"), (12, 990_000, "-c")],
        [(420, 900_000, "+c"), (416, 950_000, "+c"), (412, 990_000, "+c")],
    ],
    ids=["too few", "too far apart", "one reported", "one far below", "no cash", "taken out", "long ago"],
)
def test_what_is_no_structuring(rows: list[tuple[int, int, str]]) -> None:
    assert not judged(*rows)["structuring"]


def test_the_window_of_structuring_counts_both_ends() -> None:
    assert judged((20, 900_000, "+c"), (15, 950_000, "+c"), (11, 990_000, "+c"))["structuring"]
    assert not judged((20, 900_000, "+c"), (15, 950_000, "+c"), (10, 990_000, "+c"))["structuring"]


def test_money_after_a_long_sleep_is_a_reactivation() -> None:
    found = judged((300, 5_000, "+"), (40, 60_000, "+"), (35, 50_000, "-"))
    assert found["reactivation"]
    assert found["reactivation_on"] == pd.Timestamp(END - timedelta(days=40))
    assert (found["reactivation_amount"], found["asleep_days"]) == (110_000, 260)


def test_interest_and_fees_wake_nobody() -> None:
    assert not judged((300, 5_000, "+"), (40, 600_000, "+i"))["reactivation"]


def test_interest_does_not_keep_an_account_awake() -> None:
    assert judged((300, 5_000, "+"), (150, 10, "+i"), (40, 600_000, "+"))["reactivation"]


def test_opening_an_account_is_no_reactivation() -> None:
    assert not judged((40, 600_000, "+"))["reactivation"]


def test_the_share_of_cash_is_of_the_turnover() -> None:
    found = judged((80, 300_000, "+c"), (60, 100_000, "-"), (10, 600_000, "-c"), (5, 900_000, "+i"))
    assert found["cash_share"] == 9_000
    assert found["cash"]


def test_little_cash_is_no_cash_business() -> None:
    assert not judged((10, 90_000, "+c"))["cash"]


def test_money_that_leaves_at_once_passes_through() -> None:
    rows = [row for ago in (30, 20, 10) for row in ((ago, 500_000, "+"), (ago - 1, 480_000, "-"))]
    found = judged(*rows)
    assert found["pass_through"]
    assert (found["passed"], found["pass_through_amount"]) == (3, 1_500_000)
    assert found["pass_through_on"] == pd.Timestamp(END - timedelta(days=10))


def test_money_that_stays_a_while_does_not_pass_through() -> None:
    rows = [row for ago in (30, 20, 10) for row in ((ago, 500_000, "+"), (ago - 3, 480_000, "-"))]
    assert judged(*rows)["passed"] == 0


def test_the_same_money_is_not_counted_twice() -> None:
    found = judged((12, 500_000, "+"), (11, 500_000, "+"), (10, 1_000_000, "-"))
    assert found["passed"] == 1


def test_a_fraction_of_a_minor_unit_is_refused_with_its_row() -> None:
    movements = moved((10, 100, "+"))
    movements["amount"] = [10.5]
    with pytest.raises(OutOfRangeError, match="minor units"):
        behaviour(movements, LIMITS, END)


def test_nobody_moved_nothing() -> None:
    assert behaviour(moved(), LIMITS, END).empty


_row = st.tuples(
    st.integers(0, 420),
    st.sampled_from([5_000, 150_000, 800_000, 950_000, 1_000_000]),
    st.sampled_from(["+", "-", "+c", "-c", "+i", "-i"]),
)
_books = st.dictionaries(st.sampled_from("abcd"), st.lists(_row, min_size=1, max_size=14), min_size=1)


@given(_books, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_customers_do_not_see_each_other_in_any_order(
    book: dict[str, list[tuple[int, int, str]]], chance: object
) -> None:
    frames = [moved(*rows, customer=name) for name, rows in book.items()]
    mixed = pd.concat(frames).sample(frac=1, random_state=chance.randrange(2**31)).reset_index(drop=True)
    together = behaviour(mixed, LIMITS, END)
    for name, frame in zip(book, frames, strict=True):
        alone = behaviour(frame, LIMITS, END)
        pd.testing.assert_series_equal(together.loc[name], alone.loc[name])


@given(st.lists(_row, min_size=1, max_size=16))
@settings(max_examples=150, deadline=None)
def test_structuring_is_what_counting_by_hand_finds(rows: list[tuple[int, int, str]]) -> None:
    near = sorted(
        (420 - ago, amount)
        for ago, amount, signs in rows
        if signs == "+c" and 700_000 <= amount < 1_000_000 and ago < 365
    )
    windows = [[a for d, a in near if day - 9 <= d <= day] for day, _ in near]
    by_hand = any(len(window) >= 3 and sum(window) >= 1_000_000 for window in windows)
    assert bool(behaviour(moved(*rows), LIMITS, END)["structuring"].iloc[0]) == by_hand


def test_the_real_bank_has_patterns_of_every_kind_but_few(shared_data: Path) -> None:
    file = shared_data / "berka" / "trans_1993_1994q1.asc"
    raw = pd.read_csv(file, sep=";", dtype={"date": "str", "bank": "str", "account": "str"})
    movements = pd.DataFrame(
        {
            "customer": raw["account_id"],
            "date": pd.to_datetime("19" + raw["date"], format="%Y%m%d"),
            "amount": (raw["amount"] * 100).round().astype(np.int64),
            "credit": raw["type"] == "PRIJEM",
            "cash": raw["operation"].isin(["VKLAD", "VYBER"]),
            "own": ~raw["k_symbol"].isin(["UROK", "SLUZBY", "SANKC. UROK"]),
        }
    )
    limits = Limits(
        threshold=3_000_000, asleep_days=60, awake_amount=500_000, cash_turnover=5_000_000, passing_amount=500_000
    )
    found = behaviour(movements, limits, date(1994, 3, 31))
    shares = found[list(PATTERNS)].mean()
    assert (shares < 0.9).all()
    assert found["cash"].any()
