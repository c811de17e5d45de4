"""Facts of the portfolio are what the ledger says, customer by customer, and only of whom the actor may know."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import psycopg
import pytest

from backend.access.models import Tenant
from backend.consent import service as consent
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.engagement.facts import COLUMNS, analysed_facts, as_of_day, portfolio_facts
from backend.holdings.intake import NewCard, NewHolder
from tests.factories.customers import Bank, open_bank, person, with_roles
from tests.factories.ledger import book

DAY = date(2026, 10, 31)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def facts(bank: Bank, as_of: date = DAY, actor: Actor | None = None, **more: Any) -> pd.DataFrame:
    found: pd.DataFrame = await bank.run(actor or bank.system, portfolio_facts, as_of, **more)
    return found


async def test_a_customer_without_anything_has_every_column_and_no_figures(bank: Bank) -> None:
    party = await bank.customer()
    found = (await facts(bank)).loc[party.id]
    assert tuple(found.index) == COLUMNS
    assert (found.products, found.balance_minor, found.movements_3m) == (0, 0, 0)
    assert pd.isna(found.months_inactive)
    assert pd.isna(found.last_movement_on)


async def test_a_past_balance_is_what_the_ledger_said_on_that_day(bank: Bank) -> None:
    party = await book(
        bank,
        (date(2025, 6, 1), "credit", 1000, None, None),
        (date(2026, 1, 1), "credit", 500, None, None),
        (date(2026, 9, 1), "debit", 300, None, None),
    )
    found = (await facts(bank)).loc[party.id]
    assert found[["balance_minor", "balance_3m_ago_minor", "balance_12m_ago_minor"]].tolist() == [
        120000,
        150000,
        100000,
    ]


async def test_what_was_booked_after_the_day_is_not_known_on_it(bank: Bank) -> None:
    party = await book(
        bank, (date(2026, 10, 31), "credit", 10, None, None), (date(2026, 11, 1), "credit", 90, None, None)
    )
    found = (await facts(bank)).loc[party.id]
    assert (found.balance_minor, found.movements_3m) == (1000, 1)


async def test_interest_and_fees_are_no_sign_of_life(bank: Bank) -> None:
    party = await book(
        bank,
        (date(2026, 2, 10), "credit", 100, None, None),
        (date(2026, 10, 1), "credit", 1, "interest", None),
        (date(2026, 10, 2), "debit", 2, "statement_fee", None),
    )
    found = (await facts(bank)).loc[party.id]
    assert (found.movements_3m, found.inflow_3m_minor, found.months_inactive) == (0, 0, 8)
    assert found.last_movement_on.date() == date(2026, 2, 10)
    assert found.balance_minor == 9900


async def test_a_customer_silent_for_years_keeps_the_day_of_the_last_movement(bank: Bank) -> None:
    party = await book(bank, (date(2023, 3, 3), "credit", 100, None, None), opened=date(2023, 1, 1))
    found = (await facts(bank)).loc[party.id]
    assert found.last_movement_on.date() == date(2023, 3, 3)
    assert (found.months_inactive, found.balance_12m_ago_minor) == (43, 10000)


async def test_flows_fall_into_the_quarter_in_which_they_were_booked(bank: Bank) -> None:
    party = await book(
        bank,
        (date(2026, 7, 31), "credit", 70, None, None),
        (date(2026, 8, 1), "credit", 30, None, None),
        (date(2026, 8, 2), "debit", 20, None, None),
    )
    found = (await facts(bank)).loc[party.id]
    assert (found.inflow_3m_minor, found.inflow_prev_3m_minor, found.outflow_3m_minor) == (3000, 7000, 2000)
    assert (found.movements_3m, found.movements_prev_3m) == (2, 1)


async def test_payments_to_competitors_are_those_to_the_banks_of_the_rule_set(bank: Bank) -> None:
    party = await book(
        bank,
        (date(2026, 10, 1), "credit", 500, None, "QR"),
        (date(2026, 10, 2), "debit", 40, None, "QR"),
        (date(2026, 10, 3), "debit", 60, None, "XX"),
    )
    assert (await facts(bank)).loc[party.id].competitor_paid_3m_minor == 4000


async def test_an_account_in_another_currency_is_a_product_and_no_money(bank: Bank) -> None:
    party = await book(bank, (date(2026, 10, 1), "credit", 500, None, None), currency="EUR")
    found = (await facts(bank)).loc[party.id]
    assert (found.products, found.balance_minor, found.inflow_3m_minor, found.movements_3m) == (1, 0, 0, 1)


async def test_products_are_counted_on_the_day_and_a_year_before(bank: Bank) -> None:
    party = await book(bank, opened=date(2024, 1, 1))
    card = NewCard(f"card:{new_id()}", party.id, "classic", date(2026, 5, 1))
    await book(bank, party=party, opened=date(2026, 3, 1), cards=(card,))
    found = (await facts(bank)).loc[party.id]
    assert (found.products, found.products_12m_ago, found.products_ever, found.tenure_months) == (3, 1, 3, 33)


async def test_who_may_only_dispose_of_an_account_holds_none(bank: Bank) -> None:
    other = await bank.customer(person("Eva Malá"))
    owner = await bank.customer()
    await book(bank, party=owner, holders=(NewHolder(owner.id, "owner"), NewHolder(other.id, "disponent")))
    found = (await facts(bank)).loc[other.id]
    assert (found.products, found.products_ever, found.used) == (0, 0, 1)


async def test_a_relationship_manager_gets_the_facts_of_their_own_book_alone(bank: Bank) -> None:
    party = await bank.customer()
    assert list((await facts(bank, actor=bank.manager)).index) == [party.id]
    assert (await facts(bank, actor=bank.stranger)).empty


async def test_facts_of_some_customers_are_those_customers_alone(bank: Bank) -> None:
    first, _second = await bank.customer(), await bank.customer()
    assert list((await facts(bank, party_ids=[first.id])).index) == [first.id]


async def test_a_customer_whose_name_of_a_role_gives_no_sight_of_holdings_is_left_out(bank: Bank) -> None:
    await bank.customer()
    assert (await facts(bank, actor=with_roles(bank.officer, "product_manager"))).empty


async def test_the_day_is_the_end_of_the_ledger_or_today(bank: Bank) -> None:
    assert await bank.run(bank.system, as_of_day) == date(2026, 11, 22)
    await book(bank, (date(2026, 5, 5), "credit", 1, None, None))
    assert await bank.run(bank.system, as_of_day) == date(2026, 5, 5)


async def test_premiums_that_go_on_do_not_move_the_day_of_a_ledger_that_ended(bank: Bank) -> None:
    await book(bank, (date(2026, 5, 5), "credit", 1, None, None))
    await _premium(bank, date(2026, 11, 1))
    assert await bank.run(bank.system, as_of_day) == date(2026, 5, 5)


async def test_premiums_tell_the_day_where_nobody_keeps_movements(bank: Bank) -> None:
    await _premium(bank, date(2026, 11, 1))
    assert await bank.run(bank.system, as_of_day) == date(2026, 11, 1)


async def test_who_objects_to_being_analysed_is_left_out_of_the_analysis_alone(bank: Bank) -> None:
    objecting, other = await book(bank), await book(bank)
    officer = with_roles(bank.system, "operator")
    await bank.run(officer, consent.object_to, objecting.id, "analytics", "own situation", None)
    analysed = await bank.run(bank.system, analysed_facts, DAY)
    assert objecting.id not in analysed.index
    assert {objecting.id, other.id} <= set((await facts(bank)).index)
    assert other.id in analysed.index


async def test_facts_of_everybody_are_those_of_each_by_themselves(bank: Bank) -> None:
    silent = await book(
        bank,
        (date(2023, 3, 3), "credit", 100, None, None),
        (date(2023, 4, 1), "credit", 1, "interest", None),
        (date(2026, 9, 1), "debit", 2, "statement_fee", None),
        opened=date(2023, 1, 1),
    )
    await book(bank, (DAY, "credit", 5, None, None), (DAY, "debit", 3, None, "QR"), party=silent)
    others = [await bank.customer(), await book(bank, (date(2024, 6, 1), "credit", 9, "interest", None))]
    whole = await facts(bank)
    alone = [await facts(bank, party_ids=[party_id]) for party_id in whole.index]
    assert {silent.id, *(party.id for party in others)} == set(whole.index)
    pd.testing.assert_frame_equal(whole, pd.concat(alone), check_dtype=False, check_categorical=False)


async def test_half_a_minor_unit_counts_as_one(bank: Bank) -> None:
    party = await book(
        bank, (DAY, "credit", Decimal("10.0050"), None, None), (DAY, "debit", Decimal("20.0050"), None, None)
    )
    found = (await facts(bank)).loc[party.id]
    assert (found.inflow_3m_minor, found.outflow_3m_minor, found.balance_minor) == (1001, 2001, -1000)


async def test_the_newest_of_several_movements_of_a_day_tells_the_balance(bank: Bank) -> None:
    party = await book(bank, *((DAY, "credit", amount, None, None) for amount in range(1, 9)))
    assert (await facts(bank)).loc[party.id].balance_minor == 3600


async def _premium(bank: Bank, day: date) -> None:
    """Of a policy that is not there: the day alone counts."""
    database = bank.platform.database
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner), autocommit=True) as owner:
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(
            "INSERT INTO premium (tenant_id, id, holding_id, source_ref, booked_on, kind, amount, currency, batch_id)"
            " VALUES (%s, %s, %s, 'p', %s, 'paid', 1, 'CZK', %s)",
            (bank.system.tenant_id, new_id(), new_id(), day, new_id()),
        )
