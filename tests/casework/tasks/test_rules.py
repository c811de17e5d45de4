"""States, deadlines, mentions and ages of tasks: pure."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.casework.queues import queues_on
from backend.casework.tasks import rules
from backend.casework.tasks.errors import DepartmentUnknown, TaskStateForbids, TemplateUnknown
from backend.casework.tasks.models import TaskState
from backend.casework.tasks.rules import Aged
from backend.casework.tasks.ruleset import TaskRules, task_rules
from backend.core.rulesets import Policies, RuleSetBroken, parse
from backend.core.settings import Settings

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
POLICIES = Policies(Settings().policies)
RULES = task_rules(POLICIES, NOW.date()).rules
QUEUES = queues_on(POLICIES, NOW.date())
SOURCE = Path(Settings().policies / "casework/tasks/tasks-2024.yaml").read_text()


def aged(
    department: str = "service", *, days: float = 1, silent: float = 0, late: bool = False, held: bool = True
) -> Aged:
    due = NOW + timedelta(days=-1 if late else 1)
    return Aged(department, NOW - timedelta(days=days), NOW - timedelta(days=silent), due, held)


@pytest.mark.parametrize(
    ("state", "target"),
    [("open", "in_progress"), ("in_progress", "waiting"), ("waiting", "done"), ("done", "open"), ("open", "cancelled")],
)
def test_a_task_goes_its_way(state: str, target: str) -> None:
    assert rules.reached(state, TaskState(target)) == target


@pytest.mark.parametrize(("state", "target"), [("open", "done"), ("open", "waiting"), ("done", "cancelled")])
def test_a_task_that_nobody_began_is_not_done(state: str, target: str) -> None:
    with pytest.raises(TaskStateForbids):
        rules.reached(state, TaskState(target))


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_what_is_over_takes_no_more_work(state: str) -> None:
    with pytest.raises(TaskStateForbids):
        rules.standing(state)


def test_a_task_is_due_in_office_time_of_its_department() -> None:
    found = rules.deadlines(RULES.department("service"), None, QUEUES.calendar, NOW)
    assert found.due_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert found.escalate_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


def test_a_day_that_somebody_said_counts_and_is_escalated_from() -> None:
    due = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    found = rules.deadlines(RULES.department("service"), None, QUEUES.calendar, NOW, due)
    assert (found.due_at, found.escalate_at) == (due, datetime(2026, 12, 1, 16, 0, tzinfo=UTC))


def test_a_template_has_a_period_of_its_own() -> None:
    template = RULES.template("bereavement")
    usual = rules.deadlines(RULES.department(template.department), None, QUEUES.calendar, NOW)
    assert rules.deadlines(RULES.department(template.department), template.due, QUEUES.calendar, NOW) != usual


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("@lucie, please look at it with @Jana.Novotna", ["lucie", "jana.novotna"]),
        ("Write to jana@bank.example", []),
        ("@lucie @lucie", ["lucie"]),
        ("请@li看一下", ["li"]),
        ("@x and @", ["x"]),
        ("@", []),
        (None, []),
    ],
)
def test_mentions_are_user_names_after_an_at(words: str | None, expected: list[str]) -> None:
    assert rules.mentioned(words) == expected


def test_every_department_has_a_line_also_where_nothing_waits() -> None:
    found = rules.ageing(RULES, [], NOW)
    assert [each.department for each in found] == list(RULES.departments)
    assert {each.open for each in found} == {0}


def test_what_fell_between_is_counted() -> None:
    rows = [
        aged(days=3),
        aged(days=40, silent=8, late=True),
        aged(days=200, silent=7, held=False),
        aged("gone", held=False),
    ]
    found = {each.department: each for each in rules.ageing(RULES, rows, NOW)}
    service = found["service"]
    assert (service.open, service.overdue, service.unheld, service.untouched, service.oldest) == (3, 1, 1, 1, 200)
    assert service.spans == (1, 0, 1, 1)
    assert found["gone"].unheld == 1


def test_spans_hold_every_task_once() -> None:
    rows = [aged(days=days) for days in (0, 7, 8, 30, 31, 90, 91, 1000)]
    found = {each.department: each for each in rules.ageing(RULES, rows, NOW)}["service"]
    assert found.spans == (2, 2, 2, 2)
    assert sum(found.spans) == found.open


def test_somebody_serves_the_departments_of_their_roles() -> None:
    assert RULES.served_by({"team_lead"}) == {"relationship": "team_lead"}
    assert RULES.served_by({"auditor"}) == {}


@pytest.mark.parametrize(
    ("queue", "department"),
    [("onboarding.review", "compliance"), ("complaints.handle", "service"), ("nothing", None)],
)
def test_a_queue_of_casework_belongs_to_a_department(queue: str, department: str | None) -> None:
    assert RULES.of_queue(QUEUES, queue) == department


def test_every_queue_of_casework_belongs_to_some_department() -> None:
    assert [name for name in QUEUES.queues if RULES.of_queue(QUEUES, name) is None] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("spans: [7, 30, 90]", "spans: [30, 7]"), ("department: products", "department: sales"),
     ("code: moving_abroad", "code: bereavement")],
)  # fmt: skip
def test_a_rule_set_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    assert old in SOURCE
    with pytest.raises(RuleSetBroken):
        parse(SOURCE.replace(old, new).encode(), "tasks.yaml", TaskRules)


def test_unknown_codes_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(DepartmentUnknown):
        RULES.department("sales")
    with pytest.raises(TemplateUnknown):
        RULES.template("party")
