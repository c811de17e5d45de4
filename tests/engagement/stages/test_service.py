"""The portfolio is moved by its facts, page by page, by entries of its own; people correct for a time."""

from datetime import date, timedelta

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.errors import StageNotReachable, StageReasonUnknown
from backend.customers.models import Customer, Party, Stage
from backend.customers.queries.sight import sights
from backend.customers.service.relations import customer_of, set_stage
from backend.edge.platform import Platform
from backend.engagement import portfolio
from backend.engagement.stages import queries, service
from backend.engagement.stages.errors import CorrectionOver, CorrectionTooLong, CustomerMissing
from backend.engagement.stages.models import Cause, RunState, StageRun, StageTransition
from backend.jobs import stages as jobs
from tests.factories.customers import Bank, open_bank
from tests.factories.ledger import book

LAST = date(2026, 11, 20)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def activated(bank: Bank, party: Party) -> Party:
    async def activate(ctx: object) -> None:
        customer = await customer_of(ctx, party.id)
        await set_stage(ctx, customer, Stage.ACTIVE, "test")

    await bank.run(bank.system, activate)
    return party


async def lively(bank: Bank) -> Party:
    return await activated(bank, await book(bank, (LAST, "credit", 50_000, None, None), opened=date(2026, 1, 1)))


async def drained(bank: Bank) -> Party:
    lines = [(date(2026, 3, 1), "credit", 50_000, None, None), (LAST, "debit", 49_000, None, None)]
    return await activated(bank, await book(bank, *lines, opened=date(2026, 1, 1)))


async def computed(bank: Bank, size: int = portfolio.PAGE) -> StageRun:
    run = await bank.run(bank.system, portfolio.start)
    while run.state == RunState.RUNNING:
        run = await bank.run(bank.system, portfolio.advance, size)
    return run


async def customer(bank: Bank, party: Party) -> Customer:
    found: Customer = await bank.run(bank.system, customer_of, party.id)
    return found


async def history(bank: Bank, party: Party) -> list[StageTransition]:
    return list(await bank.run(bank.system, queries.history, party.id))


async def events(bank: Bank, name: str) -> list[dict[str, object]]:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.execute(Outbox.__table__.select().where(Outbox.name == name).order_by(Outbox.id))
        return [row.payload for row in rows]


async def test_a_customer_whose_money_left_is_at_risk_with_the_reason_and_its_figures(bank: Bank) -> None:
    party = await drained(bank)
    await computed(bank)
    step = (await history(bank, party))[0]
    assert (step.from_stage, step.to_stage, step.reasons) == ("active", "at_risk", ["money_left"])
    assert step.figures == {"balance_minor": 100_000, "balance_3m_ago_minor": 5_000_000}
    assert (step.as_of, step.cause, len(step.facts or "")) == (LAST, Cause.COMPUTED, 64)
    assert (await customer(bank, party)).stage == Stage.AT_RISK


async def test_a_second_run_on_the_same_facts_writes_nothing(bank: Bank) -> None:
    party = await drained(bank)
    await lively(bank)
    first, second = await computed(bank), await computed(bank)
    assert (first.counts["moved"], second.counts["moved"], second.counts["warned"]) == (1, 0, 0)
    assert len(await history(bank, party)) == 1


async def test_pages_of_one_give_the_same_as_a_whole_run(bank: Bank) -> None:
    for _ in range(2):
        await drained(bank)
    await lively(bank)
    run = await computed(bank, size=1)
    assert (run.done, run.total, run.counts["stages"]) == (3, 3, {"at_risk": 2, "active": 1})


async def test_a_run_that_was_cut_off_goes_on_where_it_stopped(bank: Bank) -> None:
    for _ in range(2):
        await lively(bank)
    begun = await bank.run(bank.system, portfolio.start)
    await bank.run(bank.system, portfolio.advance, 1)
    again = await bank.run(bank.system, portfolio.start)
    assert (again.id, again.done) == (begun.id, 1)


