"""A small portfolio with a ledger of a year, made from a seed: most customers stay, some fall silent half-way."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import inputs
from backend.customers import service as customers
from backend.holdings import queries
from backend.holdings.intake import NewMovement, record_accounts, record_movements
from backend.holdings.models import Account
from tests.factories.customers import Bank, person
from tests.factories.ledger import account

FIRST: Final = date(2025, 11, 1)
TURN: Final = date(2026, 4, 30)
LAST: Final = date(2026, 10, 31)
_SALARY, _RENT = 30_000, 9_000


async def fill(bank: Bank, *, staying: int = 60, leaving: int = 30, seed: int = 7) -> tuple[list[UUID], list[UUID]]:
    """Who stays and who leaves, all in the manager's book."""
    chance = random.Random(seed)
    relation = inputs.RelationInput(manager_id=bank.manager.id, team_id=bank.team.id)

    async def people(ctx: Context) -> list[UUID]:
        given = person().model_copy(update={"relation": relation})
        return [(await customers.record_party(ctx, given)).id for _ in range(staying + leaving)]

    parties: list[UUID] = await bank.run(bank.manager, people)
    refs = {party_id: f"account:{party_id}" for party_id in parties}
    await bank.run(bank.system, record_accounts, [account(ref, owner, FIRST) for owner, ref in refs.items()])
    ids = await bank.run(bank.system, queries.ids_by_ref, Account, list(refs.values()))
    booked = [
        line
        for place, party_id in enumerate(parties)
        for line in _ledger(chance, party_id, ids[refs[party_id]], leaves=place >= staying)
    ]
    await bank.run(bank.system, record_movements, new_id(), booked)
    return parties[:staying], parties[staying:]


def _ledger(chance: random.Random, owner: UUID, account_id: UUID, *, leaves: bool) -> Iterator[NewMovement]:
    """Salary, rent and spending; whoever leaves spends less and less before, and nothing at all from the turn on."""
    balance, day, rhythm, number = Decimal(0), FIRST + timedelta(days=chance.randrange(5)), chance.randrange(5, 14), 0
    scale = chance.uniform(0.4, 2.5)
    ends = TURN - timedelta(days=chance.randrange(0, 20)) if leaves else LAST
    while day <= ends:
        credit = number % 4 == 0
        amount = Decimal(round((_SALARY if credit else _RENT * chance.uniform(0.3, 0.9)) * scale))
        balance += amount if credit else -amount
        yield _booked(owner, account_id, number, day, "credit" if credit else "debit", amount, balance)
        number += 1
        slower = 2 if leaves and (TURN - day).days < 75 else 1
        day += timedelta(days=max(1, round(chance.gauss(rhythm, 2))) * slower)


def _booked(
    owner: UUID, account_id: UUID, number: int, on: date, direction: str, amount: Decimal, balance: Decimal
) -> NewMovement:
    ref: Any = f"{account_id}:{number}"
    return NewMovement(ref, account_id, owner, on, direction, None, amount, balance, "CZK", None, None, None)
