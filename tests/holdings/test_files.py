"""Files of holdings, loaded against the database: what they record, refuse and repeat."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.onboarding.migration import file_runs
from backend.onboarding.migration.holding_files import FileKind
from backend.onboarding.migration.problems import ColumnsMissing
from tests.factories.customers import Bank
from tests.holdings.conftest import HOLDINGS, MOVEMENTS, Shop


async def test_a_holding_has_the_version_of_the_day_it_was_opened(shop: Shop) -> None:
    old, later = shop.holding("old"), shop.holding("later").replace("2024-05-06", "2025-05-06")
    await shop.load("holdings", HOLDINGS + old + later)
    query = "SELECT array_agg(product_version_id ORDER BY source_ref DESC) FROM holding"
    assert await shop.one(query) == (shop.versions,)


async def test_a_contract_older_than_the_catalogue_has_the_first_version(shop: Shop) -> None:
    await shop.load("holdings", HOLDINGS + shop.holding().replace("2024-05-06", "1993-01-01"))
    assert await shop.one("SELECT product_version_id FROM holding") == (shop.versions[0],)


async def test_a_product_that_is_not_in_the_catalogue_is_reported_and_the_rest_carried_on(shop: Shop) -> None:
    loaded = await shop.load("holdings", HOLDINGS + shop.holding("a", "gold") + shop.holding("b"))
    assert (loaded.taken, await shop.problems(loaded)) == (1, [(2, "unknown_product", "product")])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("h,999999,savings,2024-05-06,CZK,,,,,\n", ("unknown_customer", "customer")),
        ("h,{n},savings,6.5.2024,CZK,,,,,\n", ("not_a_date", "opened_on")),
        ("h,{n},savings,2024-05-06,czk,,,,,\n", ("unknown_code", "currency")),
        ("h,{n},savings,2024-05-06,XXQ,,,,,\n", ("unknown_code", "currency")),
        ("h,{n},savings,2024-05-06,CZK,,1.23456,,,\n", ("out_of_range", "amount")),
        ("h,{n},savings,2024-05-06,CZK,,,2024-05-05,closed,repaid\n", ("out_of_range", "closed_on")),
        ("h,{n},savings,2024-05-06,CZK,,,2024-06-05,lapsed,repaid\n", ("unknown_code", "close_reason")),
        ("h,{n},savings,2024-05-06,CZK,,,,lapsed,premium_unpaid\n", ("missing", "closed_on")),
        ("h,{n},savings,1824-05-06,CZK,,,,,\n", ("out_of_range", "opened_on")),
        ("h,{n},savings\n", ("too_few_columns", None)),
    ],
)
async def test_a_bad_row_is_named_with_its_line_and_column(shop: Shop, row: str, problem: tuple[str, str]) -> None:
    loaded = await shop.load("holdings", HOLDINGS + row.format(n=shop.number) + shop.holding("good"))
    assert (loaded.taken, await shop.problems(loaded)) == (1, [(2, *problem)])


async def test_a_file_that_lacks_a_column_is_refused_whole(shop: Shop) -> None:
    with pytest.raises(ColumnsMissing):
        await shop.load("movements", "ref,holding\na,b\n")


async def test_movements_are_booked_on_the_account_of_their_holding(account: Shop) -> None:
    await account.load("movements", MOVEMENTS + "m1,h1,2024-06-01,credit,10.25,110.75,CZK\n")
    query = "SELECT m.amount, m.balance, h.source_ref FROM movement m JOIN account a ON a.id = m.account_id "
    query += "JOIN holding h ON h.id = a.holding_id"
    assert await account.one(query) == (Decimal("10.25"), Decimal("110.75"), "file:h1")


async def test_a_movement_in_another_currency_is_not_taken(account: Shop) -> None:
    loaded = await account.load("movements", MOVEMENTS + "m1,h1,2024-06-01,credit,10.25,110.75,EUR\n")
    assert await account.problems(loaded) == [(2, "other_currency", "currency")]


async def test_a_movement_without_an_account_to_book_on_is_not_taken(shop: Shop) -> None:
    await shop.load("holdings", HOLDINGS + shop.holding())
    loaded = await shop.load(
        "movements", MOVEMENTS + "m1,h1,2024-06-01,credit,1,1,CZK\nm2,h9,2024-06-01,debit,1,1,CZK\n"
    )
    assert await shop.problems(loaded) == [(2, "no_account", "holding"), (3, "unknown_holding", "holding")]


async def test_a_file_that_was_loaded_changes_nothing_when_it_comes_again(account: Shop) -> None:
    content = MOVEMENTS + "m1,h1,2024-06-01,credit,1,1,CZK\nm2,h1,2024-07-01,credit,1,2,CZK\n"
    first = await account.load("movements", content)
    again = await account.load("movements", content)
    assert ((first.taken, first.known), (again.taken, again.known)) == ((2, 0), (0, 2))


async def test_a_reference_is_unique_over_all_months(account: Shop) -> None:
    await account.load("movements", MOVEMENTS + "m1,h1,2024-06-01,credit,1,1,CZK\n")
    loaded = await account.load("movements", MOVEMENTS + "m1,h1,2024-07-01,credit,1,1,CZK\n")
    assert (loaded.taken, await account.problems(loaded)) == (0, [(2, "booked_otherwise", "ref")])


async def test_a_reference_that_comes_twice_in_a_file_is_taken_once(account: Shop) -> None:
    row = "m1,h1,2024-06-01,credit,1,1,CZK\n"
    loaded = await account.load("movements", MOVEMENTS + row + row)
    assert (loaded.taken, await account.problems(loaded)) == (1, [(3, "repeated", "ref")])


class _Killed(Exception):
    pass


async def test_a_killed_load_goes_on_after_its_last_rows(account: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.edge.loading._ROWS", dict.fromkeys(FileKind, 2))
    rows = "".join(f"m{n},h1,2024-06-01,credit,1,{n},{'CZK' if n != 2 else 'EUR'}\n" for n in range(1, 8))

    def die(done: int, _total: int) -> None:
        if done >= 5:
            raise _Killed

    with pytest.raises(_Killed):
        await account.load("movements", MOVEMENTS + rows, watch=die)
    loaded = await account.load("movements", MOVEMENTS + rows)
    counted = await account.one("SELECT count(*), count(DISTINCT source_ref) FROM movement")
    runs = await account.one("SELECT count(*) FROM import_run WHERE source = 'holdings.movements'")
    assert (counted, runs, loaded.taken, loaded.known, loaded.problems) == ((6, 6), (1,), 6, 0, 1)


async def test_two_processes_do_not_carry_out_one_run(account: Shop) -> None:
    async def begin(ctx: Any) -> UUID:
        return (await file_runs.begin(ctx, FileKind.MOVEMENTS, "0" * 64, 9, file="m.csv")).id

    run_id = await account.bank.run(account.bank.system, begin)
    with pytest.raises(file_runs.RunElsewhere):
        await account.bank.run(
            account.bank.system, file_runs.advance, run_id, FileKind.MOVEMENTS, [], file="m.csv", after=7
        )


async def test_premiums_are_kept_as_due_and_paid(account: Shop) -> None:
    head = "ref,holding,booked_on,kind,amount,currency\n"
    await account.load("premiums", head + "p1,h1,2024-06-01,due,30,CZK\np2,h1,2024-06-09,paid,29.5,CZK\n")
    query = "SELECT sum(amount) FILTER (WHERE kind = 'due') - sum(amount) FILTER (WHERE kind = 'paid') FROM premium"
    assert await account.one(query) == (Decimal("0.5"),)


async def test_a_claim_follows_its_source_and_keeps_its_versions(account: Shop) -> None:
    head = "ref,holding,incurred_on,reported_on,paid,reserve,currency,state\n"
    await account.load("claims", head + "c1,h1,2024-06-01,2024-06-09,0,500,CZK,open\n")
    loaded = await account.load("claims", head + "c1,h1,2024-06-01,2024-06-09,450,0,CZK,paid\n")
    assert (loaded.taken, await account.one("SELECT paid, reserve, state, ver FROM claim")) == (
        1,
        (Decimal(450), Decimal(0), "paid", 2),
    )


async def test_a_claim_keeps_the_day_on_which_it_was_settled(account: Shop) -> None:
    head = "ref,holding,incurred_on,reported_on,paid,reserve,currency,state,settled_on\n"
    await account.load("claims", head + "c1,h1,2024-06-01,2024-06-09,0,500,CZK,open,\n")
    await account.load("claims", head + "c1,h1,2024-06-01,2024-06-09,0,0,CZK,declined,2024-07-02\n")
    assert await account.one("SELECT settled_on, state, ver FROM claim") == (date(2024, 7, 2), "declined", 2)


@pytest.mark.parametrize(("state", "day"), [("open", "2024-07-02"), ("paid", "2024-06-08")])
async def test_a_settlement_that_cannot_be_is_named_by_its_column(account: Shop, state: str, day: str) -> None:
    head = "ref,holding,incurred_on,reported_on,paid,reserve,currency,state,settled_on\n"
    loaded = await account.load("claims", head + f"c1,h1,2024-06-01,2024-06-09,0,0,CZK,{state},{day}\n")
    (problem,) = await account.problems(loaded)
    assert (loaded.taken, problem[2]) == (0, "settled_on")


async def test_a_person_without_the_right_loads_nothing(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        await shop.load("holdings", HOLDINGS + shop.holding(), actor=shop.bank.manager)


@pytest.fixture
def other_tenant(bank: Bank) -> Callable[[str], Awaitable[int]]:
    """Counts as an institution that has nothing."""
    return lambda query: _count_as_other(bank, query)


async def _count_as_other(bank: Bank, query: str) -> int:
    from dataclasses import replace

    from backend.core.ids import new_id

    async with bank.platform.transaction(replace(bank.system, tenant_id=new_id())) as ctx:
        return int(await ctx.session.scalar(text(query)) or 0)


@pytest.mark.parametrize("table", ["movement", "holding", "premium"])
async def test_another_institution_sees_no_row_of_the_partitions(
    account: Shop, other_tenant: Callable[[str], Awaitable[int]], table: str
) -> None:
    await account.load("movements", MOVEMENTS + "m1,h1,2024-06-01,credit,1,1,CZK\n")
    head = "ref,holding,booked_on,kind,amount,currency\n"
    await account.load("premiums", head + "p1,h1,2024-06-01,due,30,CZK\n")
    ours = await account.one(f"SELECT count(*) FROM {table}")
    assert (ours, await other_tenant(f"SELECT count(*) FROM {table}")) == ((1,), 0)