async def test_the_first_run_places_customers_without_news_and_later_ones_tell(bank: Bank) -> None:
    await drained(bank)
    await computed(bank)
    placed = [event for event in await events(bank, "customer.stage_changed") if event["to"] == "at_risk"]
    second = await drained(bank)
    await computed(bank)
    told = [event for event in await events(bank, "customer.stage_changed") if event["to"] == "at_risk"]
    assert placed == []
    assert [event["party"] for event in told] == [str(second.id)]


async def test_prospects_are_left_alone(bank: Bank) -> None:
    party = await book(bank, (LAST, "credit", 1, None, None))
    assert (await computed(bank)).total == 0
    assert (await customer(bank, party)).stage == Stage.PROSPECT


async def test_a_correction_holds_until_its_day_and_then_the_facts_decide(bank: Bank, clock: FixedClock) -> None:
    party = await drained(bank)
    await computed(bank)
    row = await customer(bank, party)
    until = clock().date() + timedelta(days=30)
    await bank.run(
        bank.manager, service.correct, row.id, Stage.ACTIVE, "normal_activity", until=until, note="Bought a flat"
    )
    assert (await computed(bank)).counts["held"] == 1
    assert (await customer(bank, party)).stage == Stage.ACTIVE
    clock.advance(timedelta(days=31))
    await computed(bank)
    assert (await customer(bank, party)).stage == Stage.AT_RISK


async def test_a_correction_can_keep_a_customer_in_the_stage_they_stand_in(bank: Bank) -> None:
    party = await lively(bank)
    row = await customer(bank, party)
    await bank.run(bank.manager, service.correct, row.id, Stage.ACTIVE, "normal_activity")
    await book(bank, (LAST, "debit", 1, None, None), party=party)
    assert (await computed(bank)).counts["held"] == 1


async def test_nobody_is_kept_without_a_reason_or_where_a_process_put_them(bank: Bank) -> None:
    row = await customer(bank, await lively(bank))
    with pytest.raises(StageReasonUnknown):
        await bank.run(bank.manager, service.correct, row.id, Stage.ACTIVE, "a feeling")
    prospect = await customer(bank, await bank.customer())
    with pytest.raises(StageNotReachable):
        await bank.run(bank.manager, service.correct, prospect.id, Stage.PROSPECT, "no_interest")


async def test_the_words_of_a_correction_are_kept_under_the_customer_s_key(bank: Bank) -> None:
    party = await lively(bank)
    row = await customer(bank, party)
    await bank.run(bank.manager, service.correct, row.id, Stage.AT_RISK, "complaint", note="Angry about fees")
    step = (await history(bank, party))[0]
    assert b"Angry" not in (step.note or b"")

    async def words(ctx: object) -> str | None:
        sight = (await sights(ctx, [party.id]))[party.id]
        return sight.open("note", ("stage_transition", "note"), step.id, step.note)

    assert await bank.run(bank.manager, words) == "Angry about fees"


async def test_an_ended_correction_no_longer_holds_and_ends_once(bank: Bank) -> None:
    party = await drained(bank)
    row = await customer(bank, party)
    await bank.run(bank.manager, service.correct, row.id, Stage.GROWING, "uses_more_products")
    step = (await history(bank, party))[0]
    await bank.run(bank.manager, service.release, step.id)
    with pytest.raises(CorrectionOver):
        await bank.run(bank.manager, service.release, step.id)
    await computed(bank)
    assert (await customer(bank, party)).stage == Stage.AT_RISK


async def test_a_newer_correction_takes_the_place_of_the_one_before(bank: Bank) -> None:
    row = await customer(bank, await lively(bank))
    await bank.run(bank.manager, service.correct, row.id, Stage.AT_RISK, "complaint")
    await bank.run(bank.manager, service.correct, row.id, Stage.ACTIVE, "normal_activity")
    newest, older = await history(bank, Party(id=row.party_id))
    assert (newest.ended_at, older.ended_at is not None) == (None, True)


@pytest.mark.parametrize("days", [0, -1, 366])
async def test_a_correction_ends_in_time(bank: Bank, clock: FixedClock, days: int) -> None:
    row = await customer(bank, await lively(bank))
    until = clock().date() + timedelta(days=days)
    with pytest.raises(CorrectionTooLong):
        await bank.run(bank.manager, service.correct, row.id, Stage.AT_RISK, "complaint", until=until)


