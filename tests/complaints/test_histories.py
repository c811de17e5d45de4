"""Generated histories through the services: whatever people try, in whatever order, on whatever day."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.complaints import queries, service
from backend.complaints.models import Channel, Complaint, LetterKind, Outcome, State
from backend.complaints.stages import RUNNING
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from tests.factories import complaints as make
from tests.factories import onboarding as banks

Act = Callable[[banks.Bank, Complaint], Any]
ANSWERED = {State.FINAL_RESPONSE, State.REFERRED, State.CLOSED}


async def letter(bank: banks.Bank, row: Complaint, kind: LetterKind) -> None:
    drafted = await bank.run("officer", service.draft, row.id, kind)
    try:
        if drafted.needs_approval:
            await bank.run("officer2", service.approve, drafted.id)
        await bank.run("officer", service.send, drafted.id, Channel.MAIL)
    except TenureError:
        await bank.run("officer", service.reject_letter, drafted.id)


ACTS: dict[str, Act] = {
    "acknowledge": lambda bank, row: letter(bank, row, LetterKind.ACKNOWLEDGEMENT),
    "investigate": lambda bank, row: bank.run("officer", service.investigate, row.id),
    "decide": lambda bank, row: bank.run("officer", service.decide, row.id, Outcome.UPHELD, "system", make.FOUND),
    "summary": lambda bank, row: letter(bank, row, LetterKind.SUMMARY),
    "respond": lambda bank, row: letter(bank, row, LetterKind.FINAL_RESPONSE),
    "refer": lambda bank, row: bank.run("officer", service.refer, row.id),
    "close": lambda bank, row: bank.run("officer", service.close, row.id),
    "reopen": lambda bank, row: bank.run("officer", service.reopen, row.id, "again"),
    "withdraw": lambda bank, row: bank.run("officer", service.withdraw, row.id, "taken back"),
    "pause": lambda bank, row: bank.run("officer", service.pause, row.id, "appraisal"),
    "resume": lambda bank, row: bank.run("officer", service.resume, row.id),
    "extend": lambda bank, row: bank.run("officer", service.extend, row.id, "complicated"),
    "watch": lambda bank, row: bank.run("system", service.watch),
}

LIKELY = [*sorted(ACTS), *["decide"] * 4, *["respond"] * 5, *["close"] * 5]


@pytest.mark.parametrize(("seed", "where"), [(1, "GB"), (2, "CN"), (4, "CZ")])
async def test_no_history_closes_without_an_answer_or_loses_time(
    bank: banks.Bank, clock: FixedClock, seed: int, where: str
) -> None:
    """Not seldom close: the walk is checked to have got there."""
    walk, closed = random.Random(seed), 0
    row = await make.received(bank, jurisdiction=where)
    for _ in range(60):
        before = await bank.run("officer", queries.complaint, row.id)
        try:
            await ACTS[walk.choice(LIKELY)](bank, row)
        except TenureError:
            continue
        finally:
            clock.advance(timedelta(hours=walk.choice([1, 20, 60])))
        after: Complaint = await bank.run("officer", queries.complaint, row.id)
        closed += after.state == State.CLOSED
        assert after.response_at is not None or after.state not in ANSWERED
        assert after.outcome is not None or after.state not in {State.RESOLVED, *ANSWERED}
        assert after.due_on >= before.due_on or after.reopened > before.reopened
        assert after.breached_at is None or after.state not in RUNNING or after.due_on < clock().date()
    assert closed
