"""Work is taken by who may, once, and never by who is excluded; late work goes up by itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.casework import queries, service
from backend.casework.errors import (
    AlreadyOpen,
    DoesNotServe,
    WorkClosesWithCase,
    WorkItemNotFound,
    WorkNotForYou,
    WorkTaken,
)
from backend.casework.models import WorkItem
from backend.casework.queries import After
from backend.casework.service import Placement
from backend.core.ids import new_id
from tests.factories import onboarding as make


async def _open(bank: make.Bank, queue: str = "onboarding.review", **where: Any) -> WorkItem:
    subject = ("onboarding_case", new_id())
    return await bank.run("system", service.open_item, subject, Placement(queue=queue, kind="test", **where))


async def _reload(bank: make.Bank, item_id: UUID) -> WorkItem:
    async with bank.platform.transaction(bank.system) as ctx:
        return await queries.item(ctx, item_id)


async def test_work_of_a_queue_is_taken_by_who_serves_it(bank: make.Bank) -> None:
    taken = await bank.run("officer", service.claim, (await _open(bank)).id)
    assert (taken.state, taken.owner_id) == ("claimed", bank["officer"].id)


async def test_taken_work_is_not_taken_again(bank: make.Bank) -> None:
    item = await _open(bank)
    await bank.run("officer", service.claim, item.id)
    with pytest.raises(WorkTaken):
        await bank.run("officer2", service.claim, item.id)


async def test_work_of_another_role_does_not_exist_for_a_stranger(bank: make.Bank) -> None:
    with pytest.raises(WorkItemNotFound):
        await bank.run("rm", service.claim, (await _open(bank)).id)


async def test_auditor_sees_and_takes_nothing(bank: make.Bank) -> None:
    item = await _open(bank)
    with pytest.raises(NotAllowed):
        await bank.run("auditor", service.claim, item.id)


async def test_excluded_person_can_neither_take_nor_be_given_the_work(bank: make.Bank) -> None:
    item = await _open(bank, "onboarding.approval", excluded_id=bank["officer"].id)
    with pytest.raises(WorkNotForYou):
        await bank.run("officer", service.claim, item.id)
    with pytest.raises(WorkNotForYou):
        await bank.run("head", service.assign, item.id, bank["officer"].id)


async def test_work_is_not_given_to_who_does_not_serve_its_queue(bank: make.Bank) -> None:
    with pytest.raises(DoesNotServe):
        await bank.run("head", service.assign, (await _open(bank)).id, bank["rm"].id)


async def test_head_serves_the_queue_of_officers_by_inheritance(bank: make.Bank) -> None:
    given = await bank.run("head", service.assign, (await _open(bank)).id, bank["head"].id)
    assert given.owner_id == bank["head"].id


async def test_released_work_waits_in_its_queue_with_the_same_due_time(bank: make.Bank) -> None:
    item = await _open(bank)
    await bank.run("officer", service.claim, item.id)
    released = await bank.run("officer", service.release, item.id)
    assert (released.state, released.owner_id, released.due_at) == ("open", None, item.due_at)


async def test_work_of_a_colleague_cannot_be_released(bank: make.Bank) -> None:
    item = await _open(bank)
    await bank.run("officer", service.claim, item.id)
    with pytest.raises(NotAllowed):
        await bank.run("officer2", service.release, item.id)


async def test_work_that_belongs_to_a_case_is_not_ended_by_hand(bank: make.Bank) -> None:
    item = await _open(bank)
    await bank.run("officer", service.claim, item.id)
    with pytest.raises(WorkClosesWithCase):
        await bank.run("officer", service.complete, item.id)


@pytest.mark.parametrize(("verb", "state"), [(service.complete, "done"), (service.cancel, "cancelled")])
async def test_own_work_is_ended_by_hand(bank: make.Bank, verb: Any, state: str) -> None:
    item = await _open(bank, "onboarding.conditions")
    await bank.run("rm", service.claim, item.id)
    ended = await bank.run("rm", verb, item.id)
    assert (ended.state, ended.closed_by, ended.escalate_at) == (state, bank["rm"].id, None)


async def test_late_work_goes_up_without_its_owner_and_stays_due_as_it_was(bank: make.Bank, clock: Any) -> None:
    item = await _open(bank)
    await bank.run("officer", service.claim, item.id)
    clock.advance(timedelta(days=10))
    assert await bank.run("system", service.escalate_due) == 1
    late = await _reload(bank, item.id)
    assert (late.queue, late.owner_id, late.escalation_level) == ("compliance.overdue", None, 1)
    assert late.due_at == item.due_at


async def test_work_at_the_top_escalates_again_and_again(bank: make.Bank, clock: Any) -> None:
    item = await _open(bank, "compliance.overdue")
    for _ in range(3):
        clock.advance(timedelta(days=7))
        assert await bank.run("system", service.escalate_due) == 1
    assert (await _reload(bank, item.id)).escalation_level == 3


async def test_work_that_is_not_late_stays_where_it_is(bank: make.Bank) -> None:
    await _open(bank)
    assert await bank.run("system", service.escalate_due) == 0


async def test_one_subject_has_one_open_piece_of_work(bank: make.Bank) -> None:
    item = await _open(bank)
    with pytest.raises(AlreadyOpen):
        await bank.run(
            "system",
            service.open_item,
            ("onboarding_case", item.subject_id),
            Placement(queue="onboarding.review", kind="test"),
        )


async def test_database_refuses_a_second_open_piece_of_work(bank: make.Bank) -> None:
    item = await _open(bank)
    double = (
        "INSERT INTO work_item (id, tenant_id, entry_id, ver, queue, kind, subject_type, subject_id, state, priority,"
        " opened_at, due_at, escalation_level) SELECT gen_random_uuid(), tenant_id, :e, 1, queue, kind, subject_type,"
        " subject_id, 'claimed', 0, opened_at, due_at, 0 FROM work_item WHERE id = :id"
    )

    async def use_case(ctx: Context) -> None:
        async with ctx.audit("work.open", ("work_item", item.id)) as entry:
            await ctx.session.execute(text(double), {"e": entry, "id": item.id})

    with pytest.raises(Exception, match="uq_work_item_open"):
        await bank.platform.run(bank.system, use_case)


async def test_my_work_is_what_i_took_the_most_urgent_first(bank: make.Bank) -> None:
    slow, fast = await _open(bank), await _open(bank, "onboarding.approval")
    for item in (slow, fast, await _open(bank)):
        if item.id in {slow.id, fast.id}:
            await bank.run("officer", service.claim, item.id)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        mine = await queries.my_work(ctx)
    assert [item.id for item in mine] == [item.id for item in sorted((slow, fast), key=lambda i: i.due_at)]


async def test_pages_of_a_queue_join_without_gap_or_repetition(bank: make.Bank) -> None:
    made = [await _open(bank) for _ in range(5)]
    async with bank.platform.transaction(bank["officer"]) as ctx:
        first = await queries.queue(ctx, "onboarding.review", limit=2)
        after = After(first[-1].due_at, first[-1].id)
        rest = await queries.queue(ctx, "onboarding.review", after=after, limit=9)
    assert [item.id for item in (*first, *rest)] == [item.id for item in made]


async def test_figures_count_waiting_taken_overdue_and_escalated(bank: make.Bank, clock: Any) -> None:
    items = [await _open(bank) for _ in range(3)]
    await bank.run("officer", service.claim, items[0].id)
    await bank.run("head", service.escalate, items[1].id)
    clock.advance(timedelta(days=6))
    async with bank.platform.transaction(bank["officer"]) as ctx:
        figures = {f.queue: f for f in await queries.figures(ctx)}
    review, top = figures["onboarding.review"], figures["compliance.overdue"]
    assert (review.waiting, review.claimed, review.overdue, review.escalated) == (1, 1, 2, 0)
    assert (top.waiting, top.escalated) == (1, 1)


async def test_figures_leave_out_queues_of_other_roles(bank: make.Bank) -> None:
    await _open(bank)
    async with bank.platform.transaction(bank["rm"]) as ctx:
        assert await queries.figures(ctx) == []
