"""Movements looked at by the institution's rules: what becomes a flag, what rating is told, what a review explains."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.governance import kinds
from backend.holdings.intake import NewMovement, record_movements
from backend.holdings.models import HolderRole
from backend.reviews import service
from backend.reviews.models import BehaviourFlag, Outcome
from backend.risk import facts
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories import reviews as given

TODAY = NOW.date()
POLICIES = Path(__file__).resolve().parents[2] / "policies"
CASH, TRANSFER = "cash_deposit", "transfer_in"


async def moved(
    bank: make.Bank, party_id: UUID, days_ago: Sequence[int], amount: int, operation: str, **more: str
) -> None:
    account_id = await make.account(bank, party_id, HolderRole.OWNER)
    bookings = [
        NewMovement(
            ref=f"{account_id}:{number}",
            account_id=account_id,
            owner_id=party_id,
            booked_on=TODAY - timedelta(days=days),
            direction="credit",
            operation=operation,
            amount=Decimal(amount),
            balance=Decimal(amount * (number + 1)),
            currency="CZK",
            purpose=more.get("purpose"),
            counterparty_bank=more.get("partner"),
            counterparty_account=None,
        )
        for number, days in enumerate(days_ago)
    ]

    async def record(ctx: Context) -> None:
        await ctx.vault.load([party_id])
        await record_movements(ctx, new_id(), bookings)

    await bank.platform.run(bank.system, record)


async def flags(bank: make.Bank, party_id: UUID) -> list[str]:
    async def found(ctx: Context) -> list[str]:
        query = select(BehaviourFlag.pattern).where(BehaviourFlag.party_id == party_id)
        return sorted(await ctx.session.scalars(query))

    return await bank.run("system", found)


async def offered(bank: make.Bank, party_id: UUID):
    return (await bank.run("system", facts.gather, [party_id]))[party_id]


async def looked(bank: make.Bank) -> service.Looked:
    return await bank.run("system", service.look_at_movements, None, 100)


async def test_deposits_just_below_the_threshold_are_flagged_once_however_often_it_is_looked(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [9, 6, 3], 45_000, CASH)
    assert (await looked(bank)).flags >= 1
    assert "structuring" in await flags(bank, party_id)
    assert (await looked(bank)).flags == 0


async def test_a_flag_raises_the_level_until_a_review_has_explained_it(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [9, 6, 3], 45_000, CASH)
    clock.advance(timedelta(hours=1))
    await looked(bank)
    assert "structuring" in (await offered(bank, party_id))["unusual_patterns"]
    await bank.run("system", service.look, [party_id])
    (review,) = await given.found(bank, party_id)
    clock.advance(timedelta(hours=1))
    await given.answered(bank, "officer", review)
    ended = await bank.run("officer", service.propose, review.id, given.KEPT)
    if ended.state == "pending_approval":
        await bank.run("officer2", service.sign, review.id)
    assert "unusual_patterns" not in await offered(bank, party_id)


async def test_turnover_and_the_share_of_cash_are_known_of_who_moved_money(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [40], 25_000, CASH)
    await moved(bank, party_id, [30], 75_000, TRANSFER, partner="YZ")
    known = await offered(bank, party_id)
    assert (known["cash_share_bp"], known["yearly_turnover_eur"]) == (2_500, 4_000)
    assert known["counterparty_countries"] == frozenset({"CZ"})


async def test_a_bank_that_no_form_fits_leaves_the_countries_unknown(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [30], 75_000, TRANSFER, partner="0800")
    assert "counterparty_countries" not in await offered(bank, party_id)


async def test_a_pension_says_where_money_comes_from_when_it_came_three_times(bank: make.Bank) -> None:
    people = [await given.customer(bank) for _ in range(2)]
    for party_id, months in zip(people, ([90, 60, 30], [60, 30]), strict=True):
        await moved(bank, party_id, months, 9_000, TRANSFER, purpose="pension")
    assert (await offered(bank, people[0]))["income"] == frozenset({"pension"})
    assert "income" not in await offered(bank, people[1])


async def test_nothing_is_said_of_who_moved_nothing(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    assert not {"cash_share_bp", "yearly_turnover_eur", "counterparty_countries"} & set(await offered(bank, party_id))


async def test_other_limits_are_tried_on_everybodys_movements(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [9, 6, 3], 45_000, CASH)
    kind = kinds.find("reviews")
    source = kind.initial(Policies(POLICIES), TODAY)["reviews"].decode()
    milder = source.replace("structuring_deposits: 3", "structuring_deposits: 4")

    async def progress(done: int, total: int) -> None:
        assert done <= total

    async def work(ctx: Context):
        return await kind.simulate(
            ctx, kind.parse("reviews", source.encode()), kind.parse("reviews", milder.encode()), progress
        )

    found = await bank.platform.run(bank.system, work)
    table = next(each for each in found.tables if each.title.text == "Customers whose movements would stand out")
    rows = {row[0].text: (row[1].value, row[2].value) for row in table.rows}
    assert rows["Cash deposits just below the threshold"] == ("1", "0")


async def test_a_review_that_ends_with_a_restriction_explains_nothing(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await given.customer(bank)
    await moved(bank, party_id, [9, 6, 3], 45_000, CASH)
    clock.advance(timedelta(hours=1))
    await looked(bank)
    await bank.run("system", service.look, [party_id])
    (review,) = await given.found(bank, party_id)
    clock.advance(timedelta(hours=1))
    await given.answered(bank, "officer", review)
    verdict = service.Verdict(outcome=Outcome.RESTRICT, reason="unexplained", words="Asked twice.")
    await bank.run("officer", service.propose, review.id, verdict)
    await bank.run("officer2", service.sign, review.id)
    assert "structuring" in (await offered(bank, party_id))["unusual_patterns"]
