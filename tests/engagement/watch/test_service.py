"""A warning is raised by the facts, handled by the relationship manager, and closed by what became of it."""

from datetime import date, timedelta

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.models import Customer, Party, Stage
from backend.customers.service.relations import customer_of, set_stage
from backend.edge.platform import Platform
from backend.engagement import portfolio
from backend.engagement.stages.models import RunState
from backend.engagement.watch import queries, service
from backend.engagement.watch.errors import ActUnknown, SnoozeTooLong, WarningClosed, WarningNotFound
from backend.engagement.watch.models import EarlyWarning, Outcome, WarningState
from tests.factories.customers import Bank, open_bank
from tests.factories.ledger import book

LAST = date(2026, 11, 20)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def staged(bank: Bank, party: Party, stage: Stage) -> None:
    async def move(ctx: object) -> None:
        customer: Customer | None = await customer_of(ctx, party.id)
        await set_stage(ctx, customer, stage, "test")

    await bank.run(bank.system, move)


@pytest.fixture
async def drained(bank: Bank) -> Party:
    lines = [(date(2026, 3, 1), "credit", 50_000, None, None), (LAST, "debit", 49_000, None, None)]
    party = await book(bank, *lines, opened=date(2026, 1, 1))
    await staged(bank, party, Stage.ACTIVE)
    return party


async def computed(bank: Bank) -> None:
    run = await bank.run(bank.system, portfolio.start)
    while run.state == RunState.RUNNING:
        run = await bank.run(bank.system, portfolio.advance)


async def only(bank: Bank, **filters: object) -> EarlyWarning:
    rows, _ = await bank.run(bank.manager, queries.watch_list, queries.Filters(**filters), None, 10)
    assert len(rows) == 1
    return rows[0]


async def told(bank: Bank) -> list[list[str]]:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.execute(
            Outbox.__table__.select().where(Outbox.name == service.WARNED).order_by(Outbox.id)
        )
        return [row.payload["new"] for row in rows]


async def test_money_that_left_raises_a_warning_with_its_figure_and_tells_of_it(bank: Bank, drained: Party) -> None:
    await computed(bank)
    row = await only(bank)
    assert (row.party_id, row.state, row.severity, row.signals) == (drained.id, "open", "high", ["balance_outflow"])
    assert (row.figures, row.as_of) == ({"balance_outflow": 0.02}, LAST)
    assert await told(bank) == [["balance_outflow"]]


async def test_a_second_look_raises_no_second_warning(bank: Bank, drained: Party) -> None:
    await computed(bank)
    await computed(bank)
    assert (await only(bank)).ver == 1


async def test_a_new_signal_opens_again_what_was_acknowledged(bank: Bank, drained: Party) -> None:
    await computed(bank)
    await bank.run(bank.manager, service.acknowledge, (await only(bank)).id)
    await book(bank, (LAST, "debit", 20_000, None, "QR"), party=drained)
    await computed(bank)
    row = await only(bank)
    assert (row.state, row.signals) == ("open", ["balance_outflow", "competitor_payments"])
    assert await told(bank) == [["balance_outflow"], ["competitor_payments"]]


async def test_an_act_stays_until_the_facts_say_that_the_customer_recovered(bank: Bank, drained: Party) -> None:
    await computed(bank)
    await bank.run(bank.manager, service.act, (await only(bank)).id, "called", "Will move the money back")
    await computed(bank)
    assert (await only(bank)).state == WarningState.ACTED
    await book(bank, (LAST, "credit", 90_000, None, None), party=drained)
    await computed(bank)
    row = await only(bank, closed=True)
    assert (row.outcome, row.act) == (Outcome.RECOVERED, "called")
    assert await bank.run(bank.manager, queries.outcomes, row.raised_at) == {("called", "recovered"): 1}


async def test_a_customer_who_left_closes_the_warning_as_churned(bank: Bank, drained: Party) -> None:
    await computed(bank)
    await staged(bank, drained, Stage.CHURNED)
    await computed(bank)
    assert (await only(bank, closed=True)).outcome == Outcome.CHURNED


async def test_who_exits_by_a_process_is_warned_of_no_more(bank: Bank, drained: Party) -> None:
    await computed(bank)
    await staged(bank, drained, Stage.EXITED)
    await computed(bank)
    assert (await only(bank, closed=True)).outcome == Outcome.CHURNED


async def test_a_warning_put_off_waits_until_its_day(bank: Bank, drained: Party, clock: FixedClock) -> None:
    await computed(bank)
    until = clock().date() + timedelta(days=7)
    await bank.run(bank.manager, service.snooze, (await only(bank)).id, until)
    waiting = queries.Filters(waiting=True)
    assert (await bank.run(bank.manager, queries.watch_list, waiting, None, 10))[0] == []
    clock.advance(timedelta(days=8))
    await computed(bank)
    assert (await only(bank, waiting=True)).state == WarningState.OPEN


@pytest.mark.parametrize("days", [0, 91])
async def test_a_warning_is_put_off_for_a_while_only(bank: Bank, drained: Party, clock: FixedClock, days: int) -> None:
    await computed(bank)
    row = await only(bank)
    with pytest.raises(SnoozeTooLong):
        await bank.run(bank.manager, service.snooze, row.id, clock().date() + timedelta(days=days))


async def test_acts_are_those_of_the_rule_set(bank: Bank, drained: Party) -> None:
    await computed(bank)
    row = await only(bank)
    with pytest.raises(ActUnknown):
        await bank.run(bank.manager, service.act, row.id, "begged")


async def test_what_has_ended_is_not_worked_on(bank: Bank, drained: Party) -> None:
    await computed(bank)
    row = await only(bank)
    await staged(bank, drained, Stage.EXITED)
    await computed(bank)
    with pytest.raises(WarningClosed):
        await bank.run(bank.manager, service.acknowledge, row.id)


async def test_steps_tell_who_did_what_and_keep_the_words_sealed(bank: Bank, drained: Party) -> None:
    await computed(bank)
    row = await only(bank)
    await bank.run(bank.manager, service.act, row.id, "met", "Unhappy with the branch")
    (step,) = (await bank.run(bank.manager, queries.steps_of, [row.id]))[row.id]
    assert (step.kind, step.code, step.by) == ("acted", "met", bank.manager.id)
    assert b"Unhappy" not in (step.words or b"")


async def test_a_warning_is_seen_by_the_customer_s_manager_and_not_by_a_stranger(bank: Bank, drained: Party) -> None:
    await computed(bank)
    row = await only(bank)
    with pytest.raises(WarningNotFound):
        await bank.run(bank.stranger, service.acknowledge, row.id)
    with pytest.raises(NotAllowed):
        await bank.run(bank.officer, service.acknowledge, row.id)


async def test_the_list_goes_on_page_by_page(bank: Bank, drained: Party) -> None:
    other = await book(bank, (date(2026, 3, 1), "credit", 50_000, None, None), opened=date(2026, 1, 1))
    await staged(bank, other, Stage.ACTIVE)
    await computed(bank)
    first, after = await bank.run(bank.manager, queries.watch_list, queries.Filters(), None, 1)
    rest, end = await bank.run(bank.manager, queries.watch_list, queries.Filters(), after, 5)
    assert ([row.severity for row in (*first, *rest)], end) == (["high", "medium"], None)
