"""Holdings from files: recorded once, sealed, and only by who may import."""

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.core.ids import new_id
from backend.holdings.intake import record_accounts, record_movements
from tests.holdings.conftest import Held, full_account, new_movements


async def _count(held: Held, query: str) -> int:
    async with held.bank.platform.transaction(held.bank.system) as ctx:
        return await ctx.session.scalar(text(query))


async def test_an_account_that_is_recorded_is_left_alone(held: Held) -> None:
    ref = f"account:{held.party.id}"
    again = await held.bank.run(held.bank.system, record_accounts, [full_account(ref, held.party.id)])
    rows = "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM card) + (SELECT count(*) FROM loan)"
    assert (again, await _count(held, rows)) == (0, 3)


async def test_movements_that_are_recorded_are_left_alone(held: Held) -> None:
    counts = []
    for count in (3, 5, 5):
        await held.book(count)
        counts.append(await _count(held, "SELECT count(*) FROM movement"))
    assert counts == [3, 5, 5]


async def test_a_batch_without_news_leaves_no_entry(held: Held) -> None:
    await held.book(3)
    entries = "SELECT count(*) FROM audit_entry"
    before = await _count(held, entries)
    await held.book(3)
    assert await _count(held, entries) == before


async def test_movements_name_the_entry_of_their_batch(held: Held) -> None:
    await held.book(3)
    query = (
        "SELECT count(*) FROM movement m JOIN audit_entry e ON e.id = m.batch_id"
        " WHERE e.action = 'holding.import' AND e.reason = 'movements 3'"
    )
    assert await _count(held, query) == 3


async def test_account_numbers_are_stored_sealed(held: Held) -> None:
    """Also those of payees and of whom money came from."""
    await held.book(1)
    query = (
        "SELECT count(*) FROM (SELECT number AS sealed FROM account UNION ALL SELECT payee_account FROM standing_order"
        " UNION ALL SELECT counterparty_account FROM movement) AS numbers"
        " WHERE position(convert_to('1234', 'UTF8') IN sealed) = 0"
        " AND position(convert_to('8714', 'UTF8') IN sealed) = 0"
    )
    assert await _count(held, query) == 3


@pytest.mark.parametrize("who", ["manager", "officer", "administrator"])
async def test_no_person_writes_holdings_in_bulk(held: Held, who: str) -> None:
    actor = getattr(held.bank, who)
    with pytest.raises(NotAllowed):
        await held.bank.run(actor, record_accounts, [full_account("new", held.party.id)])
    with pytest.raises(NotAllowed):
        await held.bank.run(actor, record_movements, new_id(), new_movements(held.account_id, held.party.id, 1))
