"""Sensitive roles by two people, never the last one who could, and what the database itself keeps apart."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access import appointing, directory, queries
from backend.access.appointment_errors import (
    AppointmentClosed,
    AppointmentReason,
    NobodyLeftFor,
    PeriodInvalid,
    SecondPersonNeeded,
    StaffState,
    UnknownColleague,
)
from backend.access.appointment_models import Appointment
from backend.access.context import Context
from backend.access.directory_errors import RolesIncompatible
from backend.access.errors import NotAllowed
from backend.access.models import RoleGrant, SignIn, StaffUser, Tenant
from backend.access.tokens import new_token, token_digest
from backend.core.actor import Actor, system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.errors import RuleOfDatabase
from backend.edge.platform import Platform

WHY = "Takes over from Lucie"


class Office:
    """Two administrators and a head of compliance, who can appoint others."""

    def __init__(self, platform: Platform, tenant: Tenant) -> None:
        self.platform, self.tenant = platform, tenant
        self.operator = replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))

    async def open(self) -> "Office":
        self.admin = await self.hire("admin", "administrator")
        self.adela = await self.hire("adela", "administrator")
        self.helena = await self.hire("helena", "head_of_compliance")
        self.david = await self.hire("david")
        return self

    async def run(self, actor: Actor, verb: Any, *given: Any, **named: Any) -> Any:
        return await self.platform.run(actor, lambda ctx: verb(ctx, *given, **named), serializable=True)

    async def hire(self, login: str, *roles: str) -> Actor:
        user = StaffUser(tenant_id=self.tenant.id, login=login, display_name=login.title())

        async def write(ctx: Context) -> None:
            async with ctx.audit("staff.create", ("staff_user", user.id)):
                ctx.session.add(user)
            for role in roles:
                await directory.grant_role(ctx, holder_id=user.id, role=role)

        await self.platform.run(self.operator, write)
        return Actor(user.id, self.tenant.id, "staff", frozenset(roles), "web", "test")

    async def propose(self, who: Actor, holder: Actor, role: str, **given: Any) -> Appointment:
        return await self.run(who, appointing.propose_role, holder_id=holder.id, role=role, **({"reason": WHY} | given))

    async def roles(self, holder: Actor) -> frozenset[str]:
        async def look(ctx: Context) -> frozenset[str]:
            return await queries.roles_of(ctx.session, holder.id, ctx.now)

        return await self.run(self.operator, look)

    async def insert(
        self, holder_id: UUID, role: str, begin: str = "now()", end: str = "NULL", action: str = "role.appoint"
    ) -> None:
        """As the application's role, past every service, with an entry that says so."""

        async def raw(ctx: Context) -> None:
            async with ctx.audit(action, ("staff_user", holder_id)) as entry:
                await ctx.session.execute(
                    text(
                        "INSERT INTO role_grant (id, tenant_id, entry_id, ver, holder_id, role, granted_by, valid_from,"
                        f" valid_to) VALUES (:id, :tenant, :entry, 1, :holder, :role, :holder, {begin}, {end})"
                    ),
                    {"id": new_id(), "tenant": self.tenant.id, "entry": entry, "holder": holder_id, "role": role},
                )

        await self.platform.run(self.operator, raw)


@pytest.fixture
async def office(platform: Platform, tenant: Tenant) -> Office:
    return await Office(platform, tenant).open()


