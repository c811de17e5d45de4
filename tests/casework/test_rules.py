"""Office time: deadlines fall into opening hours, and neither weekend nor holiday counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.casework.errors import UnknownQueue
from backend.casework.queues import Calendar, Queues, Within
from backend.casework.rules import add_office_time, deadlines
from backend.core.rulesets import RuleSetBroken, load

QUEUES = Path(__file__).resolve().parents[2] / "policies" / "casework" / "queues" / "queues-2026.yaml"
RULES = load(QUEUES, Queues).rules
CALENDAR = RULES.calendar


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T10:00", 2, "2026-11-20T12:00"),
        ("2026-11-20T15:00", 2, "2026-11-23T09:00"),  # Friday 16:00 in Praha: an hour is left for Monday
        ("2026-11-21T12:00", 1, "2026-11-23T09:00"),  # Saturday
        ("2026-11-16T15:30", 1, "2026-11-18T08:30"),  # 17 November is a holiday
        ("2026-11-20T05:00", 8, "2026-11-20T16:00"),  # before opening: a full day until closing time
    ],
)
def test_hours_run_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert add_office_time(_utc(start), Within(working_hours=hours), CALENDAR) == _utc(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-19T10:00", 1, "2026-11-20T16:00"),
        ("2026-11-20T10:00", 1, "2026-11-23T16:00"),
        ("2026-11-16T10:00", 1, "2026-11-18T16:00"),
        ("2026-03-27T10:00", 1, "2026-03-30T15:00"),  # summer time began in between
    ],
)
def test_days_end_at_closing_time_and_skip_weekends_and_holidays(start: str, days: int, end: str) -> None:
    assert add_office_time(_utc(start), Within(working_days=days), CALENDAR) == _utc(end)


_STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_STARTS, st.integers(1, 60), st.integers(1, 60))
def test_more_hours_never_end_earlier_and_always_in_opening_hours(start: datetime, one: int, more: int) -> None:
    first = add_office_time(start, Within(working_hours=one), CALENDAR)
    second = add_office_time(start, Within(working_hours=one + more), CALENDAR)
    local = first.astimezone(CALENDAR.zone)
    assert start < first < second
    assert CALENDAR.works(local.date())
    assert CALENDAR.opens <= local.time() <= CALENDAR.closes


def test_work_escalates_after_it_is_due() -> None:
    for name in RULES.queues:
        times = deadlines(RULES, name, _utc("2026-11-20T10:00"))
        assert times.due_at <= times.escalate_at < times.due_at + timedelta(days=30)


def test_unknown_queue_is_refused() -> None:
    with pytest.raises(UnknownQueue):
        deadlines(RULES, "onboarding.lost", _utc("2026-11-20T10:00"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("escalates_to: compliance.overdue", "escalates_to: nowhere", "not declared"),
        (
            "    escalate_after: {working_days: 1}\n",
            "    escalate_after: {working_days: 1}\n    escalates_to: onboarding.draft\n",
            "comes back",
        ),
        ("due: {working_days: 10}", "due: {working_days: 10, working_hours: 3}", "working_hours or in working_days"),
    ],
)
def test_a_mistake_in_the_queues_is_named_when_they_are_loaded(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    source = QUEUES.read_text(encoding="utf-8")
    assert old in source
    broken = tmp_path / "queues.yaml"
    broken.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=problem):
        load(broken, Queues)


def test_office_without_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="opens before it closes"):
        Calendar(timezone="Europe/Prague", weekdays=frozenset({0}), opens="17:00", closes="09:00")
