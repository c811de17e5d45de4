"""Results of surveys, counted from a frame made here."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from backend.servicing.feedback import statistics
from backend.servicing.feedback.frames import COLUMNS
from backend.servicing.feedback.models import SurveyKind
from risk_models import satisfaction


def line(score: int | None, **given: Any) -> dict[str, Any]:
    base = {
        "code": "relationship",
        "kind": "nps",
        "event": "yearly",
        "product_code": None,
        "channel": None,
        "team": "Praha",
        "sent_on": date(2026, 5, 4),
        "score": score,
        "themes": [],
    }
    return {**base, **given}


def frame(*lines: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=list(COLUMNS), dtype=object)


ANSWERS = (10, 10, 9, 8, 7, 6, 0)


def test_the_score_and_its_interval_are_those_of_the_model() -> None:
    found = statistics.counted(frame(*(line(score) for score in ANSWERS)), SurveyKind.NPS).score
    expected = satisfaction.nps(pd.Series(ANSWERS))
    assert found is not None
    assert expected.low is not None
    assert found.value == Decimal("14.3") == Decimal(repr(expected.value)).quantize(Decimal("0.1"))
    assert found.low == Decimal(repr(expected.low)).quantize(Decimal("0.1"))


def test_satisfied_customers_are_counted_in_per_cent() -> None:
    found = statistics.counted(frame(*(line(score, kind="csat") for score in (5, 4, 3, 1))), SurveyKind.CSAT).score
    assert found is not None
    assert found.value == Decimal("50.0")


def test_a_single_effort_has_no_interval() -> None:
    found = statistics.counted(frame(line(7, kind="ces")), SurveyKind.CES).score
    assert found == statistics.Score(Decimal("7.0"), None, None)


def test_without_answers_there_is_no_score() -> None:
    found = statistics.counted(frame(line(None), line(None)), SurveyKind.NPS)
    assert (found.score, found.asked, found.answers, found.response) == (None, 2, 0, Decimal("0.0"))


def test_an_answer_on_the_telephone_counts_as_answer_but_not_as_response() -> None:
    found = statistics.counted(frame(line(9), line(None), line(3, event="telephone")), SurveyKind.NPS)
    assert (found.asked, found.replied, found.answers, found.response) == (2, 1, 2, Decimal("50.0"))


def test_the_distribution_has_a_place_for_every_answer() -> None:
    found = statistics.counted(frame(*(line(score) for score in ANSWERS)), SurveyKind.NPS)
    assert found.distribution == (1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2)
    assert (found.positive, found.neutral, found.negative) == (3, 2, 2)


def test_months_stand_in_their_order_and_teams_by_answers() -> None:
    rows = [line(9, sent_on=date(2026, 6, 1), team="Brno"), line(9), line(9), line(None, team="Plzeň")]
    assert [each.key for each in statistics.by(frame(*rows), SurveyKind.NPS, "month")] == ["2026-05", "2026-06"]
    assert [each.key for each in statistics.by(frame(*rows), SurveyKind.NPS, "team")] == ["Praha", "Brno", "Plzeň"]


def test_what_has_no_product_counts_under_an_empty_key() -> None:
    assert [each.key for each in statistics.by(frame(line(1)), SurveyKind.NPS, "product_code")] == [""]


def test_themes_carry_the_sentiment_of_their_answers() -> None:
    rows = [line(0, themes=["waiting", "price"]), line(10, themes=["waiting"]), line(None, themes=[])]
    found = statistics.themes(frame(*rows), ["price", "waiting", "staff"])
    assert [(each.code, each.mentions, each.positive, each.negative) for each in found] == [
        ("waiting", 2, 1, 1),
        ("price", 1, 0, 1),
    ]


@pytest.mark.parametrize("dimension", statistics.DIMENSIONS)
def test_a_period_without_surveys_has_no_groups(dimension: str) -> None:
    assert statistics.by(frame(), SurveyKind.NPS, dimension) == []
