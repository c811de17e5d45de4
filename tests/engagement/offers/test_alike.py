"""Offers tell customers apart by what is known of them, and say by what."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.consent import service as consent
from backend.core.ids import new_id
from backend.engagement.offers import queries, service
from backend.engagement.offers.models import Answer, OfferAnswer, OfferOpening
from backend.engagement.offers.rules import Ranked, Ranking
from backend.engagement.offers.wording import said, speaker
from backend.holdings import queries as holdings
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.intake import NewMovement, record_accounts, record_movements
from backend.holdings.models import Account
from tests.engagement.offers.test_service import customer, grounds
from tests.factories import onboarding as make
from tests.factories import suitability as advice
from tests.factories.contact_house import House
from tests.factories.customers import with_roles
from tests.factories.ledger import account

DAY = date(2026, 11, 1)
LITTLE = "inflow_3m_minor=100..2000000;products=1..3"
MUCH = "inflow_3m_minor=8000000..;products=1..3"


async def earns(bank: make.Bank, inflow: int, party_id: UUID | None = None) -> UUID:
    """A customer who agreed to offers, on whose account so much came in on `DAY`."""
    owner = party_id or await customer(bank)
    ref = f"account:{new_id()}"
    await bank.run("system", record_accounts, [account(ref, owner)])
    account_id = (await bank.run("system", holdings.ids_by_ref, Account, [ref]))[ref]
    booked = NewMovement(
        ref, account_id, owner, DAY, "credit", None, Decimal(inflow), Decimal(inflow), "CZK", None, None, None
    )
    await bank.run("system", record_movements, new_id(), [booked])
    return owner


async def holds(bank: make.Bank, party_id: UUID, code: str, version_id: UUID, on: date) -> None:
    new = NewHolding(str(new_id()), party_id, code, version_id, "loan", "CZK", on)
    await bank.run("system", record_holdings, new_id(), [new])


async def ranking(bank: make.Bank, party_id: UUID, login: str = "rm") -> Ranking:
    found: Ranking = await bank.run(login, service.next_best, party_id)
    return found


async def best(bank: make.Bank, party_id: UUID) -> Ranked:
    return (await ranking(bank, party_id)).offers[0]


async def words(bank: make.Bank, offer: Ranked) -> str:
    async def told(ctx: Any) -> str:
        speaks = await speaker(ctx)
        return " ".join(said(ground, speaks, None) for ground in offer.why if ground.code != "selling")

    found: str = await bank.run("rm", told)
    return found


async def answered(bank: make.Bank, party_id: UUID, answer: Answer) -> OfferAnswer:
    reason = "price" if answer is Answer.DECLINED else None
    given = service.AnswerInput(product="loan", answer=answer, reason=reason)
    row: OfferAnswer = await bank.run("rm", service.answer, party_id, given)
    return row


@pytest.fixture(autouse=True)
async def loan(bank: make.Bank, post: House) -> UUID:
    return await advice.product(bank, "loan", "loan")


async def test_an_acceptance_brings_more_where_more_comes_in(bank: make.Bank) -> None:
    poor, rich = await earns(bank, 16_000), await earns(bank, 100_000)
    found = await best(bank, poor), await best(bank, rich)
    assert [each.margin for each in found] == [Decimal("2600.00"), Decimal("16250.00")]
    assert "25 % of 100,000.00 CZK (three months' inflow)" in await words(bank, found[1])


async def test_of_whom_nothing_is_known_the_flat_margin_counts(bank: make.Bank) -> None:
    assert (await best(bank, await customer(bank))).margin == Decimal("3250.00")


async def test_whoever_objects_to_being_analysed_is_like_nobody(bank: make.Bank) -> None:
    party_id = await earns(bank, 100_000)
    officer = with_roles(bank.system, "operator")
    await bank.platform.run(
        officer, lambda ctx: consent.object_to(ctx, party_id, "analytics", "own situation", None), serializable=True
    )
    found = await ranking(bank, party_id)
    assert (found.group, found.offers[0].margin) == (None, Decimal("3250.00"))


async def test_answer_is_kept_with_the_group_that_gave_it(bank: make.Bank) -> None:
    row = await answered(bank, await earns(bank, 100_000), Answer.ACCEPTED)
    assert (row.likeness, row.explored is not None) == (MUCH, True)


async def test_customers_like_those_who_accepted_have_the_higher_chance(bank: make.Bank) -> None:
    for _ in range(3):
        await answered(bank, await earns(bank, 100_000), Answer.ACCEPTED)
        await answered(bank, await earns(bank, 10_000), Answer.DECLINED)
    like_takers = await best(bank, await earns(bank, 90_000))
    like_refusers = await best(bank, await earns(bank, 9_000))
    assert like_takers.choice.chance.value > like_refusers.choice.chance.value
    told = await words(bank, like_takers)
    assert "three months' inflow 80,000 CZK or more · products held 1 to 2" in told
    assert "It rests on 3 answers of such customers (3 accepted) and 3 of others (0 accepted)." in told


async def test_night_counts_who_opened_what_of_those_who_were_alike_a_year_before(bank: make.Bank, loan: UUID) -> None:
    opened, before, _ = [await earns(bank, 100_000) for _ in range(3)]
    await holds(bank, opened, "loan", loan, date(2026, 3, 1))
    await holds(bank, before, "loan", loan, date(2025, 3, 1))
    await bank.run("system", service.learn)

    async def counted(ctx: Any) -> dict[str, tuple[int, int]]:
        rows = await ctx.session.scalars(select(OfferOpening).where(col(OfferOpening.product_code) == "loan"))
        return {row.likeness: (row.could, row.opened) for row in rows}

    assert await bank.run("system", counted) == {"inflow_3m_minor=..100;products=1..3": (2, 1)}


async def test_learning_again_replaces_what_was_counted(bank: make.Bank, loan: UUID) -> None:
    await holds(bank, await earns(bank, 100_000), "loan", loan, date(2026, 3, 1))
    assert await bank.run("system", service.learn) == await bank.run("system", service.learn) == 1


async def test_nobody_but_the_platform_learns(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.learn)


async def test_book_can_be_kept_to_customers_whose_best_offer_is_one_product(bank: make.Bank) -> None:
    await advice.product(bank, "savings")
    rich, poor = await earns(bank, 300_000), await customer(bank)
    await answered(bank, poor, Answer.DECLINED)
    await bank.run("system", service.rank, [rich, poor])
    shelf = await bank.run("rm", queries.best_products)
    for code, count in shelf.items():
        found = await bank.run("rm", service.next_of_book, 10, code)
        assert ({each.offer.choice.code for each in found}, len(found)) == ({code}, count)
    assert shelf["savings"] >= 1
    assert sum(shelf.values()) == 2
    assert await bank.run("rm", service.next_of_book, 10, "nothing of the kind") == []


async def test_counts_of_best_offers_are_of_the_own_book_alone(bank: make.Bank) -> None:
    await bank.run("system", service.rank, [await earns(bank, 100_000)])
    assert await bank.run("rm", queries.best_products) == {"loan": 1}
    assert await bank.run("rm2", queries.best_products) == {}


async def test_whoever_has_not_consented_is_not_ranked(bank: make.Bank) -> None:
    silent = await customer(bank, "marketing")
    assert await bank.run("system", service.rank, [silent]) == 0


async def test_refused_offer_is_not_made_again_however_much_is_known(bank: make.Bank) -> None:
    party_id = await earns(bank, 100_000)
    await answered(bank, party_id, Answer.DECLINED)
    found = await ranking(bank, party_id)
    assert (found.offers, grounds(found)) == ((), {"declined"})
