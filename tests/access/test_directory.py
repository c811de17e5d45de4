"""The directory: who is entered, by whom, and which roles nobody gets together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access import directory, queries, signing_in
from backend.access.context import Context
from backend.access.directory_errors import (
    ClientNameTaken,
    LoginTaken,
    NotSignedIn,
    RoleNotHeld,
    RolesIncompatible,
    UnknownRole,
    WeakPassword,
)
from backend.access.errors import NotAllowed
from backend.access.models import StaffUser, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.platform import Platform

PASSWORD = "twelve signs or more"


class Desk:
    """An institution and whoever stands at its console."""

    def __init__(self, platform: Platform, tenant: Tenant) -> None:
        self.platform, self.tenant = platform, tenant
        self.operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def run(self, verb: Any, actor: Actor | None = None, **given: Any) -> Any:
        return await self.platform.run(actor or self.operator, lambda ctx: verb(ctx, **given))

    async def hire(self, login: str = "jana", actor: Actor | None = None, **given: Any) -> StaffUser:
        given = {"display_name": login.title(), "password": PASSWORD} | given
        return await self.run(directory.create_staff, actor, login=login, **given)

    async def grant(self, user: StaffUser, role: str, **given: Any) -> Any:
        return await self.run(directory.grant_role, holder_id=user.id, role=role, **given)

    async def roles(self, user: StaffUser) -> frozenset[str]:
        async def look(ctx: Context) -> frozenset[str]:
            return await queries.roles_of(ctx.session, user.id, ctx.now)

        return await self.run(look)

    def somebody(self, role: str) -> Actor:
        return Actor(new_id(), self.tenant.id, "staff", frozenset({role}), "web", "test")


@pytest.fixture
def desk(platform: Platform, tenant: Tenant) -> Desk:
    return Desk(platform, tenant)


async def test_a_login_is_given_once(desk: Desk) -> None:
    await desk.hire()
    with pytest.raises(LoginTaken) as refused:
        await desk.hire()
    assert refused.value.field == "login"


async def test_two_institutions_may_use_the_same_login(desk: Desk, database: Any) -> None:
    from backend.cli.tenants import new_tenant

    await desk.hire()
    other = await new_tenant(database, f"other-{new_id().hex[-12:]}", "Other Bank", "CZ", "CZK")
    assert (await Desk(desk.platform, other).hire()).login == "jana"


async def test_a_short_password_is_refused(desk: Desk) -> None:
    with pytest.raises(WeakPassword, match="12"):
        await desk.hire(password="elevensigns")


async def test_a_password_is_kept_as_a_slow_hash(desk: Desk) -> None:
    await desk.hire()
    async with desk.platform.transaction(desk.operator) as ctx:
        stored = await ctx.session.scalar(text("SELECT password_hash FROM credential"))
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize("role", ["relationship_manager", "compliance_officer", "head_of_compliance", "auditor"])
async def test_only_administration_enters_colleagues(desk: Desk, role: str) -> None:
    with pytest.raises(NotAllowed):
        await desk.hire(actor=desk.somebody(role))


async def test_an_administrator_enters_colleagues_and_grants_roles(desk: Desk) -> None:
    administrator = desk.somebody("administrator")
    user = await desk.hire(actor=administrator)
    await desk.run(directory.grant_role, administrator, holder_id=user.id, role="service_agent")
    assert await desk.roles(user) == {"service_agent"}


async def test_an_administrator_grants_themselves_nothing(desk: Desk) -> None:
    administrator = desk.somebody("administrator")
    with pytest.raises(NotAllowed):
        await desk.run(directory.grant_role, administrator, holder_id=administrator.id, role="compliance_officer")


@pytest.mark.parametrize(
    ("held", "role"),
    [
        ("relationship_manager", "compliance_officer"),
        ("team_lead", "head_of_compliance"),
        ("compliance_officer", "team_lead"),
        ("administrator", "auditor"),
        ("forensic_auditor", "service_agent"),
        ("partner", "relationship_manager"),
    ],
)
async def test_roles_that_nobody_may_hold_together_are_refused_inherited_ones_too(
    desk: Desk, held: str, role: str
) -> None:
    user = await desk.hire()
    await desk.grant(user, held)
    with pytest.raises(RolesIncompatible):
        await desk.grant(user, role)
    assert await desk.roles(user) == {held}


async def test_a_role_that_ended_stands_in_nobodys_way(desk: Desk, clock: FixedClock) -> None:
    user = await desk.hire()
    await desk.grant(user, "relationship_manager", valid_to=clock() + timedelta(days=1))
    clock.advance(timedelta(days=1))
    await desk.grant(user, "compliance_officer")
    assert await desk.roles(user) == {"compliance_officer"}


async def test_roles_that_would_meet_later_are_refused_now(desk: Desk, clock: FixedClock) -> None:
    """The first begins tomorrow; from then on both would be held."""
    user = await desk.hire()
    await desk.grant(user, "compliance_officer", valid_from=clock() + timedelta(days=1))
    with pytest.raises(RolesIncompatible):
        await desk.grant(user, "relationship_manager")


async def test_roles_one_after_the_other_are_no_conflict(desk: Desk, clock: FixedClock) -> None:
    user, monday = await desk.hire(), clock() + timedelta(days=1)
    await desk.grant(user, "relationship_manager", valid_to=monday)
    await desk.grant(user, "compliance_officer", valid_from=monday)
    clock.advance(timedelta(days=1))
    assert await desk.roles(user) == {"compliance_officer"}


@pytest.mark.parametrize("role", ["king", "system", "operator", "employee"])
async def test_what_is_no_role_of_a_person_is_not_granted(desk: Desk, role: str) -> None:
    user = await desk.hire()
    with pytest.raises(UnknownRole):
        await desk.grant(user, role)


async def test_a_revoked_role_is_gone_at_once(desk: Desk) -> None:
    user = await desk.hire()
    await desk.grant(user, "auditor")
    await desk.run(directory.revoke_role, holder_id=user.id, role="auditor")
    assert await desk.roles(user) == frozenset()


async def test_a_role_that_has_not_begun_can_be_revoked(desk: Desk, clock: FixedClock) -> None:
    user = await desk.hire()
    await desk.grant(user, "auditor", valid_from=clock() + timedelta(days=1))
    await desk.run(directory.revoke_role, holder_id=user.id, role="auditor")
    clock.advance(timedelta(days=2))
    assert await desk.roles(user) == frozenset()


async def test_a_role_that_is_not_held_cannot_be_revoked(desk: Desk) -> None:
    user = await desk.hire()
    with pytest.raises(RoleNotHeld, match="auditor"):
        await desk.run(directory.revoke_role, holder_id=user.id, role="auditor")


async def test_grants_and_revocations_stand_in_the_log(desk: Desk) -> None:
    user = await desk.hire()
    await desk.grant(user, "auditor")
    await desk.run(directory.revoke_role, holder_id=user.id, role="auditor")
    query = "SELECT action FROM audit_entry WHERE reason = 'auditor' ORDER BY ts, id"
    async with desk.platform.transaction(desk.operator) as ctx:
        assert (await ctx.session.scalars(text(query))).all() == ["role.appoint", "role.revoke"]


async def test_holders_of_a_role_are_the_active_who_hold_it_now(desk: Desk, clock: FixedClock) -> None:
    users = {login: await desk.hire(login) for login in ("eva", "dan", "cyril", "bara")}
    tomorrow = clock() + timedelta(days=1)
    await desk.grant(users["eva"], "auditor")
    await desk.grant(users["dan"], "auditor", valid_to=tomorrow)
    await desk.grant(users["cyril"], "auditor", valid_from=tomorrow)
    await desk.grant(users["bara"], "auditor")
    await deactivate(desk, users["bara"])

    async def look(ctx: Context) -> list[str]:
        return [user.login for user in await queries.holders_of(ctx.session, "auditor", ctx.now)]

    today = await desk.run(look)
    clock.advance(timedelta(days=1))
    assert (today, await desk.run(look)) == (["dan", "eva"], ["cyril", "eva"])


async def deactivate(desk: Desk, user: StaffUser) -> None:
    async def work(ctx: Context) -> None:
        async with ctx.audit("staff.edit", ("staff_user", user.id)):
            (await ctx.session.get_one(StaffUser, user.id)).active = False

    await desk.run(work)


async def test_the_name_of_a_client_is_given_once(desk: Desk) -> None:
    await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))
    with pytest.raises(ClientNameTaken):
        await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))


async def test_clients_have_names_within_their_institution(desk: Desk) -> None:
    client, _ = await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))
    user = await desk.hire()

    async def look(ctx: Context) -> dict[UUID, str]:
        return await queries.client_names(ctx.session, {client.id, user.id, new_id()})

    assert await desk.run(look) == {client.id: "Shop"}
    assert await desk.run(look, system_actor(new_id(), "test")) == {}


async def test_the_key_of_a_client_is_not_stored(desk: Desk) -> None:
    client, key = await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))
    assert key.startswith("tnr_")
    assert key.encode() not in client.key_hash


async def test_the_key_of_a_client_acts_with_the_clients_roles(desk: Desk) -> None:
    client, key = await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))
    await desk.run(directory.grant_role, holder_id=client.id, role="partner")
    actor, _ = await desk.run(signing_in.client_actor, key=key)
    assert (actor.id, actor.type, actor.roles) == (client.id, "partner", frozenset({"partner"}))


async def test_a_key_ends_with_its_time(desk: Desk, clock: FixedClock) -> None:
    _, key = await desk.run(directory.register_client, name="Shop", lifetime=timedelta(days=1))
    clock.advance(timedelta(days=1))
    with pytest.raises(NotSignedIn):
        await desk.run(signing_in.client_actor, key=key)
