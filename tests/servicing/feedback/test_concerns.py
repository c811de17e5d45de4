"""When answers are few, or their interval reaches over the line, nothing is said about a product."""

from decimal import Decimal

import pandas as pd
import pytest

from backend.servicing.feedback.concerns import concerned
from backend.servicing.feedback.models import SurveyKind
from backend.servicing.feedback.ruleset import Concern
from risk_models import satisfaction

RULE = Concern(days=90, least=20, below={SurveyKind.CSAT: Decimal(60), SurveyKind.NPS: Decimal(-10)})


def answers(scores: list[int], kind: str = "csat", product: str = "savings") -> list[tuple[str, str, str, int]]:
    return [(product, "sale", kind, score) for score in scores]


def test_a_product_is_of_concern_when_the_whole_interval_lies_under_the_line() -> None:
    [found] = concerned(RULE, answers([5] * 9 + [1] * 21))
    assert (found.product_code, found.survey, found.answers, found.below) == ("savings", "sale", 30, Decimal(60))
    assert found.score.value == Decimal("30.0")


@pytest.mark.parametrize("content", range(31))
def test_the_interval_decides_and_not_the_score(content: int) -> None:
    scores = [5] * content + [1] * (30 - content)
    high = satisfaction.csat(pd.Series(scores)).high
    assert high is not None
    assert bool(concerned(RULE, answers(scores))) is (round(100 * high, 1) < 60)


def test_too_few_answers_say_nothing() -> None:
    assert concerned(RULE, answers([1] * 19)) == []
    assert concerned(RULE, answers([1] * 20)) != []


def test_a_kind_without_a_line_is_not_judged() -> None:
    assert concerned(RULE, answers([1] * 40, kind="ces")) == []


def test_products_and_surveys_are_judged_apart() -> None:
    rows = [*answers([1] * 15), *answers([1] * 15, product="motor"), *answers([0] * 30, kind="nps", product="motor")]
    assert [(each.product_code, each.kind) for each in concerned(RULE, rows)] == [("motor", SurveyKind.NPS)]
