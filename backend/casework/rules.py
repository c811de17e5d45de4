"""When work is due and when it escalates, in office time: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.casework.errors import UnknownQueue
from backend.casework.queues import Calendar, Queue, Queues, Within
from backend.core.clock import as_utc


@dataclass(frozen=True, slots=True)
class Deadlines:
    due_at: datetime
    escalate_at: datetime


def deadlines(queues: Queues, queue: str, opened_at: datetime) -> Deadlines:
    """Raises UnknownQueue."""
    rule = known(queues, queue)
    return Deadlines(
        add_office_time(opened_at, rule.due, queues.calendar),
        add_office_time(opened_at, rule.escalate_after, queues.calendar),
    )


def known(queues: Queues, queue: str) -> Queue:
    if queue not in queues.queues:
        raise UnknownQueue(queue=queue)
    return queues.queues[queue]


def add_office_time(start: datetime, within: Within, calendar: Calendar) -> datetime:
    """Days end at closing time; hours run only while the office is open, and across weekends and holidays."""
    if within.working_days is not None:
        return _add_days(start, within.working_days, calendar)
    assert within.working_hours is not None  # noqa: S101 - the model has exactly one of the two
    return _add_hours(start, timedelta(hours=within.working_hours), calendar)


def _add_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The day on which it arrives does not count."""
    day = start.astimezone(calendar.zone).date()
    while days:
        day += timedelta(days=1)
        days -= calendar.works(day)
    return as_utc(calendar.end_of(day))


def _add_hours(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    local = start.astimezone(calendar.zone)
    day, begin = local.date(), as_utc(start)
    while True:
        if calendar.works(day):
            opens = as_utc(datetime.combine(day, calendar.opens, calendar.zone))
            closes = as_utc(calendar.end_of(day))
            begin = max(begin, opens)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)
