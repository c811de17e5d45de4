"""A proposed rule-set against the one in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from risk_models.crr import rate
from risk_models.crr_book import Rating, assemble, rules_version
from risk_models.crr_simulation import compare
from tests.risk_models.crr_portfolio import POLICIES, book, portfolio

ON = date(2026, 11, 22)
BOOK = book()
NOW = BOOK.effective("cn-persons", ON)
FRAME = portfolio(NOW, 1500, 4)
BEFORE = rate(FRAME, NOW, ON)
TABLES = [table for table in BOOK.tables if table.rules.covers(ON)]


def proposal(*changes: tuple[str, str]) -> Rating:
    text = (POLICIES / "cn" / "persons-2026.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return assemble(rules_version(text.encode(), "proposal.yaml", BOOK.tables, signed=False), TABLES)


STRICTER = proposal(("unconfirmed: 3, confirmed: 5", "unconfirmed: 5, confirmed: 5"), ("unknown: 3\n", "unknown: 5\n"))


def test_the_same_rule_set_moves_nobody() -> None:
    simulated = compare(BEFORE, NOW, BEFORE, NOW)
    assert simulated.changed.empty
    assert simulated.matrix.to_numpy().sum() == len(FRAME) == simulated.matrix.to_numpy().trace()


def test_the_matrix_counts_everybody_once_and_the_changed_lie_off_its_diagonal() -> None:
    simulated = compare(BEFORE, NOW, rate(FRAME, STRICTER, ON), STRICTER)
    everybody = simulated.matrix.to_numpy()
    assert everybody.sum() == len(FRAME)
    assert everybody.sum() - everybody.trace() == len(simulated.changed) > 0


def test_who_changes_is_told_with_the_item_that_did_it() -> None:
    simulated = compare(BEFORE, NOW, rate(FRAME, STRICTER, ON), STRICTER)
    assert simulated.changed["stricter"].all()
    assert set(simulated.changed["reason_1"]) <= {"adverse_information", "monitoring"}
    assert (simulated.changed["points"] > 0).all()


def test_the_work_load_is_what_the_intervals_make_of_the_customers() -> None:
    twice = proposal(("review_months: 48", "review_months: 24"), ("review_months: 36", "review_months: 24"))
    simulated = compare(BEFORE, NOW, rate(FRAME, twice, ON), twice)
    counts = BEFORE["level"].value_counts()
    months = {"low": 48, "medium_low": 36, "medium": 24, "medium_high": 12, "high": 6}
    before = sum(12 * counts[level] / every for level, every in months.items())
    after = sum(12 * counts[level] / min(every, 24) for level, every in months.items())
    assert simulated.reviews_a_year == pytest.approx((before, after))


def test_the_calendar_counts_what_falls_due_in_its_months() -> None:
    simulated = compare(BEFORE, NOW, BEFORE, NOW)
    inside = (BEFORE["next_review"].dt.to_period("M") <= simulated.calendar.index[-1]).sum()
    assert simulated.calendar["before"].sum() == inside > 0


def test_between_schemes_with_other_levels_the_stricter_is_the_one_reviewed_more_often() -> None:
    three = replace(NOW, rules=NOW.rules.model_copy(update={"levels": NOW.rules.levels[2:]}))
    after = BEFORE.assign(level=pd.Categorical(["high"] * len(BEFORE), three.rules.level_codes, ordered=True))
    simulated = compare(BEFORE, NOW, after, three)
    assert simulated.changed["stricter"].all()
    assert simulated.matrix.shape == (5, 3)
