"""Accounts, cards and loans that were there before the catalogue become holdings of its versions."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from backend.holdings.models import Account, Card, Loan, StandingOrder
from backend.onboarding.migration.product_links import Linked, link
from tests.factories.catalogue import approved_product
from tests.holdings.conftest import Held


async def _one(held: Held, query: str) -> tuple[Any, ...]:
    async with held.bank.platform.transaction(held.bank.system) as ctx:
        return tuple((await ctx.session.execute(text(query))).one())


async def _link(held: Held, model: type[Any]) -> Linked:
    return await held.bank.run(held.bank.system, link, model, None, 100)


async def test_a_code_that_the_catalogue_lacks_is_counted_and_left(held: Held) -> None:
    found = await _link(held, Account)
    assert (found.linked, found.unknown, await _one(held, "SELECT count(*) FROM holding")) == (
        0,
        {"current_account": 1},
        (0,),
    )


@pytest.mark.parametrize(
    ("model", "code", "kind"),
    [
        (Account, "current_account", "deposit"),
        (Card, "gold", "card"),
        (Loan, "consumer_loan", "loan"),
        (StandingOrder, "standing_orders", "payment"),
    ],
)
async def test_each_table_is_linked_by_the_code_of_its_product(
    held: Held, model: type[Any], code: str, kind: str
) -> None:
    versions = await held.bank.run(held.bank.system, approved_product, code, kind=kind)
    await _link(held, model)
    query = f"SELECT h.product_version_id, h.party_id, h.kind FROM {model.__tablename__} t "
    assert await _one(held, query + "JOIN holding h ON h.id = t.holding_id") == (versions[0], held.party.id, kind)


async def test_what_is_linked_is_not_linked_again(held: Held) -> None:
    await held.bank.run(held.bank.system, approved_product, "current_account")
    assert [(await _link(held, Account)).linked for _ in range(2)] == [1, 0]


async def test_a_loan_ends_after_its_months(held: Held) -> None:
    await held.bank.run(held.bank.system, approved_product, "consumer_loan", kind="loan")
    await _link(held, Loan)
    assert await _one(held, "SELECT matures_on, status FROM holding") == (date(2027, 1, 1), "open")
