"""Tags of screening follow the index key: made anew by its rotation, and by the next difference where they were not."""

from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.models import Tenant
from backend.core.actor import SYSTEM_ID, Actor
from backend.jobs import reindexing
from backend.screening import queries, subjects
from backend.screening.alerts.models import ScreeningAlert
from backend.screening.models import ScreenedParty
from tests.factories import customers as make
from tests.factories import screening
from tests.factories.screening import ENTRIES


@pytest.fixture
async def screened(people: make.Bank) -> make.Bank:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    for name in ("Jan Novák", "Ruvald Teskov", "Zubeida Qaramanli"):
        await people.record(make.person(name))
    await screening.screen(people.platform, people.system)
    return people


async def _standings(bank: make.Bank) -> dict[UUID, ScreenedParty]:
    async with bank.platform.transaction(bank.system) as ctx:
        return {row.party_id: row for row in await ctx.session.scalars(select(ScreenedParty))}


async def _rotate(bank: make.Bank, tenant: Tenant) -> None:
    operator = Actor(SYSTEM_ID, tenant.id, "system", frozenset({"operator"}), "cli", "test")
    await bank.platform.run(operator, reindexing.start)
    while await bank.platform.run(operator, lambda ctx: reindexing.advance(ctx, 2)) is not None:
        pass


async def _made(bank: make.Bank) -> str:
    async with bank.platform.transaction(bank.system) as ctx:
        return subjects.keys_of(ctx)


async def test_a_rotation_of_the_index_key_leaves_no_tag_of_the_old_one(screened: make.Bank, tenant: Tenant) -> None:
    before = await _standings(screened)
    await _rotate(screened, tenant)
    after, made = await _standings(screened), await _made(screened)
    for party_id, row in after.items():
        assert row.keys_of == made
        assert not set(row.keys or ()) & set(before[party_id].keys or ())


async def test_a_difference_after_a_rotation_finds_whom_it_concerns_and_opens_no_one_else(
    screened: make.Bank, tenant: Tenant
) -> None:
    await _rotate(screened, tenant)
    changed = {**ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"}
    await screening.load(screened.platform, screened.system, changed)
    (run,) = await screening.screen(screened.platform, screened.system)
    assert (run.kind, run.done, run.opened) == ("difference", 1, 1)


async def test_what_another_release_had_tagged_is_renewed_by_the_next_difference(screened: make.Bank) -> None:
    async with screened.platform.transaction(screened.system) as ctx:
        for row in await ctx.session.scalars(select(ScreenedParty)):
            row.keys, row.keys_of = [], "another release"
    changed = {**ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"}
    await screening.load(screened.platform, screened.system, changed)
    (run,) = await screening.screen(screened.platform, screened.system)
    assert run.done == len(await _standings(screened))
    assert {row.keys_of for row in (await _standings(screened)).values()} == {await _made(screened)}


async def test_renewing_tags_says_nothing_of_how_far_a_party_is_screened(screened: make.Bank, tenant: Tenant) -> None:
    before = await _standings(screened)
    await _rotate(screened, tenant)
    after = await _standings(screened)
    assert {id_: (row.state, row.screened_at) for id_, row in after.items()} == {
        id_: (row.state, row.screened_at) for id_, row in before.items()
    }
    async with screened.platform.transaction(screened.system) as ctx:
        assert await queries.tagged_otherwise(ctx, list(after), subjects.keys_of(ctx)) == []
        assert len((await ctx.session.scalars(select(ScreeningAlert))).all()) == 1
