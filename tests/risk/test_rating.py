"""Ratings as they are written: what moves one, what does not, and what the customer's row says of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers import inputs
from backend.customers import service as customers
from backend.customers.models import Customer
from backend.risk import facts, queries, service
from backend.risk.models import Cause
from tests.factories import onboarding as make
from tests.factories.rating import Offers, offering


async def rate(bank: make.Bank, *party_ids, cause=Cause.REQUEST):
    return await bank.run("system", service.rate, list(party_ids), cause)


async def current(bank: make.Bank, party_id):
    return (await bank.run("system", queries.current, [party_id]))[party_id]


async def test_a_first_rating_stands_on_the_customer(bank: make.Bank) -> None:
    known = await make.person(bank)
    rated = await rate(bank, known.party_id)
    row = await current(bank, known.party_id)

    async def customer(ctx: Context) -> Customer:
        return (await ctx.session.scalars(select(Customer).where(Customer.party_id == known.party_id))).one()

    kept = await bank.run("system", customer)
    assert [change.was for change in rated.changes] == [None]
    assert (kept.risk_level, kept.next_review_on) == (row.level, row.next_review_on)


async def test_nothing_new_writes_nothing(bank: make.Bank) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)
    again = await rate(bank, known.party_id)
    assert (again.parties, again.changes) == (1, [])


async def test_a_moved_factor_is_a_new_rating_of_the_same_customer(bank: make.Bank) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)
    before = await current(bank, known.party_id)
    with offering(Offers({known.party_id: {"pep": "current"}})):
        rated = await rate(bank, known.party_id)
    after = await current(bank, known.party_id)
    assert rated.changes[0].was == before.level
    assert after.points > before.points
    assert after.level == "high"


async def test_a_number_within_its_band_moves_nothing(bank: make.Bank) -> None:
    known = await make.person(bank)
    with offering(Offers({known.party_id: {"cash_share_bp": 100}})):
        await rate(bank, known.party_id)
    with offering(Offers({known.party_id: {"cash_share_bp": 499}})):
        assert (await rate(bank, known.party_id)).changes == []
    with offering(Offers({known.party_id: {"cash_share_bp": 500}})):
        assert len((await rate(bank, known.party_id)).changes) == 1


async def test_a_later_rating_does_not_put_the_review_off(bank: make.Bank, clock: FixedClock) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)
    first = await current(bank, known.party_id)
    clock.advance(timedelta(days=90))
    with offering(Offers({known.party_id: {"cash_share_bp": 600}})):
        await rate(bank, known.party_id)
    second = await current(bank, known.party_id)
    assert (second.id != first.id, second.level) == (True, first.level)
    assert second.next_review_on == first.next_review_on


async def test_a_completed_review_starts_the_interval_anew(bank: make.Bank, clock: FixedClock) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)
    clock.advance(timedelta(days=30))
    reviewed = clock().date().isoformat()
    given = {"cash_share_bp": 600, facts.REVIEWED_ON: reviewed}
    with offering(Offers({known.party_id: given})):
        await rate(bank, known.party_id)
    row = await current(bank, known.party_id)
    assert row.next_review_on.day == clock().date().day
    assert row.next_review_on > clock().date()


async def test_a_rating_is_told_as_an_event(bank: make.Bank) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)

    async def events(ctx: Context) -> list[Outbox]:
        return list(await ctx.session.scalars(select(Outbox).where(Outbox.name == "rating.changed")))

    told = await bank.run("system", events)
    assert [event.payload["level"] for event in told] == [(await current(bank, known.party_id)).level]


async def test_an_edit_of_the_record_reaches_the_facts(bank: make.Bank) -> None:
    known = await make.person(bank)
    await rate(bank, known.party_id)
    change = inputs.parse(inputs.PartyChanges, {"country": "IR"})
    await bank.run("system", customers.edit_party, known.party_id, change)
    await rate(bank, known.party_id)
    row = await current(bank, known.party_id)
    assert row.level == "high"


async def test_a_provider_may_not_take_the_name_of_another() -> None:
    with pytest.raises(ValueError, match="already"):
        facts.register(Offers({}, name="record"))
