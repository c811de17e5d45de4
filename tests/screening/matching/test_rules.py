import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from backend.screening.matching.rules import ScreeningRules, log_odds, logistic

SHIPPED = Path(__file__).resolve().parents[3] / "policies" / "screening" / "names-2026.yaml"


@pytest.fixture
def shipped() -> dict[str, Any]:
    return copy.deepcopy(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def test_a_missing_weight_is_refused_by_name(shipped: dict[str, Any]) -> None:
    del shipped["person"]["takes"]["order"]
    with pytest.raises(ValidationError, match="order"):
        ScreeningRules.model_validate(shipped)


def test_an_unknown_weight_is_refused_by_name(shipped: dict[str, Any]) -> None:
    shipped["organisation"]["takes"]["horoscope"] = 1.0
    with pytest.raises(ValidationError, match="horoscope"):
        ScreeningRules.model_validate(shipped)


def test_a_negative_weight_is_refused(shipped: dict[str, Any]) -> None:
    shipped["person"]["takes"]["order"] = -1.0
    with pytest.raises(ValidationError):
        ScreeningRules.model_validate(shipped)


def test_a_floor_above_the_cut_off_is_refused(shipped: dict[str, Any]) -> None:
    shipped["name_floor"] = 0.95
    with pytest.raises(ValidationError, match="name_floor"):
        ScreeningRules.model_validate(shipped)


@pytest.mark.parametrize("score", [0.01, 0.35, 0.5, 0.99])
def test_log_odds_and_logistic_undo_each_other(score: float) -> None:
    assert logistic(log_odds(score)) == pytest.approx(score)
