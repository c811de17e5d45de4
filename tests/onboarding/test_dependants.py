"""What follows a party into a merge: cases, work and holdings, readable under the survivor's key."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import queries as customers
from backend.customers import service as merging
from backend.holdings import queries as holdings
from backend.holdings.models import Account, AccountHolder, HolderRole
from backend.onboarding import service
from backend.onboarding.dependants import CaseDependants
from tests.factories import onboarding as make


async def _merge(bank: make.Bank, loser: UUID, survivor: UUID) -> None:
    case = await bank.run("officer", merging.propose_merge, loser, survivor, survivor)
    await bank.run("officer2", merging.approve_merge, case.id, CaseDependants())


async def _one(bank: make.Bank, query: str, **params: Any) -> Any:
    async with bank.platform.transaction(bank.system) as ctx:
        return await ctx.session.scalar(text(query), params)


async def _account(bank: make.Bank, *holders: tuple[UUID, HolderRole]) -> UUID:
    """Sealed under the key of the first holder."""

    async def write(ctx: Context) -> UUID:
        id_, (owner, _) = new_id(), holders[0]
        await ctx.vault.load([owner])
        number = ctx.vault.seal("account", "number", id_, owner, "0000001234")
        account = Account(
            id=id_,
            tenant_id=bank.tenant.id,
            owner_id=owner,
            number=number,
            product="current_account",
            currency="CZK",
            opened_on=ctx.now.date(),
        )
        async with ctx.audit("holding.import", ("account", id_)):
            ctx.session.add(account)
            await ctx.session.flush()
            for party, role in holders:
                ctx.session.add(AccountHolder(tenant_id=bank.tenant.id, account_id=id_, party_id=party, role=role))
        return id_

    return await bank.platform.run(bank.system, write)


async def _numbers(bank: make.Bank, party: UUID) -> list[tuple[str | None, str]]:
    async def look(ctx: Context) -> list[tuple[str | None, str]]:
        views = await holdings.accounts(ctx, party, await customers.facts(ctx, party))
        return [(view.number, view.role) for view in views]

    return await bank.platform.run(bank["officer"], look)


Pair = tuple[UUID, UUID]


@pytest.fixture
async def pair(bank: make.Bank) -> Pair:
    """Two records of one person, of whom the second survives."""
    loser, survivor = await make.person(bank), await make.person(bank, birth_number=None)
    return loser.party_id, survivor.party_id


async def test_an_open_case_follows_with_its_work(bank: make.Bank, pair: Pair) -> None:
    case = await make.submitted(bank, make.Known(pair[0], None))
    await _merge(bank, *pair)
    for table, column in (("onboarding_case", "id"), ("work_item", "subject_id")):
        assert await _one(bank, f"SELECT party_id FROM {table} WHERE {column} = :id", id=case.id) == pair[1]


async def test_a_case_goes_on_after_the_merge(bank: make.Bank, pair: Pair) -> None:
    case = await make.submitted(bank, make.Known(pair[0], None))
    await _merge(bank, *pair)
    assert (await bank.run("officer", service.start_review, case.id)).state == "in_review"


async def test_a_sealed_message_is_readable_under_the_survivors_key(bank: make.Bank, pair: Pair) -> None:
    loser, asking = await make.person(bank, papers=()), service.request_information
    case = await make.in_review(bank, loser)
    await bank.run("officer", asking, case.id, requirements=["identity_document"], message="Na dveřích stojí Malý.")
    await _merge(bank, loser.party_id, pair[1])

    async def read(ctx: Context) -> str:
        await ctx.vault.load([pair[1]])
        row = (await ctx.session.execute(text("SELECT id, party_id, message FROM information_request"))).one()
        return ctx.vault.open("information_request", "message", row.id, row.party_id, row.message)

    assert await bank.platform.run(bank.system, read) == "Na dveřích stojí Malý."


async def test_an_account_follows_with_its_number(bank: make.Bank, pair: Pair) -> None:
    await _account(bank, (pair[0], HolderRole.OWNER))
    await _merge(bank, *pair)
    assert (await _numbers(bank, pair[0]), await _numbers(bank, pair[1])) == ([], [("0000001234", "owner")])


async def test_rights_on_an_account_are_those_on_the_survivor(bank: make.Bank, pair: Pair) -> None:
    account = await _account(bank, (pair[0], HolderRole.OWNER))
    await _merge(bank, *pair)
    assert await bank.run("system", holdings.holder_of, account) == pair[1]


async def test_who_was_disponent_and_owner_under_two_names_is_the_owner(bank: make.Bank, pair: Pair) -> None:
    account = await _account(bank, (pair[0], HolderRole.OWNER), (pair[1], HolderRole.DISPONENT))
    await _merge(bank, *pair)
    assert await _numbers(bank, pair[1]) == [("0000001234", "owner")]
    assert await bank.run("system", holdings.holder_of, account) == pair[1]


async def test_two_records_with_open_cases_are_not_merged(bank: make.Bank, pair: Pair) -> None:
    cases = [await make.draft(bank, make.Known(party, None)) for party in pair]
    dependants = CaseDependants()
    found = await bank.platform.run(bank.system, lambda ctx: dependants.open_cases(ctx, pair))
    await bank.run("rm", service.withdraw, cases[0].id, "customer_withdrew")
    left = await bank.platform.run(bank.system, lambda ctx: dependants.open_cases(ctx, pair))
    assert (found, left) == (set(pair), {pair[1]})
