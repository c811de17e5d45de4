"""Search tags rotated while people search and write: nobody is missed at any moment, and in the end one version is."""

import asyncio
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select, text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import SYSTEM_ID, Actor
from backend.core.database import Database
from backend.customers import queries, service
from backend.customers.errors import ContactRepeated
from backend.customers.inputs import ContactInput, IdentifierInput, NameInput
from backend.customers.models import ContactKind, PartyContact, PartyIdentifier
from backend.customers.tagging import index_of, opened
from backend.edge.platform import Platform
from backend.jobs import reindexing
from backend.jobs.schedule import Schedule, job_app
from backend.privacy.blind import Blinder
from backend.privacy.models import KeyRotation, RotationState
from backend.privacy.searching import Versions
from backend.privacy.tags import Tagger
from tests.factories.customers import Bank, open_bank, person

FAMILY = ("Kolář", "Dvořák", "Svoboda", "Procházka", "王小明", "Ольга Петрова")


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return Actor(SYSTEM_ID, tenant.id, "system", frozenset({"operator"}), "cli", "test")


def _person(name: str, number: int) -> dict[str, object]:
    return {
        "names": [{"full_name": name}],
        "identifiers": [{"type": "passport", "country": "CZ", "value": f"P{number:08d}"}],
        "contacts": [{"kind": "email", "value": f"customer{number}@example.cz"}],
    }


async def _records(bank: Bank, count: int) -> dict[UUID, int]:
    """By party, its number; the number is in the passport and in the e-mail address."""
    made = {}
    for number in range(count):
        party = await bank.customer(person(**_person(f"Jan {FAMILY[number % len(FAMILY)]}", number)))
        made[party.id] = number
    return made


async def _found(bank: Bank, number: int, name: str) -> list[set[UUID]]:
    """By passport, by e-mail, by name."""
    officer = bank.officer
    by_identifier = await bank.run(officer, queries.by_identifier, f"P{number:08d}")
    by_email = await bank.run(officer, queries.by_email, f"customer{number}@example.cz")
    by_name = await bank.run(officer, queries.search, name, limit=200)
    return [{row.id for row in found} for found in (by_identifier, by_email, by_name.items)]


async def _step(platform: Platform, operator: Actor, size: int = 3) -> KeyRotation:
    run = await platform.run(operator, lambda ctx: reindexing.advance(ctx, size))
    assert run is not None
    return run


async def _versions(platform: Platform, operator: Actor) -> Versions:
    async with platform.transaction(operator) as ctx:
        return ctx.vault.search.versions


async def test_the_steps_follow_each_other(platform: Platform, bank: Bank, operator: Actor) -> None:
    await _records(bank, 4)
    assert await _versions(platform, operator) == Versions(1, (1,))
    await platform.run(operator, reindexing.start)
    seen = [await _versions(platform, operator)]
    while (await _step(platform, operator)).state != RotationState.FINISHED:
        seen.append(await _versions(platform, operator))
    seen.append(await _versions(platform, operator))
    assert seen == [Versions(1, (1, 2)), *[Versions(2, (2, 1))] * 3, Versions(2, (2,))]


async def test_everybody_is_found_between_any_two_steps(platform: Platform, bank: Bank, operator: Actor) -> None:
    made = await _records(bank, 7)
    await platform.run(operator, reindexing.start)
    finished = False
    while not finished:
        for party, number in made.items():
            assert all(party in found for found in await _found(bank, number, f"Jan {FAMILY[number % len(FAMILY)]}"))
        finished = (await _step(platform, operator)).state == RotationState.FINISHED
    for party, number in made.items():
        assert all(party in found for found in await _found(bank, number, f"Jan {FAMILY[number % len(FAMILY)]}"))


async def test_afterwards_no_tag_of_the_old_version_is_left(platform: Platform, bank: Bank, operator: Actor) -> None:
    await _records(bank, 5)
    before = await _stored(platform, bank.system)
    await _rotate(platform, operator)
    after = await _stored(platform, bank.system)
    assert before.isdisjoint(after)
    assert len(after) == len(before)


async def _stored(platform: Platform, actor: Actor) -> set[bytes]:
    every = (
        "SELECT tag FROM name_tag UNION ALL SELECT value_tag FROM party_identifier WHERE value_tag IS NOT NULL"
        " UNION ALL SELECT value_tag FROM party_contact WHERE value_tag IS NOT NULL"
    )
    async with platform.transaction(actor) as ctx:
        return set(await ctx.session.scalars(text(every)))


async def _rotate(platform: Platform, operator: Actor) -> None:
    await platform.run(operator, reindexing.start)
    while (await _step(platform, operator)).state != RotationState.FINISHED:
        pass


async def test_a_rotation_goes_on_where_it_stopped(platform: Platform, bank: Bank, operator: Actor) -> None:
    await _records(bank, 6)
    first = await platform.run(operator, reindexing.start)
    for _ in range(3):
        await _step(platform, operator)
    again = await platform.run(operator, reindexing.start)
    assert (again.id, again.done) == (first.id, 3)