async def test_a_correction_takes_steps_and_reasons_of_the_rule_set_alone(bank: Bank) -> None:
    row = await customer(bank, await lively(bank))
    with pytest.raises(StageNotReachable):
        await bank.run(bank.manager, service.correct, row.id, Stage.EXITED, "no_interest")
    with pytest.raises(StageReasonUnknown):
        await bank.run(bank.manager, service.correct, row.id, Stage.AT_RISK, "a feeling")


async def test_whose_book_it_is_not_may_neither_see_nor_correct(bank: Bank) -> None:
    party = await lively(bank)
    row = await customer(bank, party)
    with pytest.raises(CustomerMissing):
        await bank.run(bank.stranger, service.correct, row.id, Stage.AT_RISK, "complaint")
    with pytest.raises(NotAllowed):
        await bank.run(bank.colleague, service.correct, row.id, Stage.AT_RISK, "complaint")
    assert await bank.run(bank.stranger, queries.counts) == {}
    assert await bank.run(bank.manager, queries.counts) == {"active": 1}


async def test_running_is_not_for_relationship_managers(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(bank.manager, portfolio.start)


async def test_moves_and_lists_tell_who_went_where(bank: Bank) -> None:
    party = await drained(bank)
    await computed(bank)
    assert await bank.run(bank.manager, queries.moves, date(2026, 1, 1)) == {("active", "at_risk"): 1}
    rows, after = await bank.run(bank.manager, queries.transitions, queries.Filters(to_stage="at_risk"), None, 10)
    assert ([row.party_id for row in rows], after) == ([party.id], None)


async def walked(bank: Bank, walk: portfolio.Walk) -> StageRun:
    run = await bank.run(bank.system, portfolio.start)
    while run.state == RunState.RUNNING:
        run = await bank.platform.run(bank.system, walk.advance)
    return run


async def test_a_walk_over_what_was_read_once_moves_whom_pages_of_their_own_move(bank: Bank) -> None:
    drained_ones = [await drained(bank) for _ in range(3)]
    await lively(bank)
    run = await walked(bank, portfolio.Walk(size=2))
    assert (run.done, run.counts["moved"], run.counts["warned"]) == (4, 3, 3)
    assert {(await customer(bank, party)).stage for party in drained_ones} == {Stage.AT_RISK}


async def test_a_walk_takes_the_stage_that_a_person_gave_meanwhile(bank: Bank) -> None:
    _, second = sorted([await drained(bank), await drained(bank)], key=lambda party: party.id)
    await bank.run(bank.system, portfolio.start)
    walk = portfolio.Walk(size=1)
    await bank.platform.run(bank.system, walk.advance)
    row = await customer(bank, second)
    await bank.run(bank.manager, service.correct, row.id, Stage.DORMANT, "no_activity")
    run = await walked(bank, walk)
    assert (run.counts["moved"], run.counts["held"]) == (1, 1)
    assert (await customer(bank, second)).stage == Stage.DORMANT


async def test_a_walk_goes_on_with_a_run_that_was_cut_off(bank: Bank) -> None:
    for _ in range(3):
        await drained(bank)
    await bank.run(bank.system, portfolio.start)
    await bank.platform.run(bank.system, portfolio.Walk(size=1).advance)
    run = await walked(bank, portfolio.Walk())
    assert (run.done, run.counts["moved"]) == (3, 3)


async def test_a_run_of_which_nothing_was_heard_is_taken_up_to_its_end(bank: Bank, clock: FixedClock) -> None:
    await drained(bank)
    await bank.run(bank.system, portfolio.start)
    await jobs.take_up(bank.platform, bank.tenant)
    begun = await bank.run(bank.system, queries.running)
    clock.advance(timedelta(minutes=11))
    await jobs.take_up(bank.platform, bank.tenant)
    assert begun is not None
    assert (await bank.run(bank.system, queries.run, begun.id)).state == RunState.FINISHED
