"""Each step of the funnel: who entered, moved on, left, and how long it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from backend.customers.models import Stage
from backend.engagement.funnel.rules import ALL, OTHERS, UNKNOWN, Step, funnel

START = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def journeys(*several: dict[str, Any]) -> pd.DataFrame:
    """Days after START at which each stage was entered."""
    moments = ("prospect", "onboarding", "active", "growing", "loyal", "left")
    rows = [
        {name: START + timedelta(days=each[name]) if name in each else None for name in moments}
        | {"channel": each.get("channel")}
        for each in several
    ]
    frame = pd.DataFrame(rows)
    for name in moments:
        frame[name] = pd.to_datetime(frame[name])
    return frame


def step(frame: pd.DataFrame, start: Stage = Stage.PROSPECT) -> Step:
    return next(each for each in funnel(frame, NOW) if each.start is start)


def test_of_those_who_entered_some_moved_on_some_left_and_the_rest_waits() -> None:
    found = step(journeys({"prospect": 0, "onboarding": 10}, {"prospect": 0, "left": 5}, {"prospect": 0}))
    assert (found.entered, found.advanced, found.left, found.waiting) == (3, 1, 1, 1)
    assert found.conversion == pytest.approx(1 / 3)
    assert found.low < found.conversion < found.high


def test_the_median_counts_those_who_have_not_moved_yet_for_as_long_as_they_were_seen() -> None:
    quick = [{"prospect": 0, "onboarding": day} for day in (1, 2, 3)]
    assert step(journeys(*quick)).median_days == 2
    assert step(journeys(*quick, *[{"prospect": 0}] * 2)).median_days == 3
    assert step(journeys(*quick, *[{"prospect": 0}] * 4)).median_days is None


def test_who_left_counts_until_that_day() -> None:
    frame = journeys({"prospect": 0, "left": 1}, {"prospect": 0, "onboarding": 10})
    assert step(frame).median_days == 10


def test_a_stage_that_was_passed_over_counts_as_passed() -> None:
    found = step(journeys({"prospect": 0, "active": 7}))
    assert (found.advanced, found.median_days) == (1, 7)


def test_who_was_never_a_prospect_is_in_no_step_of_prospects() -> None:
    assert [each.start for each in funnel(journeys({"active": 0}), NOW)] == [Stage.ACTIVE]


def test_leaving_after_the_step_is_no_leaving_in_it() -> None:
    assert step(journeys({"prospect": 0, "onboarding": 1, "left": 50})).left == 0


def test_the_funnel_splits_by_group_with_the_unknown_named() -> None:
    frame = journeys({"prospect": 0, "channel": "web"}, {"prospect": 0, "channel": "web"}, {"prospect": 0})
    assert [(each.group, each.entered) for each in funnel(frame, NOW, "channel")] == [("web", 2), (UNKNOWN, 1)]


def test_quarters_come_in_the_order_of_time() -> None:
    frame = journeys({"prospect": 0}, {"prospect": 0}, {"prospect": 0})
    frame["cohort"] = ["2026-Q2", "2026-Q2", "2025-Q4"]
    assert [each.group for each in funnel(frame, NOW, "cohort")] == ["2025-Q4", "2026-Q2"]


def test_groups_beyond_the_twelfth_are_one() -> None:
    frame = journeys(*({"prospect": 0, "channel": f"c{number}"} for number in range(15)))
    found = funnel(frame, NOW, "channel")
    assert (len(found), found[-1].group, found[-1].entered) == (13, OTHERS, 3)
    assert sum(each.entered for each in found) == funnel(frame, NOW)[0].entered


def test_an_empty_portfolio_has_no_funnel() -> None:
    assert funnel(journeys({"prospect": 0}).iloc[:0], NOW) == []
    assert funnel(journeys({"prospect": 0}), NOW)[0].group == ALL