async def test_the_schedule_ends_a_rotation(
    platform: Platform, database: Database, bank: Bank, operator: Actor
) -> None:
    await _records(bank, 2)
    await platform.run(operator, reindexing.start)
    await Schedule(platform, job_app(database)).sweep(reindexing.go_on)
    assert await _versions(platform, operator) == Versions(2, (2,))


async def test_a_step_waits_for_who_works_with_the_step_before(platform: Platform, bank: Bank, operator: Actor) -> None:
    await platform.run(operator, reindexing.start)
    async with platform.transaction(bank.manager):
        assert (await _step(platform, operator)).state == RotationState.ASKING
    assert (await _step(platform, operator)).state == RotationState.WRITING


async def test_a_value_that_is_recorded_already_is_refused_in_the_middle_too(
    platform: Platform, bank: Bank, operator: Actor
) -> None:
    (party,) = await _records(bank, 1)
    await platform.run(operator, reindexing.start)
    await _step(platform, operator)
    email = ContactInput(kind=ContactKind.EMAIL, value="customer0@example.cz")
    with pytest.raises(ContactRepeated):
        await bank.run(bank.manager, service.add_contact, party, email)


async def _wrong(ctx: Context, version: int) -> list[str]:
    """Rows whose tags are not those of the version, by recomputing each."""
    root = await ctx.vault.keyring.provider.index_root(version)
    blinder, tagger = Blinder(root, ctx.actor.tenant_id), Tagger(root, ctx.actor.tenant_id)
    wrong = []
    for table in (PartyIdentifier, PartyContact):
        for row in await ctx.session.scalars(select(table)):
            await ctx.vault.load([row.party_id])
            if row.value_tag != blinder.tag(index_of(row), opened(ctx, row)):
                wrong.append(str(row.id))
    names: dict[UUID, set[bytes]] = {}
    for id_, party, sealed in await ctx.session.execute(text("SELECT id, party_id, full_name FROM party_name")):
        await ctx.vault.load([party])
        names.setdefault(party, set()).update(
            tagger.name(ctx.vault.open("party_name", "full_name", id_, party, sealed))
        )
    for party, tags in names.items():
        kept = await ctx.session.scalars(text("SELECT tag FROM name_tag WHERE party_id = :p"), {"p": party})
        if set(kept) != tags:
            wrong.append(str(party))
    return wrong


@dataclass
class Day:
    """Two writers record, rename and add; a searcher looks for people it knows; the rotation runs between all of it."""

    bank: Bank
    operator: Actor
    chance: Random
    known: dict[UUID, tuple[int, str]] = field(default_factory=dict)
    missed: list[tuple[int, str]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, base: int) -> None:
        for number in count(base):
            if self.ended.is_set():
                return
            await self._record(number)
            await asyncio.sleep(self.chance.random() / 50)

    async def _record(self, number: int) -> None:
        name = f"Jan {self.chance.choice(FAMILY)}"
        party = (await self.bank.customer(person(**_person(name, number)))).id
        self.known[party] = number, name
        manager, run = self.bank.manager, self.bank.run
        if self.chance.random() < 0.5:
            name = f"Karel {self.chance.choice(FAMILY)}"
            await run(manager, service.add_name, party, NameInput(full_name=name))
            self.known[party] = number, name
        if self.chance.random() < 0.3:
            other = IdentifierInput(type="passport", country="SK", value=f"S{number:08d}")
            await run(manager, service.add_identifier, party, other)

    async def look(self) -> None:
        while not self.ended.is_set():
            for party, (number, name) in self.chance.sample(sorted(self.known.items()), min(3, len(self.known))):
                if not all(party in found for found in await _found(self.bank, number, name)):
                    self.missed.append((number, name))
            await asyncio.sleep(0.01)

    async def rotate(self) -> None:
        try:
            await asyncio.sleep(0.3)
            await self.bank.run(self.operator, reindexing.start)
            state = RotationState.ASKING
            for _ in range(500):
                state = RotationState((await _step(self.bank.platform, self.operator, 4)).state)
                if state == RotationState.FINISHED:
                    break
                await asyncio.sleep(self.chance.random() / 50)
            assert state == RotationState.FINISHED
            await asyncio.sleep(0.2)
        finally:
            self.ended.set()


@pytest.mark.parametrize("chance", range(3))
async def test_nobody_is_missed_while_people_write(
    platform: Platform, bank: Bank, operator: Actor, chance: int
) -> None:
    """Each seed is another order of who does what when."""
    day = Day(bank, operator, Random(chance))
    await asyncio.gather(day.write(1), day.write(90_000_000), day.look(), day.rotate())
    version = (await _versions(platform, operator)).writing
    assert day.missed == []
    assert await platform.run(bank.system, lambda ctx: _wrong(ctx, version)) == []
