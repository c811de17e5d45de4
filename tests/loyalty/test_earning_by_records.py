"""Points that are earned by what customers did, without anybody booking them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Customer
from backend.edge import (  # noqa: F401 - wires prospects and what earns
    applying,
    loyalty_sources,
)
from backend.engagement.prospects import service as prospects
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ProspectInput
from backend.holdings import queries as holdings
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.intake import NewMovement, record_accounts, record_movements
from backend.holdings.ledger import NewPremium, append_premiums
from backend.holdings.models import Account, Holding, HoldingStatus
from backend.jobs.loyalty import earn_all
from backend.loyalty import service
from backend.loyalty.errors import ReferenceUnreadable
from backend.loyalty.models import LoyaltyPosting
from backend.loyalty.queries import figures
from backend.loyalty.queries.members import standing
from backend.servicing.feedback.models import Survey
from tests.factories import loyalty as made
from tests.factories import onboarding as make
from tests.factories.catalogue import approved_product
from tests.factories.customers import person
from tests.factories.ledger import account

Paid = tuple[date, str, int]
"""Day, operation, crowns."""
LATER = timedelta(days=40)
"""From the day of joining, 22 November 2026, to a day on which November is over."""


async def look(bank: make.Bank) -> tuple[int, int]:
    return await earn_all(bank.platform, bank.system, lambda *_: None)


async def account_of(bank: make.Bank, party_id: UUID) -> UUID:
    ref = f"account:{new_id()}"
    await bank.run("system", record_accounts, [account(ref, party_id)])
    found: UUID = (await bank.run("system", holdings.ids_by_ref, Account, [ref]))[ref]
    return found


async def pay(bank: make.Bank, account_id: UUID, owner: UUID, *lines: Paid) -> None:
    booked = [
        NewMovement(
            f"m:{new_id()}", account_id, owner, on, "credit" if operation == "card_refund" else "debit", operation,
            Decimal(amount), Decimal(0), "CZK", None, None, None,
        )
        for on, operation, amount in lines
    ]  # fmt: skip
    await bank.run("system", record_movements, new_id(), booked)


async def ledger_of(bank: make.Bank) -> list[tuple[str, str, int]]:
    """What each entry is for, with its points; without numbers of references, which tell only how it came about."""

    async def found(ctx: Context) -> list[tuple[str, str, int]]:
        rows = await ctx.session.scalars(select(LoyaltyPosting))
        return sorted((row.kind, row.code, row.points) for row in rows)

    rows: list[tuple[str, str, int]] = await bank.run("system", found)
    return rows


async def points(bank: make.Bank, party_id: UUID) -> int:
    found = await bank.run("system", standing, [party_id])
    return int(found[party_id][1])


async def test_payments_of_a_month_that_is_over_earn_less_what_came_back(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    account_id = await account_of(bank, party_id)
    lines = [
        (date(2026, 11, 23), "card_payment", 1000),
        (date(2026, 11, 25), "card_refund", 250),
        (date(2026, 11, 26), "cash_withdrawal", 5000),
        (date(2026, 12, 30), "card_payment", 2500),
    ]
    await pay(bank, account_id, party_id, *lines)
    assert await look(bank) == (0, 0)
    clock.advance(timedelta(days=14))
    assert await look(bank) == (1, 0)
    assert await points(bank, party_id) == 30


async def test_what_was_paid_before_joining_earns_nothing(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await pay(bank, await account_of(bank, party_id), party_id, (date(2026, 11, 20), "card_payment", 1000))
    clock.advance(LATER)
    assert await look(bank) == (0, 0)


async def test_looking_twice_books_nothing_twice(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await pay(bank, await account_of(bank, party_id), party_id, (date(2026, 11, 23), "card_payment", 1000))
    clock.advance(LATER)
    assert [await look(bank), await look(bank)] == [(1, 0), (0, 0)]


async def test_a_payment_that_comes_late_replaces_what_was_booked_for_its_month(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await made.member(bank)
    account_id = await account_of(bank, party_id)
    await pay(bank, account_id, party_id, (date(2026, 11, 23), "card_payment", 1000))
    clock.advance(LATER)
    await look(bank)
    await pay(bank, account_id, party_id, (date(2026, 11, 24), "card_payment", 500))
    assert await look(bank) == (1, 1)
    assert await points(bank, party_id) == 60


@pytest.mark.parametrize("seed", range(4))
async def test_in_any_order_and_with_any_looks_between_the_points_are_the_same(
    bank: make.Bank, clock: FixedClock, seed: int
) -> None:
    """Two members with the same payments: the one's come at once, the other's shuffled and looked at in between."""
    chance, first = Random(seed), date(2026, 11, 23)
    lines = [(first + timedelta(days=each), "card_payment", 25 * chance.randrange(1, 9_000)) for each in range(8)]
    lines += [(date(2026, 12, 1 + each), "card_refund", 25 * chance.randrange(1, 90)) for each in range(3)]
    one, other = await made.member(bank), await made.member(bank)
    clock.advance(LATER + timedelta(days=10))
    await pay(bank, await account_of(bank, one), one, *lines)
    account_id = await account_of(bank, other)
    for line in chance.sample(lines, len(lines)):
        await pay(bank, account_id, other, line)
        for _ in range(chance.randrange(3)):
            await look(bank)
    await look(bank)
    assert await points(bank, one) == await points(bank, other)
    assert sum((await bank.run("system", figures.totals)).values()) == 0
    assert await bank.run("system", figures.unproven) == []


async def test_a_membership_that_ended_earns_nothing(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await pay(bank, await account_of(bank, party_id), party_id, (date(2026, 11, 23), "card_payment", 1000))
    await bank.run("rm", service.leave, party_id)
    clock.advance(LATER)
    assert await look(bank) == (0, 0)


async def test_whoever_joins_again_earns_nothing_for_the_time_between(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await bank.run("rm", service.leave, party_id)
    await pay(bank, await account_of(bank, party_id), party_id, (date(2026, 11, 25), "card_payment", 1000))
    clock.advance(timedelta(days=5))
    await bank.run("rm", service.enrol, party_id, made.AGREED)
    clock.advance(LATER)
    assert await look(bank) == (0, 0)


async def bought(bank: make.Bank, party_id: UUID, on: date) -> None:
    (version_id,) = await bank.run("system", approved_product, f"p-{new_id().hex[-8:]}", date(2024, 1, 1))
    holding = NewHolding(
        ref=f"h:{new_id()}", party_id=party_id, product_code="p", product_version_id=version_id, kind="savings",
        currency="CZK", opened_on=on, matures_on=None, closed_on=None, close_reason=None, status="open",
        amount=Decimal(1000), balance=None, sum_insured=None, channel=None, number=None, account_number=None,
    )  # fmt: skip
    await bank.run("system", record_holdings, new_id(), [holding])


async def cancel(bank: make.Bank, on: date) -> None:
    async def ended(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Holding))).one()
        async with ctx.audit("holding.end", ("party", row.party_id)):
            row.status, row.closed_on, row.close_reason = HoldingStatus.CANCELLED, on, "withdrawal"

    await bank.run("system", ended)


async def test_a_contract_earns_and_its_cancellation_takes_the_points_back(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await bought(bank, party_id, date(2026, 11, 23))
    clock.advance(timedelta(days=2))
    assert await look(bank) == (1, 0)
    assert await points(bank, party_id) == 400
    await cancel(bank, clock().date())
    assert await look(bank) == (0, 1)
    assert await points(bank, party_id) == 0
    assert ("reverse", "source_gone", 400) in await ledger_of(bank)


async def test_premiums_of_a_month_earn_less_what_was_refunded(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await bought(bank, party_id, date(2026, 11, 22))

    async def holding(ctx: Context) -> UUID:
        return (await ctx.session.scalars(select(Holding))).one().id

    holding_id = await bank.run("system", holding)
    lines = [("paid", 28, 1500), ("refunded", 29, 500), ("due", 28, 1500)]
    premiums = [
        NewPremium(f"p:{kind}", holding_id, date(2026, 11, day), kind, Decimal(amount), "CZK")
        for kind, day, amount in lines
    ]
    await bank.run("system", append_premiums, new_id(), premiums)
    clock.advance(LATER)
    await look(bank)
    assert ("earn", "premium_paid", 20) in await ledger_of(bank)


async def test_an_answered_survey_earns_once(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)

    async def answered(ctx: Context) -> None:
        row = Survey(
            tenant_id=ctx.actor.tenant_id, party_id=party_id, code="yearly", edition=1, kind="nps", ruleset="r",
            event="yearly", about_id=new_id(), locale="en", state="answered", sent_at=ctx.now,
            expires_at=ctx.now + LATER, answered_at=ctx.now, score=9, themes=[],
        )  # fmt: skip
        async with ctx.audit("feedback.answer", ("party", party_id)):
            ctx.session.add(row)

    await bank.run("system", answered)
    assert [await look(bank), await look(bank)] == [(1, 0), (0, 0)]
    assert await points(bank, party_id) == 50


async def activate(bank: make.Bank, party_id: UUID) -> None:
    async def active(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party_id))).one()
        async with ctx.audit("customer.activate", ("party", party_id)):
            row.stage, row.activated_at = "active", ctx.now

    await bank.run("system", active)


async def test_a_friend_earns_when_they_became_a_customer(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    wanted = ProspectInput(source=Source.REFERRAL, referred_by_id=party_id)
    row: Any = await bank.run("system", prospects.record, person("Petra Malá"), wanted)
    await bank.run("system", prospects.convert, row.id, purpose="new", jurisdiction="CZ")
    assert await look(bank) == (0, 0)
    clock.advance(timedelta(days=3))
    await activate(bank, row.party_id)
    assert await look(bank) == (1, 0)
    assert await points(bank, party_id) == 1000


async def test_each_year_as_a_customer_earns_on_its_day(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await activate(bank, party_id)
    clock.advance(timedelta(days=364))
    assert await look(bank) == (0, 0)
    clock.advance(timedelta(days=1))
    assert await look(bank) == (1, 0)
    assert await points(bank, party_id) == 300


async def test_nobody_books_by_hand_what_the_ledger_calls_its_own(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    with pytest.raises(ReferenceUnreadable):
        await made.earned(bank, party_id, 1000, "auto/spend/card_payment/2026-11.CZK")
