from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.product_review import fairness
from risk_models.product_review.inputs import Inputs, empty
from risk_models.product_review.pack import compute
from risk_models.product_review.parameters import Comparison
from risk_models.product_review.resampling import BLOCKS, Blocks, interval
from risk_models.product_review.suppression import told
from tests.risk_models.product_review import samples


def held(groups: list[str], vulnerable: list[bool] | None = None) -> pd.DataFrame:
    size = len(groups)
    return pd.DataFrame(
        {
            "opened_on": np.full(size, np.datetime64("2025-01-01", "s")),
            "closed_on": np.full(size, np.datetime64("NaT", "s")),
            "close_reason": pd.Categorical([""] * size),
            "vulnerable": vulnerable or [False] * size,
            "group": pd.Categorical(groups),
        }
    )


def booked(holdings: pd.DataFrame, fee: list[int], interest: list[int]) -> list[pd.DataFrame]:
    size = len(holdings)
    rows = {"booked_on": np.full(size, np.datetime64("2025-09-01", "s")), "holding": np.arange(size)}
    return [
        pd.DataFrame(rows | {"purpose": name, "direction": way, "amount_minor": np.array(amounts, dtype=np.int64)})
        for name, way, amounts in (("fee", "debit", fee), ("interest", "credit", interest))
    ]


def body(holdings: pd.DataFrame, fee: list[int], interest: list[int], **changes: object) -> dict:
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    inputs = Inputs(holdings=holdings, movements=booked(holdings, fee, interest), **tables)
    rules = samples.parameters(dimensions=("group",), population=(), comparisons=(Comparison("group"),), **changes)
    return dict(compute(inputs, samples.PERIOD, rules).body)


def rows(found: dict, dimension: str = "group") -> dict[str, dict]:
    return {row["group"]: row for table in found["value"] if table["dimension"] == dimension for row in table["groups"]}


def noisy(base: int, size: int, seed: int = 3) -> list[int]:
    return [base + int(each) for each in np.random.default_rng(seed).integers(-20, 21, size)]


def test_a_group_that_gets_half_for_its_money_is_an_outlier() -> None:
    groups = ["a"] * 300 + ["b"] * 100
    found = rows(body(held(groups), noisy(1000, 400), noisy(500, 300) + noisy(200, 100)))
    assert found["b"]["outlier"]
    assert not found["a"]["outlier"]


def test_groups_treated_alike_have_no_outlier() -> None:
    found = rows(body(held(["a"] * 300 + ["b"] * 100), noisy(1000, 400), noisy(500, 400, 4)))
    assert not any(row["outlier"] for row in found.values())


def test_a_group_that_pays_and_gets_nothing_is_an_outlier() -> None:
    found = rows(body(held(["a"] * 300 + ["b"] * 100), noisy(1000, 400), noisy(500, 300) + [0] * 100))
    assert found["b"]["outlier"]


def test_the_fairness_comparison_finds_who_pays_more() -> None:
    found = body(held(["a"] * 300 + ["b"] * 100), noisy(1000, 300) + noisy(1500, 100), noisy(500, 400))
    cost = next(row for row in found["fairness"][0]["comparisons"] if row["measure"] == "cost")
    assert found["fairness"][0]["reference"] == "a"
    assert cost["differs"] == "above"
    assert float(cost["low"]) < float(cost["figure"]) < float(cost["high"])
    assert float(cost["figure"]) == pytest.approx(1.5, abs=0.02)


def test_the_fairness_comparison_finds_nothing_between_equals() -> None:
    found = body(held(["a"] * 300 + ["b"] * 300), noisy(1000, 600), noisy(500, 600, 5))
    assert [row["differs"] for row in found["fairness"][0]["comparisons"] if row["measure"] == "cost"] == [None]


def test_a_small_group_has_nothing_but_its_name() -> None:
    found = rows(body(held(["a"] * 50 + ["b"] * 40 + ["c"] * 3), [100] * 93, [50] * 93))
    assert found["c"] == {"group": "c", "suppressed": True}


def test_a_single_small_group_cannot_be_worked_out_from_the_others() -> None:
    found = rows(body(held(["a"] * 50 + ["b"] * 40 + ["c"] * 3), [100] * 93, [50] * 93))
    assert found["b"] == {"group": "b", "suppressed": True}
    assert not found["a"]["suppressed"]


def test_few_vulnerable_customers_are_told_in_no_section() -> None:
    found = body(held(["a"] * 60, [True] * 4 + [False] * 56), [100] * 60, [50] * 60)
    assert all(row["suppressed"] for row in found["vulnerable"])
    assert all(row["suppressed"] for row in rows(found, "vulnerable").values())
    assert [each["comparisons"] for each in found["fairness"] if each["dimension"] == "vulnerable"] == [[]]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(2, 20))
@settings(max_examples=200, derandomize=True)
def test_what_is_held_back_is_never_one_group_alone(numbers: list[int], smallest: int) -> None:
    shown = told(numbers, smallest)
    hidden = [number for number, tell in zip(numbers, shown, strict=True) if not tell]
    assert all(tell or number for number, tell in zip(numbers, shown, strict=True))
    assert not [number for number, tell in zip(numbers, shown, strict=True) if tell and 0 < number < smallest]
    assert len(hidden) != 1 or sum(1 for number in numbers if number) == 1


def test_resampled_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Two hundred samples of a ratio of .5: a 90 % interval holds it in about 180 of them."""
    rng, holds = np.random.default_rng(11), 0
    for seed in range(200):
        whole = rng.integers(50, 150, 900)
        part = np.round(whole * 0.5 + rng.normal(0, 20, 900)).astype(np.int64)
        blocks = Blocks(np.zeros(900, dtype=np.int64), 1, seed)
        low, high = interval(blocks.ratios(blocks.sums(part), blocks.sums(whole), 0, 400), 0.9)
        holds += low is not None and high is not None and low <= 0.5 <= high
    assert 165 <= holds <= 195


def test_every_row_is_dealt_into_one_block() -> None:
    rng = np.random.default_rng(2)
    codes, amounts = rng.integers(-1, 5, 10_000), rng.integers(0, 1000, 10_000)
    found = Blocks(codes, 5, 1).sums(amounts)
    assert found.shape == (5, BLOCKS)
    assert [int(row.sum()) for row in found] == [int(amounts[codes == each].sum()) for each in range(5)]


def test_newcombe_gives_the_interval_of_the_published_example() -> None:
    """Newcombe (1998), table II, contrast (a): 56/70 less 48/80, method 10: .0524 to .3339."""
    difference, low, high = fairness.newcombe(np.array([56.0, 48.0]), np.array([70.0, 80.0]), 0.95)
    assert (round(difference, 4), round(low, 4), round(high, 4)) == (0.2, 0.0524, 0.3339)


def test_complaints_about_no_holding_do_not_disturb_the_groups() -> None:
    inputs = samples.inputs(500, 2_000)
    loose = inputs.complaints.assign(holding=np.int32(-1))
    parameters = samples.parameters()
    inputs = replace(inputs, movements=list(inputs.movements))
    first = compute(inputs, samples.PERIOD, parameters).body
    second = compute(replace(inputs, complaints=loose), samples.PERIOD, parameters).body
    assert first["value"] == second["value"]
    assert first["complaints"] == second["complaints"]
