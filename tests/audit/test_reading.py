"""The trail of a record."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from backend.access.models import Team, Tenant
from backend.audit.reading import ColumnChange, TrailLine, trail
from backend.audit.sequencer import Sequencer
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Party
from backend.edge.platform import Platform
from tests.audit.raw import MakeParty, MakeTeam, RenameTeam


async def lines(platform: Platform, tenant: Tenant, *ids: object, **options: object) -> list[TrailLine]:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        return await trail(ctx.session, ids, **options)  # type: ignore[arg-type]


async def test_a_trail_says_what_changed_newest_first(
    platform: Platform, tenant: Tenant, make_team: MakeTeam, rename_team: RenameTeam
) -> None:
    team = await make_team("Praha")
    await rename_team(team.id, "Brno")
    renamed, made = await lines(platform, tenant, team.id)
    assert made.changes[0].columns == (ColumnChange("name", False, None, "Praha"),)
    assert renamed.changes[0].columns == (ColumnChange("name", False, "Praha", "Brno"),)
    assert (renamed.changes[0].table, renamed.changes[0].ver, renamed.changes[0].op) == ("team", 2, "update")


async def test_a_sealed_column_only_appears_as_changed(
    platform: Platform, tenant: Tenant, make_party: MakeParty
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        party = await ctx.session.get_one(Party, party_id)
        await ctx.vault.load([party_id])
        async with ctx.audit("customer.edit", ("party", party_id)):
            party.name = ctx.vault.seal("party", "name", party_id, party_id, "Anna Dvořáková")
    newest, _ = await lines(platform, tenant, party_id)
    assert newest.changes[0].columns == (ColumnChange("name", True, None, None),)


async def test_an_entry_about_another_subject_that_changed_the_record_is_in_its_trail(
    platform: Platform, tenant: Tenant, many_teams: None
) -> None:
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        team = await ctx.session.scalar(select(Team).where(col(Team.name) == "team 7"))
    assert team is not None
    (line,) = await lines(platform, tenant, team.id)
    assert (line.subject_type, line.subject_id) == ("tenant", tenant.id)
    assert [change.record_id for change in line.changes] == [team.id]


async def test_a_refusal_about_the_record_is_in_its_trail(
    platform: Platform, tenant: Tenant, make_team: MakeTeam
) -> None:
    team = await make_team("Praha")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        await ctx.trail.note("access.deny", ("team", team.id), outcome="denied", reason="not_allowed")
    newest, _ = await lines(platform, tenant, team.id)
    assert (newest.outcome, newest.reason, newest.changes) == ("denied", "not_allowed", ())


async def test_pages_follow_each_other_without_gap_or_repetition(
    platform: Platform, tenant: Tenant, make_team: MakeTeam, rename_team: RenameTeam, clock: FixedClock
) -> None:
    """All at one instant: the id decides."""
    team = await make_team("0")
    for number in range(1, 7):
        await rename_team(team.id, str(number))
    seen: list[TrailLine] = []
    while page := await lines(platform, tenant, team.id, limit=3, after=seen[-1].cursor if seen else None):
        seen += page
    assert [line.changes[0].ver for line in seen] == [7, 6, 5, 4, 3, 2, 1]


async def test_a_line_tells_when_a_signed_head_covers_it(
    platform: Platform, tenant: Tenant, make_team: MakeTeam, sequencer: Sequencer
) -> None:
    team = await make_team("Praha")
    (waiting,) = await lines(platform, tenant, team.id)
    await sequencer.drain(tenant.id)
    (logged,) = await lines(platform, tenant, team.id)
    assert (waiting.leaf, waiting.covered) == (None, False)
    assert (logged.leaf, logged.covered) == (0, True)


@pytest.mark.parametrize(("locale", "meaning"), [("en", "A team was created"), ("zh_CN", "创建团队")])
async def test_an_action_is_told_in_the_readers_language(
    platform: Platform, tenant: Tenant, make_team: MakeTeam, locale: str, meaning: str
) -> None:
    team = await make_team("Praha")
    (line,) = await lines(platform, tenant, team.id, locale=locale)
    assert line.meaning == meaning


async def test_another_institution_sees_no_trail(platform: Platform, tenant: Tenant, make_team: MakeTeam) -> None:
    team = await make_team("Praha")
    async with platform.transaction(system_actor(new_id(), "test")) as ctx:
        assert await trail(ctx.session, [team.id]) == []
