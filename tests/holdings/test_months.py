"""Movements and premiums lie in months, which the application can make and never enter by themselves."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.edge.errors import RuleOfDatabase
from backend.holdings import months
from tests.holdings.conftest import MOVEMENTS, Shop


async def _run(shop: Shop, query: str) -> Any:
    async with shop.bank.platform.transaction(shop.bank.system) as ctx:
        return await ctx.session.scalar(text(query))


async def test_a_movement_lies_in_the_partition_of_its_month(account: Shop) -> None:
    await account.load("movements", MOVEMENTS + "m1,h1,2024-06-15,credit,1,1,CZK\n")
    assert await _run(account, "SELECT tableoid::regclass::text FROM movement") == "months.movement_2024_06"


async def test_months_ahead_are_made_once(shop: Shop) -> None:
    await shop.bank.run(shop.bank.system, months.plan_ahead)
    assert await shop.bank.run(shop.bank.system, months.plan_ahead) == 0


async def test_only_the_months_that_are_needed_are_made(shop: Shop) -> None:
    days = [date(1931, 1, 5), date(1931, 1, 9), date(1933, 12, 31)]
    made = [await shop.bank.run(shop.bank.system, months.plan, "premium", days) for _ in range(2)]
    assert made == [2, 0]


async def test_the_application_enters_no_month_by_itself(account: Shop) -> None:
    await account.load("movements", MOVEMENTS + "m1,h1,2024-06-15,credit,1,1,CZK\n")
    with pytest.raises(DBAPIError, match="permission denied for schema months"):
        await _run(account, "SELECT count(*) FROM months.movement_2024_06")


@pytest.mark.parametrize("statement", ["UPDATE movement SET amount = 0", "DELETE FROM movement", "DELETE FROM premium"])
async def test_the_application_changes_no_ledger(account: Shop, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await _run(account, statement)


async def test_no_months_of_another_table_are_made(shop: Shop) -> None:
    with pytest.raises((DBAPIError, RuleOfDatabase)):
        await shop.bank.run(shop.bank.system, months.plan, "party", [date(2024, 1, 1)])
