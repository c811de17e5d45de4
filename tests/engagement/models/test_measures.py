"""When the watch calls somebody: what chance gives, what moves nothing and what few outcomes say calls nobody."""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pytest

from backend.core.rulesets import Policies
from backend.engagement.models.measures import Meaning, Measure, drift, moved_most, performance
from backend.engagement.models.ruleset import WatchRules, model_rules
from backend.engagement.models.words import advice_words, meaning_words
from risk_models import reference
from risk_models.estimate import Estimate

POLICIES: Final = Policies(Path(__file__).resolve().parents[3] / "policies")
WATCH: Final[WatchRules] = model_rules(POLICIES, date(2026, 11, 22)).rules.watch


def compared(score: float, balance: float, p_value: float = 1e-9, expected: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "characteristic": ["balance", "score"],
            "psi": [balance, score],
            "p_value": [p_value, p_value],
            "expected": [expected, expected],
        }
    )


def meanings(found: list[Measure]) -> list[tuple[str, Meaning, bool]]:
    return [(each.name, each.meaning, each.breach) for each in found]


def test_a_score_that_moved_and_what_moved_it_are_out_of_bounds() -> None:
    found = drift(compared(0.6, 0.6), {"balance": 0.8}, WATCH)
    assert meanings(found) == [("PSI", Meaning.MOVED, True), ("CSI balance", Meaning.MOVED, True)]


def test_a_characteristic_that_does_not_move_the_score_calls_nobody() -> None:
    """Of the Berka bank: everybody is with it for half a year longer, and the score of churn stands still."""
    found = drift(compared(0.05, 1.15), {"balance": 0.02}, WATCH)
    assert meanings(found) == [("PSI", Meaning.RIGHT, False), ("CSI balance", Meaning.HARMLESS, False)]


@pytest.mark.parametrize(("score", "breach"), [(0.6, True), (0.05, False)])
def test_without_an_effect_a_characteristic_counts_while_the_score_has_moved(score: float, breach: bool) -> None:
    assert drift(compared(score, 0.6), {}, WATCH)[1].breach is breach


def test_a_shift_that_chance_gives_is_none() -> None:
    found = drift(compared(0.6, 0.6, p_value=0.4), {"balance": 1.0}, WATCH)
    assert [each.meaning for each in found] == [Meaning.CHANCE, Meaning.CHANCE]


def test_what_chance_gives_on_average_is_allowed_on_top_of_the_bound() -> None:
    found = drift(compared(0.3, 0.3, expected=0.1), {"balance": 1.0}, WATCH)
    assert [(each.bound, each.breach) for each in found] == [("< 0.35", False), ("< 0.35", False)]


def test_the_expected_shift_is_that_of_samples_without_any() -> None:
    """Its mean over many pairs of samples of one population (Yurdakul 2018)."""
    rng = np.random.default_rng(1)
    shifts, expected = [], 0.0
    for _ in range(300):
        learned = reference.learn(pd.DataFrame({"score": rng.normal(0, 1, 120)}))
        row = learned.compare(pd.DataFrame({"score": rng.normal(0, 1, 200)})).iloc[0]
        shifts.append(row["psi"])
        expected = row["expected"]
    assert np.mean(shifts) == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize(
    ("value", "low", "high", "meaning"),
    [
        (0.60, 0.55, 0.65, Meaning.WORSE),
        (0.60, 0.40, 0.85, Meaning.CHANCE),
        (0.79, 0.75, 0.83, Meaning.RIGHT),
    ],
)
def test_discrimination_falls_only_beyond_chance(value: float, low: float, high: float, meaning: Meaning) -> None:
    (found,) = performance([Estimate("AUC", value, None, low, high)], {"AUC": 0.8}, WATCH)
    assert (found.meaning, found.breach, found.bound) == (meaning, meaning is Meaning.WORSE, "≥ 0.750")


@pytest.mark.parametrize(
    ("value", "low", "high", "breach"),
    [(0.5, 0.4, 0.6, True), (0.5, 0.1, 1.2, False), (1.1, 1.0, 1.2, False), (1.6, 1.3, 1.9, True)],
)
@pytest.mark.parametrize("name", ["forecast to actual", "calibration slope"])
def test_a_ratio_is_out_of_bounds_when_its_interval_leaves_one_out(
    name: str, value: float, low: float, high: float, breach: bool
) -> None:
    (found,) = performance([Estimate(name, value, None, low, high)], {}, WATCH)
    assert found.breach is breach


def test_a_figure_without_a_bound_is_told_and_never_out_of_it() -> None:
    (found,) = performance([Estimate("Brier", 0.9, None, None, None)], {}, WATCH)
    assert (found.bound, found.breach, found.meaning) == (None, False, Meaning.TOLD)


def test_advice_names_what_moved_the_score_most() -> None:
    found = drift(compared(0.6, 0.6), {"balance": 0.8}, WATCH)
    records = [each.record() for each in found]
    assert moved_most(records) == ["balance"]
    assert "Balance" in (advice_words("en", records) or "")
    assert "余额" in (advice_words("zh_CN", records) or "")


def test_there_is_nothing_to_advise_while_all_is_right() -> None:
    assert advice_words("en", [each.record() for each in drift(compared(0.1, 0.1), {}, WATCH)]) is None


def test_a_watch_of_before_meanings_were_kept_reads_as_it_did() -> None:
    old = {"name": "PSI", "value": 0.4, "low": None, "high": None, "bound": "< 0.25", "breach": True}
    assert meaning_words("en", old) == "Worse than it may be"
