"""The portfolio rated in pages, by whatever size of page; first ratings watched; new rules found."""

from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as some
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.customers.models import Customer
from backend.risk import queries, rulebook, service
from backend.risk.models import Cause, RunState
from backend.risk.rules import outcomes
from risk_models.crr_book import Rating
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering
from tests.risk_models.crr_portfolio import book, portfolio

SCHEME = "eu-risk-based"


async def _people(bank: make.Bank, count: int) -> list:
    return [(await make.person(bank)).party_id for _ in range(count)]


async def _finish(bank: make.Bank, size: int):
    while True:
        run = await bank.run("system", service.advance, size)
        if run is None or run.state == RunState.FINISHED:
            return run


async def test_a_run_rates_everybody_once(bank: make.Bank) -> None:
    people = await _people(bank, 5)
    await bank.run("system", service.start)
    run = await _finish(bank, 2)
    assert (run.done, run.counts["rated"], run.counts["changed"]) == (5, 5, 5)
    assert set(await bank.run("system", queries.current, people)) == set(people)


async def test_a_run_that_was_cut_off_goes_on_where_it_stopped(bank: make.Bank) -> None:
    await _people(bank, 5)
    first = await bank.run("system", service.start)
    await bank.run("system", service.advance, 2)
    again = await bank.run("system", service.start)
    assert (again.id, again.done) == (first.id, 2)
    assert (await _finish(bank, 2)).counts["rated"] == 5


async def test_a_second_run_writes_nothing_new(bank: make.Bank) -> None:
    await _people(bank, 3)
    for _ in range(2):
        await bank.run("system", service.start)
        run = await _finish(bank, 10)
    assert (run.counts["rated"], run.counts["changed"]) == (3, 0)


@pytest.mark.parametrize("login", ["rm", "auditor"])
async def test_only_compliance_and_the_platform_start_a_run(bank: make.Bank, login: str) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(login, service.start)


@seed(20261122)
@settings(max_examples=5, deadline=None)
@given(some.lists(some.integers(1, 25), min_size=1, max_size=6))
def test_single_batch_and_any_chunking_say_the_same(sizes: list[int]) -> None:
    rating, rows = _rating(), 40
    frame = portfolio(rating, rows, 7)
    facts = frame[list(rating.rules.facts)].astype(object).where(frame[list(rating.rules.facts)].notna(), None)
    given_ = [{name: _plain(value) for name, value in row.items()} for row in facts.to_dict("records")]
    names = [f"c{place}" for place in range(rows)]
    whole = outcomes(names, given_, [None] * rows, {}, rating, NOW.date())
    parts, at, turn = [], 0, 0
    while at < rows:
        here = slice(at, at + sizes[turn % len(sizes)])
        parts += outcomes(names[here], given_[here], [None] * len(names[here]), {}, rating, NOW.date())
        at, turn = here.stop, turn + 1
    singles = [outcomes([n], [f], [None], {}, rating, NOW.date())[0] for n, f in zip(names, given_, strict=True)]
    assert whole == parts == singles


@cache
def _rating() -> Rating:
    return book().effective(SCHEME, NOW.date())


def _plain(value):
    if value is None or isinstance(value, str | bool):
        return value if not isinstance(value, bool) else ("present" if value else "absent")
    return int(value)


async def _activate(bank: make.Bank, party_id, at) -> None:
    async def write(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party_id))).one()
        async with ctx.audit("customer.activate", ("customer", row.id)):
            row.stage, row.activated_at = "active", at

    await bank.run("system", write)


async def test_a_first_rating_is_due_within_ten_working_days(bank: make.Bank, clock: FixedClock) -> None:
    """Active on Sunday 22 November: the tenth working day is Friday 4 December."""
    (party,) = await _people(bank, 1)
    await _activate(bank, party, clock())
    (waiting,) = await bank.run("officer", service.unrated, 10)
    assert (waiting.due_on.isoformat(), waiting.late) == ("2026-12-04", False)
    clock.advance(timedelta(days=13))
    (waiting,) = await bank.run("officer", service.unrated, 10)
    assert waiting.late


async def test_the_schedule_rates_who_has_no_rating(bank: make.Bank, clock: FixedClock) -> None:
    (party,) = await _people(bank, 1)
    await _activate(bank, party, clock())
    assert await bank.run("system", service.rate_new, 10) == 1
    assert await bank.run("officer", service.unrated, 10) == []


async def test_other_rules_in_force_begin_a_run(bank: make.Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await _people(bank, 2)
    await bank.run("system", service.rate, people, Cause.REQUEST)
    await bank.run("system", service.renew)
    assert await bank.run("system", queries.running) is None
    original = rulebook.in_force

    async def changed(ctx: Context, name: str) -> bytes:
        return await original(ctx, name) + b"\n# another version\n"

    monkeypatch.setattr(rulebook, "in_force", changed)
    await bank.run("system", service.renew)
    run = await bank.run("system", queries.running)
    assert run is not None
    assert run.cause == "ruleset"


async def test_the_portfolio_is_counted_by_level_and_segment(bank: make.Bank) -> None:
    people = await _people(bank, 3)
    with offering(Offers(known={people[0]: {**ORDINARY, "pep": "current"}}, everybody=ORDINARY)):
        await bank.run("system", service.rate, people, Cause.REQUEST)
    counts = await bank.run("officer", queries.distribution, "country")
    assert [(each.segment, each.level, each.customers) for each in counts] == [("CZ", "high", 1), ("CZ", "low", 2)]


async def test_who_moved_between_two_days_is_counted(bank: make.Bank, clock: FixedClock) -> None:
    people = await _people(bank, 2)
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("system", service.rate, people[:1], Cause.REQUEST)
    first = clock().date()
    clock.advance(timedelta(days=5))
    with offering(Offers(everybody={**ORDINARY, "pep": "current"})):
        await bank.run("system", service.rate, people, Cause.REQUEST)
    moved = await bank.run("officer", queries.migration, first, clock().date())
    assert sorted(moved, key=str) == sorted([("low", "high", 1), (None, "high", 1)], key=str)
