"""States, deadlines, mentions and ages of tasks: pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.casework.queues import Calendar, Within
from backend.casework.rules import add_office_time
from backend.casework.tasks.errors import TaskStateForbids
from backend.casework.tasks.models import TaskState
from backend.casework.tasks.ruleset import Department, TaskRules
from backend.casework.tasks.states import OPEN, STEPS

_MENTION: Final = re.compile(r"(?<![\w@.])@([a-z](?:[\w.-]*\w)?)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Deadlines:
    due_at: datetime
    escalate_at: datetime


@dataclass(frozen=True, slots=True)
class Aged:
    """A task or a piece of work that is not over; `held` by somebody who is still at work here."""

    department: str
    since: datetime
    touched_at: datetime
    due_at: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """`spans` counts the open ones by age: up to each span of the rule-set, then everything older. Ages are in days."""

    department: str
    open: int
    overdue: int
    unheld: int
    untouched: int
    oldest: int
    spans: tuple[int, ...]


def reached(state: str, target: TaskState) -> TaskState:
    """The target. Raises TaskStateForbids."""
    if target not in STEPS[TaskState(state)]:
        raise TaskStateForbids(state=state)
    return target


def standing(state: str) -> None:
    """Raises TaskStateForbids for a task that is over."""
    if TaskState(state) not in OPEN:
        raise TaskStateForbids(state=state)


def deadlines(
    department: Department, within: Within | None, calendar: Calendar, now: datetime, due_at: datetime | None = None
) -> Deadlines:
    """`due_at` is a day that somebody said; without one the template's period counts, or the department's."""
    due = due_at or add_office_time(now, within or department.due, calendar)
    return Deadlines(due, add_office_time(due, department.escalate_after, calendar))


def mentioned(words: str | None) -> list[str]:
    """User names after an @, once each, in lower case; an e-mail address mentions nobody."""
    return list(dict.fromkeys(name.lower() for name in _MENTION.findall(words or "")))


def ageing(rules: TaskRules, found: Iterable[Aged], now: datetime) -> list[AgeingLine]:
    """A line for every department of the rule-set, also for those where nothing waits, and for each that it lost."""
    groups: dict[str, list[Aged]] = {code: [] for code in rules.departments}
    for each in found:
        groups.setdefault(each.department, []).append(each)
    return [_line(rules, code, rows, now) for code, rows in groups.items()]


def _line(rules: TaskRules, code: str, rows: Sequence[Aged], now: datetime) -> AgeingLine:
    silent = now - timedelta(days=rules.untouched_days)
    ages = [(now - each.since).days for each in rows]
    return AgeingLine(
        department=code,
        open=len(rows),
        overdue=sum(each.due_at < now for each in rows),
        unheld=sum(not each.held for each in rows),
        untouched=sum(each.touched_at < silent for each in rows),
        oldest=max(ages, default=0),
        spans=_spans(rules.spans, ages),
    )


def _spans(limits: Sequence[int], ages: Collection[int]) -> tuple[int, ...]:
    edges = (-1, *limits)
    within = tuple(sum(low < age <= high for age in ages) for low, high in zip(edges, limits, strict=False))
    return (*within, sum(age > limits[-1] for age in ages))
