"""Stages, the funnel and warnings by command."""

import pytest

from tests.cli.conftest import Tenure


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_stages_are_computed_and_the_day_of_the_facts_is_told(bank: Tenure) -> None:
    output = bank("life", "stages").output
    assert "As of 20" in output
    assert "0 of 0 moved, 0 held, 0 new warnings." in output


def test_every_stage_is_counted(bank: Tenure) -> None:
    output = bank("life", "counts").output
    assert "won_back" in output
    assert "at_risk" in output


def test_an_empty_bank_has_an_empty_funnel_and_watch_list(bank: Tenure) -> None:
    assert "Conversion" in bank("life", "funnel", "--by", "channel").output
    assert "0 warnings." in bank("life", "watch").output


def test_the_funnel_splits_by_what_it_knows_alone(bank: Tenure) -> None:
    refused = bank("life", "funnel", "--by", "star_sign", code=2)
    assert "channel, product, segment, cohort" in refused.output
