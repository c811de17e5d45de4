"""No code path can change a record without an entry."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access.models import Team, Tenant
from backend.audit.errors import StaleRecord, UnauditedWrite
from backend.core.actor import system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform


async def _team(platform: Platform, tenant: Tenant) -> Team:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        team = Team(tenant_id=tenant.id, name="Praha")
        async with ctx.audit("team.create", ("team", team.id)):
            ctx.session.add(team)
    return team


async def test_a_row_names_the_entry_that_made_it(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        query = text("SELECT action FROM audit_entry e JOIN team t ON t.entry_id = e.id WHERE t.id = :id")
        assert await ctx.session.scalar(query, {"id": team.id}) == "team.create"


async def test_a_write_outside_an_entry_is_refused_by_the_session(platform: Platform, tenant: Tenant) -> None:
    with pytest.raises(UnauditedWrite):
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            ctx.session.add(Team(tenant_id=tenant.id, name="Brno"))


async def test_a_raw_update_without_an_entry_is_refused_by_the_database(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    with pytest.raises(DBAPIError, match="fresh audit entry"):
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            await ctx.session.execute(text("UPDATE team SET name = 'x', ver = ver + 1 WHERE id = :id"), {"id": team.id})


async def test_a_version_that_does_not_follow_is_refused(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)

    async def overwrite(ctx) -> None:
        async with ctx.audit("team.create", ("team", team.id)) as entry:
            await ctx.session.execute(
                text("UPDATE team SET name = 'x', entry_id = :e WHERE id = :id"), {"id": team.id, "e": entry}
            )

    with pytest.raises(StaleRecord):
        await platform.run(system_actor(tenant.id, "test"), overwrite)


async def test_every_version_is_kept(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        loaded = await ctx.session.get(Team, team.id)
        async with ctx.audit("team.create", ("team", team.id)):
            loaded.name = "Ostrava"
        versions = await ctx.session.execute(
            text("SELECT ver, op, row->>'name' FROM record_version WHERE record_id = :id ORDER BY ver"), {"id": team.id}
        )
        assert [tuple(v) for v in versions] == [(1, "insert", "Praha"), (2, "update", "Ostrava")]


async def test_another_tenant_sees_nothing_even_with_raw_sql(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    async with platform.transaction(system_actor(new_id(), "test")) as ctx:
        assert await ctx.session.scalar(text("SELECT count(*) FROM team WHERE id = :id"), {"id": team.id}) == 0


async def test_the_application_cannot_edit_the_log(platform: Platform, tenant: Tenant) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            await ctx.session.execute(text("UPDATE audit_entry SET action = 'x'"))


async def test_a_row_removed_inside_an_entry_leaves_its_last_version(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        loaded = await ctx.session.get_one(Team, team.id)
        async with ctx.audit("team.create", ("team", team.id)) as entry:
            await ctx.trail.remove(loaded)
        versions = await ctx.session.execute(
            text("SELECT ver, op, entry_id = :e FROM record_version WHERE record_id = :id ORDER BY ver"),
            {"id": team.id, "e": entry},
        )
        assert [tuple(v) for v in versions] == [(1, "insert", False), (2, "update", True), (3, "delete", True)]
        assert await ctx.session.get(Team, team.id) is None


async def test_a_row_removed_outside_an_entry_is_refused(platform: Platform, tenant: Tenant) -> None:
    team = await _team(platform, tenant)
    with pytest.raises(UnauditedWrite):
        async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
            await ctx.trail.remove(await ctx.session.get_one(Team, team.id))
