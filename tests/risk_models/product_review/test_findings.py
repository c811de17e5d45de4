from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from risk_models.product_review.expected import garwood
from risk_models.product_review.inputs import Inputs, empty
from risk_models.product_review.pack import compute
from risk_models.product_review.parameters import Expectation
from risk_models.product_review.triggers import Limits, triggers
from risk_models.stability import psi, psi_of_counts
from tests.risk_models.product_review import samples

LIMITS = Limits(outside_share=1_000, outside_sales=30, spike_complaints=20, spike_ratio=20_000, recent_months=3)


@pytest.fixture(scope="module")
def calm() -> Inputs:
    inputs = samples.inputs(4_000, 8_000)
    return replace(inputs, movements=list(inputs.movements))


def kinds(inputs: Inputs, limits: Limits = LIMITS, **changes: object) -> set[str]:
    given = {"outlier_ratio": 25_000, **changes}
    body = compute(inputs, samples.PERIOD, samples.parameters(**given)).body
    return {each.kind for each in triggers(body, limits)}


def test_an_ordinary_year_asks_for_nothing(calm: Inputs) -> None:
    assert kinds(calm) == set()


def test_sales_outside_the_market_ask_for_a_review(calm: Inputs) -> None:
    outside = calm.sales.assign(verdict=np.where(np.arange(len(calm.sales)) % 5 == 0, "outside", "inside"))
    assert kinds(replace(calm, sales=outside)) == {"out_of_market"}


def test_few_sales_outside_the_market_ask_for_nothing(calm: Inputs) -> None:
    few = calm.sales[samples.PERIOD.holds(calm.sales["sold_on"])].head(20).assign(verdict="outside")
    assert "out_of_market" not in kinds(replace(calm, sales=few), controls=())


def test_a_month_full_of_complaints_asks_for_a_review(calm: Inputs) -> None:
    more = pd.concat([calm.complaints.head(1)] * 60).assign(received_on=pd.Timestamp("2026-06-10"))
    assert "complaint_spike" in kinds(replace(calm, complaints=pd.concat([calm.complaints, more])))


def test_complaints_of_long_ago_ask_for_nothing(calm: Inputs) -> None:
    old = pd.concat([calm.complaints.head(1)] * 60).assign(received_on=pd.Timestamp("2025-09-10"))
    assert kinds(replace(calm, complaints=pd.concat([calm.complaints, old]))) == set()


def test_claims_that_double_ask_for_a_review(calm: Inputs) -> None:
    late = calm.claims["incurred_on"] >= pd.Timestamp("2026-04-01")
    grown = calm.claims.assign(paid_minor=calm.claims["paid_minor"] * np.where(late, 4, 1))
    assert "loss_ratio_drift" in kinds(replace(calm, claims=grown))


def test_lapses_that_grow_ask_for_a_review(calm: Inputs) -> None:
    held = calm.holdings.copy()
    open_ = held.index[held["closed_on"].isna() & (held["opened_on"] < pd.Timestamp("2026-01-01"))][:400]
    held.loc[open_, "closed_on"] = pd.Timestamp("2026-05-15")
    held["close_reason"] = held["close_reason"].astype(str)
    held.loc[open_, "close_reason"] = "lapsed"
    assert "persistency_drift" in kinds(replace(calm, holdings=held))


def test_new_holders_unlike_those_before_ask_for_a_review(calm: Inputs) -> None:
    held = calm.holdings.copy()
    new = samples.PERIOD.holds(held["opened_on"])
    held["gender"] = np.where(new & (np.arange(len(held)) % 10 != 0), "male", held["gender"].astype(str))
    assert kinds(replace(calm, holdings=held)) == {"population_drift"}


def test_a_finding_names_itself_so_that_it_is_told_once(calm: Inputs) -> None:
    outside = calm.sales.assign(verdict="outside")
    body = compute(replace(calm, sales=outside), samples.PERIOD, samples.parameters()).body
    named = [(each.kind, each.source) for each in triggers(body, LIMITS)]
    assert len(named) == len(set(named))


def test_the_exact_interval_of_ten_events_is_the_published_one() -> None:
    """Garwood (1936): ten events, 95 %: 4.80 to 18.39; none: 0 to 3.69."""
    assert [round(each, 2) for each in garwood(10, 0.95)] == [4.80, 18.39]
    assert [round(each, 2) for each in garwood(0, 0.95)] == [0.0, 3.69]


def test_the_lapse_rate_is_judged_against_what_was_expected(calm: Inputs) -> None:
    found = {
        points: compute(
            calm, samples.PERIOD, samples.parameters(expectations=(Expectation("lapse_rate", points, "plan"),))
        ).body["expected"][0]["finding"]
        for points in (100, 600, 3_000)
    }
    assert found == {100: "above", 600: None, 3_000: "below"}


def test_a_measure_without_figures_has_no_finding(calm: Inputs) -> None:
    bare = replace(calm, premiums=empty("premiums"), claims=empty("claims"))
    rows = {row["measure"]: row for row in compute(bare, samples.PERIOD, samples.parameters()).body["expected"]}
    assert rows["loss_ratio"]["actual"] is None
    assert rows["loss_ratio"]["finding"] is None


def test_drift_of_counts_equals_drift_of_rows() -> None:
    rng = np.random.default_rng(5)
    before, now = (pd.Series(rng.choice(list("abcd"), size, p=shares)) for size, shares in _POPULATIONS)
    counted = [np.array([(each == name).sum() for name in "abcd"], dtype=float) for each in (before, now)]
    assert psi_of_counts("letter", *counted).psi == psi(before.rename("letter"), now).psi


_POPULATIONS = ((900, [0.4, 0.3, 0.2, 0.1]), (700, [0.1, 0.2, 0.3, 0.4]))


def test_the_survival_curve_counts_who_matured_as_stayed() -> None:
    held = samples.inputs(2_000, 0).holdings
    matured = held.assign(close_reason=np.where(held["closed_on"].notna(), "matured", ""))
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    body = compute(Inputs(holdings=matured, movements=[], **tables), samples.PERIOD, samples.parameters()).body
    assert [each["survival"] for each in body["persistency"]["curve"]["at"]] == ["1", "1"]


def test_months_are_those_that_the_period_touches() -> None:
    body = compute(samples.inputs(50, 0), samples.PERIOD, samples.parameters()).body
    named = [row["month"] for row in body["persistency"]["by_month"]]
    assert named[0] == "2025-07"
    assert named[-1] == date(2026, 6, 1).isoformat()[:7]
    assert len(named) == 12