async def test_a_sensitive_role_is_not_granted_by_one_person(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        await office.run(office.admin, directory.grant_role, holder_id=office.david.id, role="compliance_officer")


async def test_a_sensitive_role_waits_for_a_second_person(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    assert (row.state, await office.roles(office.david)) == ("proposed", frozenset())
    await office.run(office.helena, appointing.approve_role, row.id)
    assert await office.roles(office.david) == {"compliance_officer"}


async def test_a_role_that_is_not_sensitive_is_granted_with_its_proposal(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "service_agent")
    assert (row.state, row.decided_by) == ("granted", None)
    assert await office.roles(office.david) == {"service_agent"}


async def test_the_proposer_does_not_approve(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    with pytest.raises(NotAllowed):
        await office.run(office.admin, appointing.approve_role, row.id)


async def test_nobody_approves_their_own_role(office: Office) -> None:
    row = await office.propose(office.admin, office.helena, "data_protection_officer")
    with pytest.raises(NotAllowed):
        await office.run(office.helena, appointing.approve_role, row.id)


async def test_the_database_refuses_an_approval_by_the_proposer(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")

    async def cheat(ctx: Context) -> None:
        async with ctx.audit("role.approve", ("staff_user", row.holder_id)):
            found = await ctx.session.get_one(Appointment, row.id)
            found.state, found.decided_by = "granted", found.proposed_by

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await office.run(office.admin, cheat)


async def test_the_database_refuses_a_sensitive_role_that_nobody_approved(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")

    async def cheat(ctx: Context) -> None:
        async with ctx.audit("role.approve", ("staff_user", row.holder_id)):
            (await ctx.session.get_one(Appointment, row.id)).state = "granted"

    with pytest.raises(RuleOfDatabase, match="approver"):
        await office.run(office.admin, cheat)


async def test_the_database_refuses_a_sensitive_role_without_an_appointment(office: Office) -> None:
    with pytest.raises(RuleOfDatabase) as refused:
        await office.insert(office.david.id, "auditor", action="role.grant")
    assert refused.value.params["constraint"] == "role_two_people"


async def test_the_database_lets_one_person_give_what_is_not_sensitive(office: Office) -> None:
    await office.insert(office.david.id, "service_agent", begin="'2026-01-01'", action="role.grant")
    assert await office.roles(office.david) == {"service_agent"}


async def test_the_database_refuses_an_appointment_made_and_approved_in_one_transaction(office: Office) -> None:
    async def forge(ctx: Context) -> None:
        grant, row = new_id(), new_id()
        given = {"grant": grant, "row": row, "tenant": office.tenant.id, "holder": office.david.id}
        given |= {"one": office.admin.id, "two": office.adela.id}
        async with ctx.audit("role.propose", ("staff_user", office.david.id)) as entry:
            await ctx.session.execute(
                text(
                    "INSERT INTO role_appointment (id, tenant_id, entry_id, ver, holder_id, role, sensitive, reason,"
                    " state, proposed_by, proposed_at) VALUES (:row, :tenant, :entry, 1, :holder, 'auditor', true,"
                    " 'forged', 'proposed', :one, now())"
                ),
                given | {"entry": entry},
            )
        async with ctx.audit("role.approve", ("staff_user", office.david.id)) as entry:
            await ctx.session.execute(
                text(
                    "INSERT INTO role_grant (id, tenant_id, entry_id, ver, holder_id, role, granted_by, valid_from)"
                    " VALUES (:grant, :tenant, :entry, 1, :holder, 'auditor', :one, now())"
                ),
                given | {"entry": entry},
            )
            await ctx.session.execute(
                text(
                    "UPDATE role_appointment SET state = 'granted', decided_by = :two, grant_id = :grant,"
                    " entry_id = :entry, ver = 2 WHERE id = :row"
                ),
                given | {"entry": entry},
            )

    with pytest.raises(RuleOfDatabase) as refused:
        await office.run(office.admin, forge)
    assert refused.value.params["constraint"] == "role_two_people"


async def test_the_database_refuses_to_lengthen_what_two_people_approved(office: Office, clock: FixedClock) -> None:
    end = clock() + timedelta(days=30)
    row = await office.propose(office.admin, office.david, "auditor", valid_to=end)
    await office.run(office.adela, appointing.approve_role, row.id)

    async def lengthen(ctx: Context) -> None:
        async with ctx.audit("role.grant", ("staff_user", office.david.id)) as entry:
            await ctx.session.execute(
                text("UPDATE role_grant SET valid_to = NULL, entry_id = :entry, ver = ver + 1 WHERE holder_id = :id"),
                {"entry": entry, "id": office.david.id},
            )

    with pytest.raises(RuleOfDatabase) as refused:
        await office.run(office.admin, lengthen)
    assert refused.value.params["constraint"] == "role_two_people"


async def test_a_decided_proposal_is_closed(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    await office.run(office.helena, appointing.reject_role, row.id)
    with pytest.raises(AppointmentClosed):
        await office.run(office.helena, appointing.approve_role, row.id)


async def test_of_two_who_sign_at_once_one_is_told_that_it_is_done(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    outcomes = await asyncio.gather(
        *(office.run(who, appointing.approve_role, row.id) for who in (office.helena, office.adela)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appointment", "AppointmentClosed"]


async def test_a_proposer_may_withdraw(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    await office.run(office.admin, appointing.withdraw_role, row.id)
    with pytest.raises(AppointmentClosed):
        await office.run(office.helena, appointing.approve_role, row.id)


async def test_roles_that_are_kept_apart_are_refused_when_proposed_and_when_approved(office: Office) -> None:
    row = await office.propose(office.admin, office.david, "compliance_officer")
    await office.propose(office.admin, office.david, "relationship_manager")
    with pytest.raises(RolesIncompatible):
        await office.run(office.helena, appointing.approve_role, row.id)
    with pytest.raises(RolesIncompatible):
        await office.propose(office.admin, office.david, "compliance_officer")


async def test_a_role_needs_a_reason_a_person_and_a_sensible_end(office: Office, clock: FixedClock) -> None:
    with pytest.raises(AppointmentReason):
        await office.propose(office.admin, office.david, "service_agent", reason=" ")
    with pytest.raises(PeriodInvalid):
        await office.propose(office.admin, office.david, "service_agent", valid_to=clock() - timedelta(days=1))
    nobody = replace(office.david, id=new_id())
    with pytest.raises(UnknownColleague):
        await office.propose(office.admin, nobody, "service_agent")


@pytest.mark.parametrize(
    ("begin", "end"), [("now()", "NULL"), ("now() + interval '1 year'", "NULL"), ("now()", "now() + interval '1 day'")]
)
async def test_the_database_refuses_roles_that_would_meet_at_any_time(office: Office, begin: str, end: str) -> None:
    await office.propose(office.admin, office.david, "relationship_manager")
    with pytest.raises(RuleOfDatabase, match="role_separation"):
        await office.insert(office.david.id, "compliance_officer", begin, end)


async def test_the_database_refuses_them_inherited_too(office: Office) -> None:
    await office.propose(office.admin, office.david, "team_lead")
    with pytest.raises(RuleOfDatabase, match="role_separation"):
        await office.insert(office.david.id, "head_of_compliance")


async def test_the_database_lets_roles_follow_each_other(office: Office) -> None:
    await office.insert(office.david.id, "relationship_manager", "now()", "now() + interval '1 day'")
    await office.insert(office.david.id, "compliance_officer", "now() + interval '1 day'")


async def test_the_database_refuses_what_would_widen_into_a_conflict(office: Office) -> None:
    await office.insert(office.david.id, "relationship_manager", "now()", "now() + interval '1 day'")
    await office.insert(office.david.id, "compliance_officer", "now() + interval '1 day'")

    async def widen(ctx: Context) -> None:
        async with ctx.audit("role.grant", ("staff_user", office.david.id)):
            for row in await queries.grants(ctx.session, office.david.id, ctx.now):
                row.valid_to = None

    with pytest.raises(RuleOfDatabase, match="role_separation"):
        await office.run(office.operator, widen)


async def test_two_who_insert_roles_that_are_kept_apart_at_once_do_not_both_succeed(office: Office) -> None:
    outcomes = await asyncio.gather(
        office.insert(office.david.id, "relationship_manager"),
        office.insert(office.david.id, "compliance_officer"),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, RuleOfDatabase) for outcome in outcomes) == 1


async def test_roles_are_not_granted_on_a_snapshot_that_could_miss_others(office: Office) -> None:
    async def raw(ctx: Context) -> None:
        await ctx.session.execute(text("SELECT 1"))
        async with ctx.audit("role.grant", ("staff_user", office.david.id)):
            ctx.session.add(
                RoleGrant(
                    tenant_id=office.tenant.id,
                    holder_id=office.david.id,
                    role="service_agent",
                    granted_by=office.admin.id,
                    valid_from=ctx.now,
                )
            )

    old = replace(office.platform, engine=office.platform.engine.execution_options(isolation_level="REPEATABLE READ"))
    with pytest.raises(DBAPIError, match="REPEATABLE READ"):
        await old.run(office.operator, raw)


async def test_the_last_who_could_approve_keeps_the_role(office: Office) -> None:
    await office.run(office.admin, directory.revoke_role, holder_id=office.helena.id, role="head_of_compliance")
    with pytest.raises(NobodyLeftFor, match="second person"):
        await office.run(office.admin, directory.revoke_role, holder_id=office.adela.id, role="administrator")


async def test_the_last_who_could_approve_is_not_locked_out(office: Office) -> None:
    await office.run(office.admin, appointing.deactivate, office.helena.id)
    with pytest.raises(NobodyLeftFor):
        await office.run(office.admin, appointing.deactivate, office.adela.id)


async def test_two_administrators_who_take_the_role_from_each_other_at_once_leave_one(office: Office) -> None:
    await office.run(office.admin, directory.revoke_role, holder_id=office.helena.id, role="head_of_compliance")
    third = await office.hire("cyril", "administrator")
    outcomes = await asyncio.gather(
        office.run(office.admin, directory.revoke_role, holder_id=office.adela.id, role="administrator"),
        office.run(office.adela, directory.revoke_role, holder_id=third.id, role="administrator"),
        office.run(third, directory.revoke_role, holder_id=office.admin.id, role="administrator"),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, NobodyLeftFor)]
    left = [who for who in (office.admin, office.adela, third) if await office.roles(who)]
    assert (len(refused), len(left)) == (2, 2)


async def test_an_institution_that_is_being_set_up_may_change_its_only_administrator(
    platform: Platform, tenant: Tenant
) -> None:
    office = Office(platform, tenant)
    only = await office.hire("only", "administrator")
    successor = await office.hire("next", "administrator")
    assert await office.roles(successor) == {"administrator"}
    with pytest.raises(NobodyLeftFor):
        await office.run(office.operator, directory.revoke_role, holder_id=only.id, role="administrator")


async def test_sessions_end_when_a_colleague_is_locked_out(office: Office) -> None:
    token = new_token()

    async def sign_in(ctx: Context) -> None:
        ctx.session.add(
            SignIn(
                tenant_id=office.tenant.id,
                user_id=office.david.id,
                token_hash=token_digest(token),
                created_at=ctx.now,
                expires_at=ctx.now + timedelta(hours=8),
            )
        )

    await office.run(office.operator, sign_in)
    await office.run(office.admin, appointing.deactivate, office.david.id)
    await office.run(office.admin, appointing.reactivate, office.david.id)

    async def live(ctx: Context) -> object:
        return await queries.live_sign_in(ctx.session, token_digest(token), ctx.now)

    assert await office.run(office.operator, live) is None


async def test_a_colleague_is_let_in_with_the_roles_that_have_not_ended(office: Office) -> None:
    await office.propose(office.admin, office.david, "service_agent")
    await office.run(office.admin, appointing.deactivate, office.david.id)
    await office.run(office.admin, appointing.reactivate, office.david.id)
    assert await office.roles(office.david) == {"service_agent"}
    with pytest.raises(StaffState):
        await office.run(office.admin, appointing.reactivate, office.david.id)


async def test_nobody_locks_themselves_out(office: Office) -> None:
    with pytest.raises(NotAllowed):
        await office.run(office.admin, appointing.deactivate, office.admin.id)


async def test_a_role_from_the_console_is_loud(office: Office) -> None:
    query = text("SELECT count(*) FROM audit_entry WHERE action = 'role.appoint' AND reason = 'head_of_compliance'")

    async def look(ctx: Context) -> int:
        return int(await ctx.session.scalar(query) or 0)

    assert await office.run(office.operator, look) == 1
