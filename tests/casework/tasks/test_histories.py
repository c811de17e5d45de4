"""Generated histories through the services: whatever people do with a task, in any order, it does not fall between."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.casework.tasks import queries, service
from backend.casework.tasks.models import Task
from backend.casework.tasks.queries import Shelf
from backend.casework.tasks.service import TaskInput
from backend.casework.tasks.states import OPEN
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from tests.factories import onboarding as banks

Act = Callable[[banks.Bank, Task, str], Any]
PEOPLE = ("rm", "officer", "officer2", "head")
SERVES = {"compliance": "officer3", "relationship": "rm2"}
ACTS: dict[str, Act] = {
    "take": lambda bank, row, who: bank.run(who, service.take, row.id),
    "wait": lambda bank, row, who: bank.run(who, service.wait, row.id, "For an answer."),
    "resume": lambda bank, row, who: bank.run(who, service.resume, row.id),
    "put_back": lambda bank, row, who: bank.run(who, service.put_back, row.id, "Not mine."),
    "offer": lambda bank, row, who: bank.run(who, service.hand_over, row.id, "Yours.", to=bank["officer2"].id),
    "offer_on": lambda bank, row, who: bank.run(who, service.hand_over, row.id, "Theirs.", department="relationship"),
    "offer_back": lambda bank, row, who: bank.run(who, service.hand_over, row.id, "Theirs.", department="compliance"),
    "accept": lambda bank, row, who: bank.run(who, service.accept, row.id),
    "decline": lambda bank, row, who: bank.run(who, service.decline, row.id, "No."),
    "comment": lambda bank, row, who: bank.run(who, service.comment, row.id, "@lead, see."),
    "complete": lambda bank, row, who: bank.run(who, service.complete, row.id),
    "cancel": lambda bank, row, who: bank.run(who, service.cancel, row.id, "Not needed."),
    "reopen": lambda bank, row, who: bank.run(who, service.reopen, row.id, "Needed."),
    "escalate": lambda bank, _, __: bank.run("system", service.escalate_due),
}
LIKELY = [*sorted(ACTS), "take", "take", "accept", "accept", "reopen", "reopen"]


async def counted(bank: banks.Bank) -> int:
    found = await bank.run("auditor", service.ageing)
    return sum(line.open for line in found.tasks)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_history_loses_a_task(bank: banks.Bank, clock: FixedClock, seed: int) -> None:
    """Not seldom ended and opened again: the walk is checked to have got there."""
    walk, ended, steps = random.Random(seed), 0, 0
    given = TaskInput(title="Ask the notary", department="compliance")
    row = await bank.run("rm", service.create, given)
    for _ in range(60):
        try:
            await ACTS[walk.choice(LIKELY)](bank, row, walk.choice(PEOPLE))
        except TenureError:
            continue
        finally:
            clock.advance(timedelta(hours=walk.choice([1, 20, 60])))
        steps += 1
        after: Task = await bank.run("head", queries.task, row.id)
        is_open = after.state in OPEN
        ended += not is_open
        assert await counted(bank) == int(is_open)
        assert (after.closed_at is None) is is_open
        assert (after.escalate_at is not None) is is_open
        assert is_open or after.offered_by is None
        assert after.assignee_id is not None or after.state in {"open", "cancelled"}
        listed = await bank.run(SERVES[after.department], queries.listed, Shelf.DEPARTMENT, is_open=is_open)
        assert [each.id for each in listed] == [row.id]
    assert ended
    assert steps > 15
