"""Retention cohorts count people, not visits, and only finished periods."""

from datetime import date

import pandas as pd
import pytest

from risk_models.cohorts import retention, triangle
from risk_models.errors import MissingValueError, NoRowsError

VISITS = [
    ("a", "2026-01-05"),
    ("a", "2026-01-25"),
    ("a", "2026-03-02"),
    ("b", "2026-01-07"),
    ("b", "2026-02-10"),
    ("c", "2026-02-11"),
    ("c", "2026-04-01"),
]


@pytest.fixture(scope="module")
def activity() -> pd.DataFrame:
    return pd.DataFrame(VISITS, columns=["customer", "date"])


def test_each_cell_counts_the_customers_who_came_back(activity: pd.DataFrame) -> None:
    found = retention(activity, date(2026, 3, 31)).set_index(["cohort", "age"])
    january = found.xs("2026-01", level="cohort")
    assert january["active"].to_list() == [2, 1, 1]
    assert january["customers"].to_list() == [2, 2, 2]
    assert found.xs("2026-02", level="cohort")["retention"].to_list() == [1.0, 0.0]


def test_an_unfinished_period_is_left_out(activity: pd.DataFrame) -> None:
    found = retention(activity, date(2026, 4, 15))
    assert found["age"].max() == 2


def test_the_last_day_of_a_period_finishes_it(activity: pd.DataFrame) -> None:
    assert retention(activity, date(2026, 4, 30))["age"].max() == 3


def test_intervals_hold_the_share(activity: pd.DataFrame) -> None:
    found = retention(activity, date(2026, 3, 31))
    assert ((found["low"] <= found["retention"]) & (found["retention"] <= found["high"])).all()


def test_the_triangle_leaves_the_future_empty(activity: pd.DataFrame) -> None:
    picture = triangle(retention(activity, date(2026, 3, 31)))
    assert picture.iloc[1].isna().to_list() == [False, False, True]


def test_quarters_group_their_months(activity: pd.DataFrame) -> None:
    found = retention(activity, date(2026, 3, 31), "Q")
    assert found["customers"].to_list() == [3]


def test_activity_without_date_is_refused_with_its_row() -> None:
    with pytest.raises(MissingValueError) as refused:
        retention(pd.DataFrame({"customer": ["a", "b"], "date": ["2026-01-01", None]}), date(2026, 3, 31))
    assert refused.value.rows == (1,)


def test_no_finished_period_is_refused(activity: pd.DataFrame) -> None:
    with pytest.raises(NoRowsError):
        retention(activity, date(2026, 1, 30))
