"""The record as it was."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from backend.access.models import Team, Tenant
from backend.audit import history
from backend.audit.errors import UnknownRecord
from backend.audit.models import AuditEntry
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import OwnershipStake, Party, PartyCountry, StakeKind
from backend.edge.platform import Platform
from tests.audit.raw import Connect, MakeParty, MakeTeam, RenameTeam, raw_entry

DAY = timedelta(days=1)


@pytest.fixture
async def renamed(clock: FixedClock, make_team: MakeTeam, rename_team: RenameTeam) -> UUID:
    """Made today as Praha, renamed to Brno tomorrow; the clock stands at tomorrow."""
    team = await make_team("Praha")
    clock.advance(DAY)
    await rename_team(team.id, "Brno")
    return team.id


@pytest.mark.parametrize(("days", "name"), [(-2, None), (-1, "Praha"), (-0.5, "Praha"), (0, "Brno"), (9, "Brno")])
async def test_a_record_is_shown_as_it_was_at_an_instant(
    platform: Platform, tenant: Tenant, clock: FixedClock, renamed: UUID, days: float, name: str | None
) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        row = await history.as_of(ctx.session, "team", renamed, clock() + days * DAY)
    assert (None if row is None else row["name"]) == name


async def test_a_deleted_record_is_gone_from_then_on(
    platform: Platform, tenant: Tenant, clock: FixedClock, renamed: UUID, raw: Connect
) -> None:
    later = clock() + DAY
    async with raw() as connection:
        entry = await raw_entry(connection, tenant.id, ts=later)
        await connection.execute("UPDATE team SET entry_id = %s, ver = 3 WHERE id = %s", [entry, renamed])
        await connection.execute("DELETE FROM team WHERE id = %s", [renamed])
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        assert await history.as_of(ctx.session, "team", renamed, later) is None
        assert await history.as_of(ctx.session, "team", renamed, later - DAY) is not None
        assert [v.op for v in await history.versions(ctx.session, "team", renamed)] == [
            "insert",
            "update",
            "update",
            "delete",
        ]


async def test_every_kind_of_column_comes_back_as_it_was_stored(
    platform: Platform, tenant: Tenant, make_party: MakeParty
) -> None:
    owner, owned = await make_party("Anna Nováková"), await make_party("Novák s.r.o.")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        stake = OwnershipStake(
            tenant_id=tenant.id,
            owner_id=owner,
            owned_id=owned,
            kind=StakeKind.SHARES,
            fraction=Decimal("0.25000000"),
            valid_from=date(2020, 2, 29),
        )
        async with ctx.audit("ownership.record", ("party", owned)):
            ctx.session.add(stake)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        for model, record_id in ((OwnershipStake, stake.id), (Party, owner)):
            current = await ctx.session.get_one(model, record_id)
            past = (await history.at(ctx.session, model, [record_id], ctx.now))[record_id]
            assert past.model_dump() == current.model_dump()


async def test_a_sealed_column_of_the_past_opens_with_the_owners_key(
    platform: Platform, tenant: Tenant, make_party: MakeParty
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        past = (await history.at(ctx.session, Party, [party_id], ctx.now))[party_id]
        await ctx.vault.load([party_id])
        assert ctx.vault.open("party", "name", party_id, party_id, past.name) == "Anna Nováková"


async def test_records_that_did_not_exist_are_left_out(
    platform: Platform, tenant: Tenant, clock: FixedClock, renamed: UUID
) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        assert set(await history.at(ctx.session, Team, [renamed, new_id()], clock())) == {renamed}


async def test_a_version_names_who_made_it_and_with_what(
    platform: Platform, tenant: Tenant, clock: FixedClock, renamed: UUID
) -> None:
    system = system_actor(tenant.id, "test")
    async with platform.transaction(system) as ctx:
        version = (await history.existing(ctx.session, "team", [renamed], clock()))[renamed]
        entry = await ctx.session.get_one(AuditEntry, version.entry_id)
    assert (version.ver, version.actor_id, version.action) == (2, entry.actor_id, entry.action)


async def test_records_that_entries_about_a_subject_changed_are_found_after_their_deletion(
    platform: Platform, tenant: Tenant, make_party: MakeParty
) -> None:
    party_id = await make_party("Anna Nováková")
    tie = PartyCountry(tenant_id=tenant.id, party_id=party_id, kind="nationality", country="CZ")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        async with ctx.audit("customer.edit", ("party", party_id)):
            ctx.session.add(tie)
        async with ctx.audit("customer.edit", ("party", party_id)):
            await ctx.session.delete(tie)
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        assert await history.touched(ctx.session, "party_country", party_id) == {tie.id}
        assert await history.touched(ctx.session, "party_name", party_id) == set()
        assert await history.touched(ctx.session, "party_country", new_id()) == set()


async def test_another_institution_sees_no_history(platform: Platform, clock: FixedClock, renamed: UUID) -> None:
    async with platform.transaction(system_actor(new_id(), "test")) as ctx:
        assert await history.versions(ctx.session, "team", renamed) == []


@pytest.mark.parametrize("table", ["credential", "audit_entry", "no_such_table"])
async def test_a_table_without_versions_has_no_history(platform: Platform, tenant: Tenant, table: str) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        with pytest.raises(UnknownRecord):
            await history.versions(ctx.session, table, new_id())
