"""Segments and targets by command."""

import pytest

from tests.cli.conftest import Tenure


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def test_a_run_says_how_many_moved_and_stands_among_the_sizes(bank: Tenure) -> None:
    assert "0 customers as of 20" in bank("segments", "run").output
    assert "Customers" in bank("segments", "sizes").output


def test_a_run_of_an_earlier_day_than_the_newest_is_refused_in_words(bank: Tenure) -> None:
    bank("segments", "run")
    assert "an earlier day would turn moves around" in bank("segments", "run", "--as-of", "2001-01-01", code=1).output


def test_groups_of_nobody_are_refused_in_words(bank: Tenure) -> None:
    assert "too few to look for groups" in bank("segments", "fit", code=1).output


def test_figures_are_computed_shown_and_read_as_a_report(bank: Tenure) -> None:
    assert "figures as of" in bank("targets", "compute").output
    assert "not kept yet" in bank("targets", "show").output
    assert "客户流失率" in bank("targets", "report", "--locale", "zh_CN").output


def test_nobody_is_sent_a_report_until_the_rule_set_names_somebody(bank: Tenure) -> None:
    assert "0 were sent the report." in bank("targets", "report", "--send").output


def test_figures_are_by_what_is_known_alone(bank: Tenure) -> None:
    assert "all, team, product, segment" in bank("targets", "show", "--by", "moon", code=1).output
