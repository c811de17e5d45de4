"""Tasks on the record: set, taken, handed over, watched, ended; who sees what, and what falls between."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import StaffUser
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.casework.tasks import queries, service
from backend.casework.tasks.errors import (
    DepartmentUnfit,
    DueInPast,
    HandOverTarget,
    NotOffered,
    OfferOpen,
    PersonUnfit,
    PersonUnknown,
    PointsOpen,
    TaskNotFound,
    TaskStateForbids,
    TaskTaken,
    TitleMissing,
    WordsMissing,
)
from backend.casework.tasks.models import Task, TaskPoint
from backend.casework.tasks.queries import Shelf
from backend.casework.tasks.rules import AgeingLine
from backend.casework.tasks.service import TaskInput
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from tests.factories import onboarding as banks

TITLE = "Ask the notary about the estate"


async def task(bank: banks.Bank, login: str = "rm", **given: Any) -> Task:
    told = {"title": TITLE, "department": "compliance", **given}
    row: Task = await bank.run(login, service.create, TaskInput(**told))
    return row


async def mine(bank: banks.Bank, login: str, shelf: Shelf = Shelf.MINE, **options: Any) -> list[UUID]:
    return [row.id for row in await bank.run(login, queries.listed, shelf, **options)]


async def told(bank: banks.Bank, login: str) -> list[str]:
    return [row.kind for row in await bank.run(login, queries.notices)]


async def course(bank: banks.Bank, row: Task) -> list[str]:
    found = await bank.run("head", queries.steps, [row.id])
    return [step.kind for step in found[row.id]]


async def points(bank: banks.Bank, row: Task) -> list[TaskPoint]:
    found = await bank.run("head", queries.points, [row.id])
    listed: list[TaskPoint] = found.get(row.id, [])
    return listed


async def moved_away(bank: banks.Bank, login: str) -> None:
    """Into no team: customers of the team are closed to them."""

    async def move(ctx: Any) -> None:
        user = await ctx.session.get(StaffUser, bank[login].id)
        async with ctx.audit("role.appoint", ("staff_user", user.id)):
            user.team_id = None

    await bank.run("system", move)
    bank.people[login] = banks.of_team(bank[login], None)


async def test_a_task_for_a_department_waits_there_until_somebody_takes_it(bank: banks.Bank) -> None:
    row = await task(bank)
    assert await mine(bank, "officer", Shelf.DEPARTMENT) == [row.id]
    taken = await bank.run("officer", service.take, row.id)
    assert (taken.state, taken.assignee_id) == ("in_progress", bank["officer"].id)
    with pytest.raises(TaskTaken):
        await bank.run("officer2", service.take, row.id)


async def test_its_words_are_sealed(bank: banks.Bank) -> None:
    row = await task(bank, details="The will lies with the notary.")
    assert row.details is not None
    assert TITLE.encode() not in row.title
    assert b"notary" not in row.details

    async def read(ctx: Any) -> str | None:
        found = await queries.task(ctx, row.id)
        await service.open_keys(ctx, [found])
        return service.words(ctx, found, found, "title")

    assert await bank.run("officer", read) == TITLE


async def test_a_task_about_a_customer_is_sealed_with_their_key(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await task(bank, party_id=party_id)
    assert row.key_id == party_id


async def test_a_task_without_a_title_is_refused(bank: banks.Bank) -> None:
    with pytest.raises(TitleMissing):
        await task(bank, title=" ")


async def test_a_task_is_not_due_yesterday(bank: banks.Bank, clock: FixedClock) -> None:
    with pytest.raises(DueInPast):
        await task(bank, due_at=clock() - timedelta(days=1))


async def test_a_template_brings_its_title_and_its_checklist(bank: banks.Bank) -> None:
    row = await task(bank, title=None, department=None, template="bereavement")
    assert (row.department, row.priority, row.template) == ("relationship", 2, "bereavement")
    assert len(await points(bank, row)) == 4


async def test_a_task_is_done_when_its_checklist_is(bank: banks.Bank) -> None:
    row = await task(bank, points=["Call", "Write"])
    await bank.run("officer", service.take, row.id)
    with pytest.raises(PointsOpen):
        await bank.run("officer", service.complete, row.id)
    for point in await points(bank, row):
        await bank.run("officer", service.check, point.id, done=True)
    done = await bank.run("officer", service.complete, row.id, "All asked.")
    assert (done.state, done.closed_by) == ("done", bank["officer"].id)
    assert await told(bank, "rm") == ["done"]


async def test_a_task_that_waits_says_for_what(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)
    with pytest.raises(WordsMissing):
        await bank.run("officer", service.wait, row.id, " ")
    assert (await bank.run("officer", service.wait, row.id, "For the notary.")).state == "waiting"
    assert (await bank.run("officer", service.resume, row.id)).state == "in_progress"


async def test_what_is_over_can_be_opened_again(bank: banks.Bank, clock: FixedClock) -> None:
    row = await task(bank)
    await bank.run("rm", service.cancel, row.id, "Not needed.")
    with pytest.raises(TaskStateForbids):
        await bank.run("rm", service.cancel, row.id, "Not needed.")
    clock.advance(timedelta(days=30))
    again = await bank.run("rm", service.reopen, row.id, "Needed after all.")
    assert (again.state, again.closed_at, again.due_at > clock()) == ("open", None, True)


async def test_a_hand_over_is_accepted_by_whoever_it_is_offered_to(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)
    await bank.run("officer", service.hand_over, row.id, "I am away.", to=bank["officer2"].id)
    assert await mine(bank, "officer2", Shelf.OFFERED) == [row.id]
    with pytest.raises(NotOffered):
        await bank.run("officer3", service.accept, row.id)
    taken = await bank.run("officer2", service.accept, row.id)
    assert (taken.assignee_id, taken.offered_to) == (bank["officer2"].id, None)
    assert await told(bank, "officer") == ["accepted"]


async def test_a_hand_over_that_is_declined_leaves_the_task_where_it_was(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)
    await bank.run("officer", service.hand_over, row.id, "I am away.", to=bank["officer2"].id)
    back = await bank.run("officer2", service.decline, row.id, "So am I.")
    assert (back.assignee_id, back.offered_by) == (bank["officer"].id, None)
    assert await course(bank, row) == ["created", "started", "handed_over", "declined"]
    assert await told(bank, "officer") == ["declined"]


async def test_a_department_accepts_through_its_first_colleague(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)
    await bank.run("officer", service.hand_over, row.id, "Theirs.", department="relationship")
    assert await mine(bank, "rm2", Shelf.OFFERED) == [row.id]
    taken = await bank.run("rm2", service.accept, row.id)
    assert (taken.department, taken.assignee_id) == ("relationship", bank["rm2"].id)


async def test_a_task_is_offered_to_one_at_a_time_and_to_somebody_else(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)
    for target in ({}, {"to": bank["officer"].id}, {"department": "compliance"}):
        with pytest.raises(HandOverTarget):
            await bank.run("officer", service.hand_over, row.id, "Why?", **target)
    await bank.run("officer", service.hand_over, row.id, "Away.", to=bank["officer2"].id)
    with pytest.raises(OfferOpen):
        await bank.run("officer", service.hand_over, row.id, "Away.", to=bank["officer3"].id)


async def test_somebody_who_is_mentioned_is_told_and_watches(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("rm", service.comment, row.id, "@lead, is this yours? @officer2")
    assert await told(bank, "lead") == ["mentioned"]
    assert await mine(bank, "lead", Shelf.WATCHED) == [row.id]
    await bank.run("lead", service.comment, row.id, "It is not.")
    assert await told(bank, "officer2") == ["commented", "mentioned"]
    assert await told(bank, "rm") == ["commented"]


async def test_nobody_is_told_of_what_they_did_themselves(bank: banks.Bank) -> None:
    row = await task(bank, assignee_id=bank["rm"].id, department="relationship")
    await bank.run("rm", service.comment, row.id, "Note to self, @rm")
    assert await told(bank, "rm") == []


async def test_notices_are_gone_when_they_were_read(bank: banks.Bank) -> None:
    row = await task(bank, assignee_id=bank["officer"].id)
    assert (await bank.run("officer", queries.figures)).notices == 1
    assert await bank.run("officer", service.mark_read, row.id) == 1
    assert (await bank.run("officer", queries.figures)).notices == 0


async def test_somebody_unknown_is_not_mentioned(bank: banks.Bank) -> None:
    row = await task(bank)
    with pytest.raises(PersonUnknown):
        await bank.run("rm", service.comment, row.id, "@nobody, look")


async def test_whoever_may_not_see_the_customer_is_neither_mentioned_nor_given_the_task(bank: banks.Bank) -> None:
    await moved_away(bank, "rm2")
    party_id = (await banks.person(bank)).party_id
    row = await task(bank, party_id=party_id)
    with pytest.raises(PersonUnfit):
        await bank.run("rm", service.comment, row.id, "@rm2, look")
    with pytest.raises(PersonUnfit):
        await task(bank, party_id=party_id, assignee_id=bank["rm2"].id)
    with pytest.raises(DepartmentUnfit):
        await task(bank, party_id=party_id, department="products")


async def test_a_customer_of_another_book_brings_no_task_to_light(bank: banks.Bank) -> None:
    await moved_away(bank, "rm2")
    party_id = (await banks.person(bank)).party_id
    row = await task(bank, party_id=party_id, department="relationship")
    assert await mine(bank, "rm2", Shelf.DEPARTMENT) == []
    assert await mine(bank, "lead", Shelf.DEPARTMENT) == [row.id]
    with pytest.raises(TaskNotFound):
        await bank.run("rm2", service.take, row.id)
    with pytest.raises(NotAllowed):
        await task(bank, "rm2", party_id=party_id)


async def test_an_auditor_reads_and_changes_nothing(bank: banks.Bank) -> None:
    row = await task(bank)
    assert await mine(bank, "auditor", Shelf.ALL) == [row.id]
    with pytest.raises(NotAllowed):
        await bank.run("auditor", service.comment, row.id, "Why?")
    with pytest.raises(NotAllowed):
        await task(bank, "auditor")


async def test_a_stranger_to_a_task_finds_none(bank: banks.Bank) -> None:
    row = await task(bank)
    with pytest.raises(TaskNotFound):
        await bank.run("rm2", queries.task, row.id)


async def test_a_late_task_is_told_to_whoever_leads(bank: banks.Bank, clock: FixedClock) -> None:
    row = await task(bank, assignee_id=bank["officer"].id)
    assert await bank.run("system", service.escalate_due) == 0
    clock.advance(timedelta(days=20))
    assert await bank.run("system", service.escalate_due) == 1
    assert await bank.run("system", service.escalate_due) == 0
    late = await bank.run("head", queries.task, row.id)
    assert (late.escalation_level, late.priority, late.assignee_id) == (1, 1, bank["officer"].id)
    assert await told(bank, "head") == ["escalated"]
    assert "escalated" in await told(bank, "rm")


async def test_another_day_starts_the_escalation_anew(bank: banks.Bank, clock: FixedClock) -> None:
    row = await task(bank)
    clock.advance(timedelta(days=20))
    await bank.run("rm", service.change, row.id, due_at=clock() + timedelta(days=10), priority=9)
    assert await bank.run("system", service.escalate_due) == 0
    assert (await bank.run("rm", queries.task, row.id)).priority == 3


async def test_verbs_are_offered_to_whoever_may_take_them(bank: banks.Bank) -> None:
    row = await task(bank)

    async def offered(ctx: Any) -> tuple[str, ...]:
        verbs: tuple[str, ...] = await service.actions(ctx, await queries.task(ctx, row.id))
        return verbs

    assert "take" in await bank.run("officer", offered)
    assert "watch" in await bank.run("auditor", offered)
    assert "take" not in await bank.run("auditor", offered)
    await bank.run("officer", service.take, row.id)
    assert "complete" in await bank.run("officer", offered)
    assert "unwatch" in await bank.run("rm", offered)


async def _ageing(bank: banks.Bank) -> tuple[dict[str, AgeingLine], dict[str, AgeingLine]]:
    found = await bank.run("auditor", service.ageing)
    return {each.department: each for each in found.tasks}, {each.department: each for each in found.work}


async def test_what_falls_between_stands_in_the_ageing_report(bank: banks.Bank, clock: FixedClock) -> None:
    await task(bank)
    held = await task(bank)
    await bank.run("officer", service.take, held.id)
    await bank.run("system", casework.open_item, ("x", new_id()), Placement(queue="onboarding.review", kind="x"))
    clock.advance(timedelta(days=40))
    tasks, work = await _ageing(bank)
    line = tasks["compliance"]
    assert (line.open, line.overdue, line.unheld, line.untouched, line.oldest) == (2, 2, 1, 2, 40)
    assert (work["compliance"].open, work["compliance"].unheld, work["compliance"].overdue) == (1, 1, 1)


async def test_what_somebody_who_left_still_holds_is_held_by_nobody(bank: banks.Bank) -> None:
    row = await task(bank)
    await bank.run("officer", service.take, row.id)

    async def leave(ctx: Any) -> None:
        user = await ctx.session.get(StaffUser, bank["officer"].id)
        async with ctx.audit("role.appoint", ("staff_user", user.id)):
            user.active = False

    await bank.run("system", leave)
    assert (await _ageing(bank))[0]["compliance"].unheld == 1


async def test_ages_are_for_those_who_answer_for_departments(bank: banks.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.ageing)


async def test_tasks_about_a_record_are_found_there(bank: banks.Bank) -> None:
    party_id, case_id = (await banks.person(bank)).party_id, new_id()
    row = await task(bank, party_id=party_id, subject_type="onboarding_case", subject_id=case_id)
    assert [each.id for each in await bank.run("rm", queries.about, party_id=party_id)] == [row.id]
    assert [each.id for each in await bank.run("rm", queries.about, subject_id=case_id)] == [row.id]
