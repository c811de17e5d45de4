"""The waterfall: bars that join, and end at the total."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from risk_models.crr import rate
from risk_models.crr_explain import excess, explain
from risk_models.reasons import reasons
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
RATING = book().effective("cn-organisations", ON)
FRAME = portfolio(RATING, 60, 9)
RATED = rate(FRAME, RATING, ON)
STEPS = explain(FRAME, RATED, RATING)


def test_the_bars_join_and_end_at_the_total() -> None:
    for customer, steps in STEPS.groupby("customer"):
        items, total = steps[steps["kind"] == "item"], steps[steps["kind"] == "total"].iloc[0]
        assert items["start"].tolist() == [0, *items["end"].tolist()[:-1]]
        assert items["end"].iloc[-1] == total["points"] == RATED.loc[customer, "points"]


def test_score_times_weight_is_the_points_of_each_item() -> None:
    items = STEPS[STEPS["kind"] == "item"].astype({"score": int})
    assert (items["score"] * items["weight"] == items["points"]).all()
    assert items["score"].between(1, 5).all()


def test_the_last_step_is_the_level_in_force() -> None:
    last = STEPS.groupby("customer")[["kind", "level"]].last()
    assert (last["kind"] == "level").all()
    assert last["level"].tolist() == RATED["level"].astype(str).tolist()


def test_a_missing_value_is_shown_as_absent_and_unknown() -> None:
    frame = FRAME.iloc[[0]].astype(object)
    frame["channel"] = None
    steps = explain(frame, rate(frame, RATING, ON), RATING).set_index("code")
    assert steps.loc["channel", "value"] is None
    assert steps.loc["channel", "unknown"]
    assert steps.loc["channel", "score"] == 4


def test_what_fired_is_a_step_with_its_level_and_source() -> None:
    frame = FRAME.iloc[[0]].assign(list_hit="sanctions")
    step = explain(frame, rate(frame, RATING, ON), RATING).set_index("code").loc["on_a_list"]
    assert (step["kind"], step["level"], step["source"]) == ("trigger", "high", "G2")


def test_an_override_is_a_step() -> None:
    row = {"level": "high", "computed_then": "low", "decided_on": ON, "expires_on": ON}
    calm = FRAME.loc[[RATED["points"].idxmin()]].assign(list_hit="none", suspicious_reports=0)
    rated = rate(calm, RATING, ON, pd.DataFrame([row], index=calm.index))
    step = explain(calm, rated, RATING).set_index("kind").loc["override"]
    assert (step["code"], step["level"]) == ("in_force", "high")


def test_the_strongest_reason_is_the_item_furthest_above_its_least() -> None:
    strongest = reasons(excess(RATED, RATING), 1, "up")
    items = STEPS[STEPS["kind"] == "item"].astype({"excess": float})
    most = items.groupby("customer")["excess"].max()
    assert strongest["effect_1"].tolist() == pytest.approx(most.tolist())
