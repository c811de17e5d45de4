"""An institution with a log: a sequencer of its own, a connection of the owner to tamper with, and things to change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from backend.access.models import Team, Tenant
from backend.audit.formats.entry import MAX_CHANGES
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.database import APP_ROLE, Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.customers.models import Party, PartyKind
from backend.edge.platform import Platform
from tests.audit.packing import House
from tests.audit.raw import Connect, MakeParty, MakeTeam, RenameTeam


@pytest.fixture
async def sequencer(settings: Settings, database: Database, clock: FixedClock) -> AsyncIterator[Sequencer]:
    opened = open_sequencer(settings, database, clock)
    yield opened
    await opened.close()


@pytest.fixture
def owner(database: Database) -> Connect:
    """A connection of the tables' owner whose changes pass the triggers by; committed at the end."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        async with await psycopg.AsyncConnection.connect(database.libpq(database.owner)) as connection:
            await connection.execute("SET session_replication_role = replica")
            yield connection

    return connect


@pytest.fixture
def raw(database: Database, tenant: Tenant) -> Connect:
    """Raw SQL under the application's role, in the test's institution; committed at the end."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        url = database.libpq(database.login)
        async with await psycopg.AsyncConnection.connect(url, options=f"-c role={APP_ROLE}") as connection:
            await connection.execute("SELECT set_config('tenure.tenant', %s, false)", [str(tenant.id)])
            await connection.commit()
            yield connection

    return connect


@pytest.fixture
def make_team(platform: Platform, tenant: Tenant) -> MakeTeam:
    async def make(name: str) -> Team:
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            team = Team(tenant_id=tenant.id, name=name)
            async with ctx.audit("team.create", ("team", team.id)):
                ctx.session.add(team)
        return team

    return make


@pytest.fixture
def rename_team(platform: Platform, tenant: Tenant) -> RenameTeam:
    async def rename(team_id: UUID, name: str) -> UUID:
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            team = await ctx.session.get_one(Team, team_id)
            async with ctx.audit("team.create", ("team", team.id)) as entry:
                team.name = name
        return entry

    return rename


@pytest.fixture
async def many_teams(platform: Platform, tenant: Tenant) -> None:
    """One act with one change too many to be listed."""
    actor = system_actor(tenant.id, "test")
    async with platform.transaction(actor) as ctx, ctx.audit("team.create", ("tenant", tenant.id)):
        ctx.session.add_all([Team(tenant_id=tenant.id, name=f"team {n}") for n in range(MAX_CHANGES + 1)])


@pytest.fixture
def make_party(platform: Platform, tenant: Tenant) -> MakeParty:
    async def make(name: str) -> UUID:
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            party_id = new_id()
            await ctx.vault.create([party_id])
            async with ctx.audit("customer.create", ("party", party_id)):
                ctx.session.add(
                    Party(
                        id=party_id,
                        tenant_id=tenant.id,
                        kind=PartyKind.PERSON,
                        name=ctx.vault.seal("party", "name", party_id, party_id, name),
                        source="test",
                        created_by=ctx.actor.id,
                        created_at=ctx.now,
                    )
                )
        return party_id

    return make


@pytest.fixture
def house(platform: Platform, tenant: Tenant, sequencer: Sequencer) -> House:
    return House(platform, tenant, sequencer)


@pytest.fixture
async def filled(house: House, make_team: MakeTeam, rename_team: RenameTeam, make_party: MakeParty) -> House:
    """Two teams of which one was renamed and a party, under two heads."""
    team = await make_team("Praha")
    await make_team("Brno")
    await house.sequencer.drain(house.tenant.id)
    await rename_team(team.id, "Praha 1")
    await make_party("Anna Nováková")
    return house
