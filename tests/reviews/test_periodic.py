"""The calendar over the portfolio: opened in time, ended by rule where nothing moved, escalated, restricted if late."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some
from sqlmodel import select

from backend.access.context import Context
from backend.audit.models import AuditEntry
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.core.clock import FixedClock
from backend.customers.models import DocumentStatus
from backend.jobs import reviewing
from backend.reviews import rules, service
from backend.reviews.models import ACTIVE, TriggerKind
from backend.reviews.queries import plan, reviews
from backend.reviews.ruleset import Spread
from backend.risk import queries as ratings
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories import reviews as given_

TODAY = NOW.date()


async def _due(bank: make.Bank) -> service.Opened:
    return await reviewing.open_all_due(bank.platform, bank.system, lambda *_: None)


async def test_a_low_risk_review_in_which_nothing_moved_ends_by_rule_and_says_so(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await given_.customer(bank, level="low", due_on=TODAY + timedelta(days=30))
    assert await _due(bank) == service.Opened(0, 1)
    (review,) = await given_.found(bank, party_id)
    assert (review.automatic, review.outcome, review.decided_by, review.state) == (True, "keep", None, "completed")
    assert review.next_review_on is not None
    assert review.next_review_on > TODAY + timedelta(days=365)

    async def entry(ctx: Context) -> AuditEntry:
        return (await ctx.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == review.id))).one()

    written = await bank.run("system", entry)
    assert (written.action, written.reason, written.ruleset) == (
        "review.complete_by_rule",
        "nothing_moved",
        review.ruleset,
    )
    assert await _due(bank) == service.Opened(0, 0)


async def test_a_low_risk_review_in_which_a_paper_came_is_opened_for_people(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await given_.customer(bank, level="low", due_on=TODAY + timedelta(days=10))
    clock.advance(timedelta(days=1))
    await make.hand_in(bank, party_id, "proof_of_address", DocumentStatus.PENDING)
    assert await _due(bank) == service.Opened(1, 0)


@pytest.mark.parametrize(("level", "lead"), [("medium", 45), ("high", 60)])
async def test_a_review_is_opened_as_long_before_its_day_as_its_level_says(
    bank: make.Bank, level: str, lead: int
) -> None:
    await given_.customer(bank, level=level, due_on=TODAY + timedelta(days=lead + 1))
    assert (await _due(bank)).reviews == 0
    party_id = await given_.customer(bank, level=level, due_on=TODAY + timedelta(days=lead))
    assert await _due(bank) == service.Opened(1, 0)
    (review,) = await given_.found(bank, party_id)
    item = await bank.run("system", work.open_of, review.id)
    assert (item.queue, item.due_at) == ("reviews.review", review.due_at)


async def test_two_workers_open_a_review_once(bank: make.Bank) -> None:
    people = [await given_.customer(bank, level="high", due_on=TODAY) for _ in range(4)]
    await asyncio.gather(*(_due(bank) for _ in range(4)))
    assert [len(await given_.found(bank, party_id)) for party_id in people] == [1, 1, 1, 1]


async def test_two_workers_end_a_review_by_rule_once(bank: make.Bank) -> None:
    people = [await given_.customer(bank, level="low", due_on=TODAY) for _ in range(4)]
    await asyncio.gather(*(_due(bank) for _ in range(4)))
    assert [len(await given_.found(bank, party_id)) for party_id in people] == [1, 1, 1, 1]


async def test_a_late_review_is_escalated_then_restricts_and_its_end_lifts_that(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await given_.customer(bank, level="high", due_on=TODAY + timedelta(days=20))
    await _due(bank)
    (review,) = await given_.found(bank, party_id)
    assert await bank.run("system", service.watch, 100) == 0
    clock.advance(review.due_at - clock() + timedelta(minutes=1))
    assert await bank.run("system", service.watch, 100) == 1
    (late,) = await given_.found(bank, party_id)
    item = await bank.run("system", work.open_of, review.id)
    assert (late.escalated_at, late.restricted_at, item.queue) == (clock(), None, "compliance.overdue")
    clock.advance(timedelta(days=15))
    assert await bank.run("system", service.watch, 100) == 1
    standing = await bank.run("system", reviews.restrictions_of, [party_id])
    assert [(each.ground, each.measure) for each in standing[party_id]] == [("overdue", "nothing_new")]
    assert await bank.run("system", service.watch, 100) == 0
    await given_.answered(bank, "officer", late)
    await bank.run("officer", service.propose, review.id, given_.KEPT)
    await bank.run("officer2", service.sign, review.id)
    assert not await bank.run("system", reviews.restrictions_of, [party_id])


async def test_an_expired_paper_opens_a_review_and_a_replaced_one_does_not(bank: make.Bank, clock: FixedClock) -> None:
    people = [await given_.customer(bank, papers=()) for _ in range(2)]
    clock.advance(timedelta(days=10))
    expired = {"expires_on": clock().date() - timedelta(days=1)}
    for party_id in people:
        await make.hand_in(bank, party_id, "passport", DocumentStatus.EXPIRED, **expired)
    await make.hand_in(bank, people[1], "passport", DocumentStatus.ACCEPTED)
    await bank.run("system", service.look, people)
    assert [len(await given_.found(bank, party_id)) for party_id in people] == [1, 0]


async def test_looking_twice_at_what_happened_notes_it_once(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await given_.customer(bank)
    clock.advance(timedelta(days=3))
    await make.account(bank, party_id, make.HolderRole.OWNER)
    for _ in range(2):
        await bank.run("system", service.look, [party_id])
    noted = [await given_.triggers(bank, each.id) for each in await given_.found(bank, party_id)]
    assert [[each.kind for each in one] for one in noted] in ([], [["product_changed"]])


async def test_the_portfolios_plan_is_the_rule_of_one_customer(bank: make.Bank) -> None:
    due_on = TODAY + timedelta(days=700)
    people = [await given_.customer(bank, level="medium", due_on=due_on) for _ in range(5)]
    spread = Spread(takeover_from=5, earliest=1_000)

    async def planned(ctx: Context) -> dict[UUID, date]:
        own = service.in_force(ctx).rules.model_copy(update={"spread": spread})
        return {party_id: on async for party_id, _, on, _ in plan.calls(ctx, own)}

    first = await bank.run("system", ratings.first_days, people)
    expected = {p: rules.planned_on(due_on, first[p], 5, plan.place(p), spread) for p in people}
    assert await bank.run("system", planned) == expected
    assert len(set(expected.values())) > 1


async def test_the_forecast_counts_each_week_and_level(bank: make.Bank) -> None:
    for level, days in (("low", 3), ("low", 3), ("high", 3), ("high", 10)):
        await given_.customer(bank, level=level, due_on=TODAY + timedelta(days=days))

    async def loads(ctx: Context) -> list[plan.Load]:
        return await plan.forecast(ctx, service.in_force(ctx).rules, 8)

    monday = TODAY - timedelta(days=TODAY.weekday())
    first, second = monday + timedelta(weeks=1), monday + timedelta(weeks=2)
    found = {(each.week, each.level): each.reviews for each in await bank.run("officer", loads)}
    assert found == {(first, "high"): 1, (first, "low"): 2, (second, "high"): 1}


async def test_the_forecast_has_an_open_review_in_the_week_in_which_it_is_due(bank: make.Bank) -> None:
    party_id = await given_.customer(bank, level="high", due_on=TODAY + timedelta(days=300))
    review = await given_.noted(bank, party_id, TriggerKind.LIST_HIT, "list:1", TODAY)
    assert review is not None
    due_on = review.due_at.date()
    loads = await bank.run("officer", lambda ctx: plan.forecast(ctx, service.in_force(ctx).rules, 26))
    assert [(each.week, each.level, each.reviews) for each in loads] == [
        (due_on - timedelta(days=due_on.weekday()), "high", 1)
    ]


KINDS = [kind for kind in TriggerKind if kind is not TriggerKind.PERIODIC]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@seed(20261122)
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    some.lists(
        some.one_of(
            some.tuples(some.just("note"), some.sampled_from(KINDS)),
            some.tuples(some.just("wait"), some.integers(1, 40)),
            some.tuples(some.just("end"), some.just(0)),
            some.tuples(some.just("calendar"), some.just(0)),
        ),
        min_size=3,
        max_size=6,
    )
)
async def test_any_history_keeps_one_open_review_each_trigger_once_and_nothing_late_without_escalation(
    bank: make.Bank, clock: FixedClock, steps: list[tuple[str, object]]
) -> None:
    party_id, noted = await given_.customer(bank, level="high", due_on=clock().date() + timedelta(days=50)), 0
    for place, (step, what) in enumerate(steps):
        if step == "note" and isinstance(what, TriggerKind):
            await given_.noted(bank, party_id, what, f"source {place}", clock().date())
            noted += 1
        elif step == "wait" and isinstance(what, int):
            clock.advance(timedelta(days=what))
            await bank.run("system", service.watch, 100)
        elif step == "calendar":
            await _due(bank)
        else:
            await _end(bank, party_id)
    found = await given_.found(bank, party_id)
    triggers = [each for review in found for each in await given_.triggers(bank, review.id)]
    assert sum(review.state in ACTIVE for review in found) <= 1
    assert len([each for each in triggers if each.kind != "periodic"]) == noted
    assert all(review.escalated_at for review in found if review.state in ACTIVE and review.due_at < clock())
    assert {review.id for review in found} == {each.review_id for each in triggers}


async def _end(bank: make.Bank, party_id: UUID) -> None:
    for review in await given_.found(bank, party_id):
        if review.state in ACTIVE:
            await given_.answered(bank, "officer", review)
            ended = await bank.run("officer", service.propose, review.id, given_.KEPT)
            if ended.state == "pending_approval":
                await bank.run("officer2", service.sign, review.id)


async def test_an_ended_review_leaves_no_open_work(bank: make.Bank) -> None:
    party_id = await given_.customer(bank, level="high", due_on=TODAY)
    await _due(bank)
    await _end(bank, party_id)

    async def open_work(ctx: Context) -> list[WorkItem]:
        return list(await ctx.session.scalars(select(WorkItem).where(WorkItem.party_id == party_id)))

    assert {item.state for item in await bank.run("system", open_work)} == {"done"}
