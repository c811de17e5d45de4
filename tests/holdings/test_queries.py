"""What is read of holdings: whole, exact, in pages without gap, and no more than the reader's rights."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.core.money import Money
from backend.customers import queries as customers
from backend.holdings import queries
from backend.holdings.intake import NewHolder, record_accounts
from backend.holdings.queries import MovementCursor
from backend.holdings.views import MovementView
from tests.factories.customers import person
from tests.holdings.conftest import NUMBER, Held, new_account

OpenAccount = Callable[..., Awaitable[Held]]


async def _page(
    held: Held, actor: Actor, limit: int, after: MovementCursor | None = None
) -> tuple[list[MovementView], bool]:
    async def look(ctx: Context) -> tuple[list[MovementView], bool]:
        facts = await customers.facts(ctx, held.party.id)
        return await queries.movements(ctx, held.account_id, facts, limit=limit, after=after)

    return await held.bank.platform.run(actor, look)


async def _pages(held: Held, limit: int) -> list[MovementView]:
    read: list[MovementView] = []
    after, more = None, True
    while more:
        rows, more = await _page(held, held.bank.manager, limit, after)
        read += rows
        after = MovementCursor(rows[-1].booked_on, rows[-1].id)
    return read


@contextmanager
def statements(held: Held) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = held.bank.platform.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_the_balance_is_that_after_the_newest_movement(held: Held) -> None:
    await held.book(7, a_day=3)
    (account,) = await held.accounts(held.bank.manager)
    assert (account.balance, account.movements) == (Money(Decimal("7.0000"), "CZK"), 7)


async def test_an_account_without_movements_has_no_balance(held: Held) -> None:
    (account,) = await held.accounts(held.bank.manager)
    assert (account.balance, account.movements) == (None, 0)


async def test_an_account_comes_with_its_card_loan_and_order(held: Held) -> None:
    (account,) = await held.accounts(held.bank.manager)
    assert [card.product for card in account.cards] == ["card_gold"]
    assert [(loan.amount, loan.payment) for loan in account.loans] == [
        (Money(Decimal("96396.0000"), "CZK"), Money(Decimal("8033.0000"), "CZK"))
    ]
    assert [(order.payee_account, order.amount.amount) for order in account.orders] == [
        ("0087144583", Decimal("2452.1000"))
    ]


async def test_a_disponent_sees_the_account_in_that_role(held: Held) -> None:
    other = await held.bank.customer(person("Eva Malá"))
    joint = new_account("joint", NewHolder(held.party.id, "owner"), NewHolder(other.id, "disponent"))
    await held.bank.run(held.bank.system, record_accounts, [joint])
    (account,) = await Held(held.bank, other, held.account_id).accounts(held.bank.manager)
    assert (account.role, account.number) == ("disponent", NUMBER)


@pytest.mark.parametrize(
    ("role", "number", "payee"),
    [
        ("compliance_officer", NUMBER, "0087144583"),
        ("auditor", "•••1234", "•••4583"),
        ("service_agent", "•••1234", "•••4583"),
        ("risk_analyst", None, None),
    ],
)
async def test_account_numbers_are_shown_as_far_as_the_role_may_see_them(
    held: Held, role: str, number: str | None, payee: str | None
) -> None:
    await held.book(1)
    (account,) = await held.accounts(held.somebody(role))
    (movement,), _ = await _page(held, held.somebody(role), 5)
    assert (account.number, account.orders[0].payee_account, movement.counterparty_account) == (number, payee, payee)


@pytest.mark.parametrize("what", ["accounts", "movements"])
async def test_what_was_shown_of_account_numbers_is_in_the_log(held: Held, what: str) -> None:
    await held.book(1)
    look = held.accounts(held.bank.manager) if what == "accounts" else _page(held, held.bank.manager, 5)
    await look
    query = "SELECT reads::jsonb FROM audit_entry WHERE action = 'personal_data.read'"
    async with held.bank.platform.transaction(held.bank.system) as ctx:
        (reads,) = (await ctx.session.execute(text(query))).scalars().all()
    assert reads == [{"type": "party", "id": str(held.party.id), "fields": ["account_number"]}]


async def test_a_reader_from_whom_numbers_are_hidden_leaves_no_read_behind(held: Held) -> None:
    await held.accounts(held.somebody("risk_analyst"))
    query = "SELECT count(*) FROM audit_entry WHERE action = 'personal_data.read'"
    async with held.bank.platform.transaction(held.bank.system) as ctx:
        assert await ctx.session.scalar(text(query)) == 0


@pytest.mark.parametrize("who", ["stranger", "colleague", "administrator"])
async def test_the_customer_of_somebody_else_is_refused(held: Held, who: str) -> None:
    with pytest.raises(NotAllowed):
        await held.accounts(getattr(held.bank, who))


async def test_movements_of_somebody_elses_customer_are_refused(held: Held) -> None:
    with pytest.raises(NotAllowed):
        await _page(held, held.bank.stranger, 5)


@pytest.mark.parametrize("limit", [1, 4, 5, 12, 50])
async def test_pages_of_movements_leave_no_gap_and_repeat_nothing(held: Held, limit: int) -> None:
    """Twelve movements, five a day: pages end in the midst of a day."""
    await held.book(12, a_day=5)
    balances = [movement.balance.amount for movement in await _pages(held, limit)]
    assert balances == [Decimal(number) for number in range(12, 0, -1)]


async def test_a_movement_booked_between_two_pages_disturbs_neither(held: Held) -> None:
    await held.book(6)
    first, _ = await _page(held, held.bank.manager, 3)
    await held.book(9)
    second, more = await _page(held, held.bank.manager, 3, MovementCursor(first[-1].booked_on, first[-1].id))
    assert [row.balance.amount for row in first + second] == [Decimal(n) for n in range(6, 0, -1)]
    assert not more


async def test_ten_accounts_take_no_more_queries_than_one(held: Held) -> None:
    with statements(held) as one:
        await held.accounts(held.bank.manager)
    more = [new_account(f"more:{n}", NewHolder(held.party.id, "owner")) for n in range(9)]
    await held.bank.run(held.bank.system, record_accounts, more)
    with statements(held) as ten:
        accounts = await held.accounts(held.bank.manager)
    assert (len(accounts), len(ten)) == (10, len(one))


async def test_rights_on_an_account_are_those_on_its_first_owner(held: Held) -> None:
    assert await held.bank.run(held.bank.system, queries.holder_of, held.account_id) == held.party.id


async def test_another_institution_finds_no_holder(held: Held) -> None:
    async def look(ctx: Context) -> UUID | None:
        return await queries.holder_of(ctx, held.account_id)

    assert await held.bank.platform.run(system_actor(new_id(), "test"), look) is None
