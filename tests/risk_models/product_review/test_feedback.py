"""Answers to surveys in the pack of a product."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from risk_models import satisfaction
from risk_models.errors import OutOfRangeError
from risk_models.product_review import feedback
from risk_models.product_review.inputs import Inputs, Period, checked, empty
from risk_models.product_review.pack import compute
from tests.risk_models.product_review import samples

PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1))
DAYS = ("2025-12-31", "2026-01-05", "2026-01-20", "2026-03-31", "2026-04-01")


def answers(kind: str, scores: tuple[int, ...], days: tuple[str, ...] = DAYS) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "holding": np.arange(len(scores), dtype="int32"),
            "answered_on": np.array(days, dtype="datetime64[s]"),
            "kind": pd.Categorical([kind] * len(scores)),
            "score": np.array(scores, dtype="int32"),
        }
    )


def test_only_answers_of_the_period_count() -> None:
    found = feedback.section(answers("nps", (0, 10, 9, 3, 0)), PERIOD, 0.95)
    assert found["answers"] == 3
    assert [(each["month"], each["answers"]) for each in found["by_month"]] == [
        ("2026-01", 2),
        ("2026-02", 0),
        ("2026-03", 1),
    ]


def test_the_score_and_its_interval_are_those_of_the_model() -> None:
    found = feedback.section(answers("nps", (0, 10, 9, 3, 0)), PERIOD, 0.95)["measures"]
    expected = satisfaction.nps(pd.Series([10, 9, 3]))
    assert [(each["survey"], each["score"]) for each in found] == [("nps", f"{expected.value:.9g}")]
    assert found[0]["low"] == f"{expected.low:.9g}"


def test_each_kind_of_survey_has_a_line_of_its_own() -> None:
    given = pd.concat([answers("csat", (1, 5, 5, 5, 1)), answers("ces", (1, 7, 7, 1, 1))], ignore_index=True)
    given["kind"] = given["kind"].astype("category")
    found = feedback.section(given, PERIOD, 0.95)["measures"]
    assert [(each["survey"], each["answers"], each["score"]) for each in found] == [("csat", 3, "1"), ("ces", 3, "5")]


def test_without_answers_there_is_no_measure() -> None:
    assert feedback.section(empty("feedback"), PERIOD, 0.95)["measures"] == []


def test_a_pack_of_the_time_before_surveys_has_no_section_of_them() -> None:
    tables = {name: empty(name) for name in ("sales", "premiums", "claims", "complaints")}
    before = Inputs(holdings=empty("holdings", samples.DIMENSIONS), movements=[], **tables)
    now = Inputs(holdings=empty("holdings", samples.DIMENSIONS), movements=[], feedback=empty("feedback"), **tables)
    old, new = (compute(each, samples.PERIOD, samples.parameters()).body for each in (before, now))
    assert "feedback" not in {*old, *old["rows"]}
    assert new["feedback"]["answers"] == new["rows"]["feedback"] == 0


def test_an_answer_that_is_no_number_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        checked("feedback", answers("nps", (1, 2, 3, 4, 5)).astype({"score": "str"}))
