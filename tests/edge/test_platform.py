"""One use case, one transaction: written whole or not at all, and remembered."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access import directory
from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Team, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.errors import Duplicate, KeyInFlight, KeyMalformed, KeyReused
from backend.edge.platform import Platform


def _operator(tenant: Tenant) -> Actor:
    return replace(system_actor(tenant.id, "request-1"), roles=frozenset({"operator"}))


def _team(name: str):
    async def create(ctx: Context) -> UUID:
        return (await directory.create_team(ctx, name)).id

    return create


async def _count(platform: Platform, tenant: Tenant, query: str) -> int:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        return await ctx.session.scalar(text(query))


async def test_a_failure_leaves_nothing_half_written(platform: Platform, tenant: Tenant) -> None:
    async def fail(ctx: Context) -> None:
        await directory.create_team(ctx, "Praha")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await platform.run(_operator(tenant), fail)
    rows = "SELECT (SELECT count(*) FROM team) + (SELECT count(*) FROM audit_entry)"
    assert await _count(platform, tenant, rows) == 0


async def test_a_refusal_is_audited_though_its_transaction_is_gone(platform: Platform, tenant: Tenant) -> None:
    stranger = replace(_operator(tenant), type="staff", roles=frozenset({"auditor"}))
    with pytest.raises(NotAllowed):
        await platform.run(stranger, _team("Praha"))
    query = "SELECT count(*) FROM audit_entry WHERE action = 'access.deny' AND reason = 'access.not_allowed team.edit'"
    assert await _count(platform, tenant, query) == 1


async def test_the_same_key_and_payload_give_the_same_answer(platform: Platform, tenant: Tenant) -> None:
    first = await platform.once(_operator(tenant), _team("Praha"), key="k", payload={"name": "Praha"})
    again = await platform.once(_operator(tenant), _team("Praha"), key="k", payload={"name": "Praha"})
    assert first == again
    assert await _count(platform, tenant, "SELECT count(*) FROM team") == 1


async def test_a_key_used_for_another_payload_is_refused(platform: Platform, tenant: Tenant) -> None:
    await platform.once(_operator(tenant), _team("Praha"), key="k", payload={"name": "Praha"})
    with pytest.raises(KeyReused):
        await platform.once(_operator(tenant), _team("Brno"), key="k", payload={"name": "Brno"})


async def test_a_key_in_flight_is_told_so(platform: Platform, tenant: Tenant) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(ctx: Context) -> UUID:
        entered.set()
        await leave.wait()
        return new_id()

    first = asyncio.create_task(platform.once(_operator(tenant), slow, key="k", payload={}))
    await entered.wait()
    with pytest.raises(KeyInFlight):
        await platform.once(_operator(tenant), slow, key="k", payload={})
    leave.set()
    await first


async def test_a_key_of_a_failed_request_may_be_used_again(platform: Platform, tenant: Tenant) -> None:
    async def fail(ctx: Context) -> UUID:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await platform.once(_operator(tenant), fail, key="k", payload={"name": "Praha"})
    await platform.once(_operator(tenant), _team("Praha"), key="k", payload={"name": "Praha"})
    assert await _count(platform, tenant, "SELECT count(*) FROM team") == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "line\nbreak"])
async def test_a_key_that_is_none_is_refused(platform: Platform, tenant: Tenant, key: str) -> None:
    with pytest.raises(KeyMalformed):
        await platform.once(_operator(tenant), _team("Praha"), key=key, payload={})


async def test_keys_of_two_callers_do_not_meet(platform: Platform, tenant: Tenant) -> None:
    other = replace(_operator(tenant), id=new_id())
    await platform.once(_operator(tenant), _team("Praha"), key="k", payload={"name": "Praha"})
    await platform.once(other, _team("Brno"), key="k", payload={"name": "Brno"})
    assert await _count(platform, tenant, "SELECT count(*) FROM team") == 2


async def test_what_exists_already_is_named(platform: Platform, tenant: Tenant) -> None:
    await platform.run(_operator(tenant), _team("Praha"))
    with pytest.raises(Duplicate, match="uq_team"):
        await platform.run(_operator(tenant), _team("Praha"))


async def test_two_writers_that_cannot_be_ordered_are_run_again(platform: Platform, tenant: Tenant) -> None:
    """Each adds a team only while there are fewer than two; under SERIALIZABLE they end with two, not three."""
    both = asyncio.Barrier(2)

    def add(name: str):
        tries = 0

        async def work(ctx: Context) -> None:
            nonlocal tries
            seen = await ctx.session.scalar(text("SELECT count(*) FROM team"))
            tries += 1
            if tries == 1:
                await both.wait()
            if seen < 2:
                await directory.create_team(ctx, name)

        return work

    await platform.run(_operator(tenant), _team("first"))
    await asyncio.gather(*(platform.run(_operator(tenant), add(n), serializable=True) for n in ("second", "third")))
    assert await _count(platform, tenant, "SELECT count(*) FROM team") == 2


async def test_personal_data_that_was_shown_is_noted_once_per_request(platform: Platform, tenant: Tenant) -> None:
    parties = [new_id(), new_id()]

    async def look(ctx: Context) -> None:
        for party in parties:
            ctx.saw(("party", party), "name")
        ctx.saw(("party", parties[0]), "birth_date")

    await platform.run(_operator(tenant), look)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        reads = (await ctx.session.execute(text("SELECT reads::jsonb FROM audit_entry"))).scalars().all()
    assert [{read["id"]: read["fields"] for read in entry} for entry in reads] == [
        {str(parties[0]): ["birth_date", "name"], str(parties[1]): ["name"]}
    ]


async def test_rows_of_another_tenant_cannot_be_written(platform: Platform, tenant: Tenant) -> None:
    async def write(ctx: Context) -> None:
        team = Team(tenant_id=new_id(), name="elsewhere")
        async with ctx.audit("team.create", ("team", team.id)):
            ctx.session.add(team)

    with pytest.raises(DBAPIError, match="row-level security"):
        await platform.run(system_actor(tenant.id, "test"), write)
