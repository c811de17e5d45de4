"""Two records of one person, and their merge as two officers do it."""

from uuid import UUID

from backend.customers import service
from backend.onboarding.dependants import CaseDependants
from tests.factories import onboarding as make

Pair = tuple[UUID, UUID]


async def pair(bank: make.Bank) -> Pair:
    """The second survives."""
    loser, survivor = await make.person(bank), await make.person(bank, birth_number=None)
    return loser.party_id, survivor.party_id


async def merge(bank: make.Bank, loser: UUID, survivor: UUID) -> None:
    case = await bank.run("officer", service.propose_merge, loser, survivor, survivor)
    await bank.run("officer2", service.approve_merge, case.id, CaseDependants())
