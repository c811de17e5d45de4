"""Proposals of access policy from draft to force, with real people, four eyes and real concurrency."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.scopes import Facts
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge.errors import RuleOfDatabase
from backend.edge.platform import open_platform
from backend.governance import queries, service, standing, texts
from backend.governance.errors import (
    BaseMoved,
    ChangeScheduled,
    ContentRefused,
    DateInvalid,
    NobodyLeft,
    NothingChanges,
    NotProposer,
    ReasonMissing,
    SimulationMissing,
    SimulationOutdated,
    SimulationRefuses,
    WrongState,
)
from backend.governance.models import Proposal, ProposalState
from tests.governance.conftest import House

LINE = "p, relationship_manager, *, customer.national_id, view, clear@own_book, allow\n"
OTHER = "p, service_agent, *, holding, view, tenant, allow\n"


def without(house: House, line: str) -> str:
    assert line in house.files
    return house.files.replace(line, "")


async def state(house: House, row: Proposal) -> str:
    return (await house.run(house.system, queries.proposal, row.id)).state


async def sees_national_ids(house: House) -> bool:
    jana = house.people["jana"]

    async def look(ctx: Context) -> bool:
        own = Facts(tenant_id=jana.tenant_id, manager_id=jana.id)
        return ctx.may("view", "customer.national_id", own)

    return await house.platform.run(jana, look)


async def test_an_approved_policy_counts_for_the_next_use_case(house: House) -> None:
    assert await sees_national_ids(house)
    await house.change("admin", "helena", without(house, LINE))
    await house.look_again()
    assert not await sees_national_ids(house)


async def test_another_institution_keeps_its_own_policy(house: House, database: Database) -> None:
    from backend.cli.tenants import new_tenant
    from backend.core.ids import new_id

    other = House(
        house.platform, await new_tenant(database, f"b-{new_id().hex[-12:]}", "Other", "CZ", "CZK"), house.clock
    )
    await other.hire("jana", "relationship_manager")
    await house.change("admin", "helena", without(house, LINE))
    await house.look_again()
    assert (await sees_national_ids(house), await sees_national_ids(other)) == (False, True)


async def test_another_process_follows_within_seconds(
    house: House, settings: Settings, database: Database, clock: FixedClock
) -> None:
    other = await open_platform(settings, clock=clock, database=database)
    elsewhere = House(other, house.tenant, clock, house.people)
    assert await sees_national_ids(elsewhere)
    await house.change("admin", "helena", without(house, LINE))
    started = asyncio.get_running_loop().time()
    while await sees_national_ids(elsewhere):
        await asyncio.sleep(0.02)
        assert asyncio.get_running_loop().time() - started < 10
    await other.engine.dispose()


async def test_the_proposer_cannot_approve(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    with pytest.raises(NotAllowed):
        await house.run(house.people["admin"], service.approve, row.id)


async def test_the_database_refuses_an_approver_who_is_the_proposer(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))

    async def cheat(ctx: Context) -> None:
        async with ctx.audit("ruleset.approve", ("ruleset_proposal", row.id)):
            found = await ctx.session.get_one(Proposal, row.id)
            found.state, found.approved_by = ProposalState.APPROVED, found.proposed_by

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await house.run(house.people["admin"], cheat)


async def test_an_auditor_proposes_nothing(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.propose("olga", without(house, LINE))


async def test_a_broken_line_is_named(house: House) -> None:
    content = house.files.replace(LINE, LINE + "p, king, *, customer, view, tenant, allow\n")
    line = content.splitlines().index("p, king, *, customer, view, tenant, allow") + 1
    with pytest.raises(ContentRefused, match="king") as refused:
        await house.propose("admin", content)
    assert refused.value.params["line"] == line


async def test_the_same_text_is_no_proposal(house: House) -> None:
    with pytest.raises(NothingChanges):
        await house.propose("admin", house.files)


async def test_a_proposal_says_why(house: House) -> None:
    with pytest.raises(ReasonMissing):
        await house.propose("admin", without(house, LINE), reason=" ")


async def test_yesterday_is_no_effective_date(house: House, clock: FixedClock) -> None:
    with pytest.raises(DateInvalid):
        await house.propose("admin", without(house, LINE), effective_on=(clock() - timedelta(days=1)).date())


async def test_nothing_is_put_forward_without_a_simulation(house: House) -> None:
    row = await house.propose("admin", without(house, LINE))
    with pytest.raises(WrongState):
        await house.run(house.people["admin"], service.submit, row.id)


async def test_only_its_maker_changes_a_proposal(house: House) -> None:
    row = await house.propose("admin", without(house, LINE))
    with pytest.raises(NotProposer):
        await house.run(
            house.people["adela"], service.edit, row.id, content=without(house, OTHER).encode(), reason="I know better"
        )


async def test_a_changed_text_must_be_simulated_again(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    admin = house.people["admin"]
    await house.run(admin, service.edit, row.id, content=without(house, OTHER).encode(), reason="Rather this")
    assert await state(house, row) == "draft"
    with pytest.raises(WrongState):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_proposal_on_rules_that_have_moved_is_refused(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    await house.change("adela", "helena", without(house, OTHER))
    with pytest.raises(BaseMoved):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_proposal_put_on_the_present_rules_goes_its_way_again(house: House) -> None:
    row, admin = await house.ready("admin", without(house, LINE)), house.people["admin"]
    await house.change("adela", "helena", without(house, OTHER))
    await house.run(admin, service.rebase, row.id)
    await house.simulate("admin", row.id)
    await house.run(admin, service.submit, row.id)
    await house.run(house.people["helena"], service.approve, row.id)
    assert await state(house, row) == "effective"


async def test_a_simulation_of_other_people_is_out_of_date(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    await house.hire("david", "service_agent")
    with pytest.raises(SimulationOutdated):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_result_that_was_swapped_is_refused(house: House) -> None:
    from backend.audit.errors import StaleRecord

    row = await house.ready("admin", without(house, LINE))

    async def swap(ctx: Context) -> None:
        await ctx.session.execute(text("""UPDATE ruleset_simulation SET document = '{"statements": []}'"""))

    await house.run(house.system, swap)
    with pytest.raises(StaleRecord):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_policy_that_leaves_nobody_to_approve_policies_is_refused(house: House) -> None:
    content = house.files
    for role in ("administrator", "head_of_compliance"):
        content = content.replace(f"p, {role}, *, access_policy, approve, tenant&not_maker, allow\n", "")
    row = await house.ready("admin", content)
    with pytest.raises((SimulationRefuses, NobodyLeft), match="access policy"):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_rejected_proposal_stays_rejected(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    await house.run(house.people["helena"], service.reject, row.id, note="Not now")
    with pytest.raises(WrongState):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_future_change_waits_for_its_day(house: House, clock: FixedClock) -> None:
    day = (clock() + timedelta(days=3)).date()
    row = await house.change("admin", "helena", without(house, LINE), effective_on=day)
    await house.look_again()
    assert (row.state, await sees_national_ids(house)) == ("approved", True)
    clock.advance(timedelta(days=3))
    assert not await sees_national_ids(house)
    assert await house.run(house.system, service.enact_due, 10) == 1
    assert await state(house, row) == "effective"


async def test_nothing_takes_effect_before_what_is_scheduled(house: House, clock: FixedClock) -> None:
    day = (clock() + timedelta(days=3)).date()
    await house.change("admin", "helena", without(house, LINE), effective_on=day)
    row = await house.ready("adela", without(house, OTHER))
    with pytest.raises(ChangeScheduled, match=day.isoformat()):
        await house.run(house.people["helena"], service.approve, row.id)


async def test_a_scheduled_change_can_be_withdrawn(house: House, clock: FixedClock) -> None:
    first = await house.change("admin", "helena", without(house, OTHER))
    day = (clock() + timedelta(days=3)).date()
    row = await house.change("admin", "helena", without(house, LINE), effective_on=day)
    await house.run(house.people["helena"], service.withdraw, row.id)
    clock.advance(timedelta(days=4))
    found = await house.run(house.system, standing.effective, "access", "access")
    assert (found.proposal_id, found.until) == (first.id, None)


async def test_what_is_in_force_cannot_be_withdrawn(house: House) -> None:
    row = await house.change("admin", "helena", without(house, LINE))
    with pytest.raises(WrongState):
        await house.run(house.people["admin"], service.withdraw, row.id)


async def test_roll_back_is_a_new_proposal_of_the_old_text(house: House, clock: FixedClock) -> None:
    first = await house.change("admin", "helena", without(house, OTHER))
    await house.change("admin", "helena", without(house, LINE))
    old = await house.run(house.system, queries_standing_of, first)
    row = await house.run(house.people["admin"], service.restore, old.id, reason="It broke the counter")
    assert (row.new_sha256, row.restores_id, row.state) == (first.new_sha256, old.id, "draft")


async def queries_standing_of(ctx: Context, row: Proposal) -> Any:
    return await queries.standing_of(ctx.session, row.id)


async def test_history_tells_what_was_in_force_when(house: House, clock: FixedClock) -> None:
    before = clock()
    clock.advance(timedelta(hours=1))
    row = await house.change("admin", "helena", without(house, LINE))
    clock.advance(timedelta(hours=1))
    then = await house.run(house.system, standing.effective, "access", "access", before)
    now = await house.run(house.system, standing.effective, "access", "access")
    assert then.source == house.files.encode()
    assert (now.sha256, now.since) == (row.new_sha256, before + timedelta(hours=1))


async def test_a_replaced_version_says_so(house: House, clock: FixedClock) -> None:
    first = await house.change("admin", "helena", without(house, OTHER))
    await house.change("admin", "helena", without(house, LINE))
    assert await state(house, first) == "superseded"


async def test_texts_are_kept_under_their_hash_and_cannot_be_changed(house: House) -> None:
    row = await house.propose("admin", without(house, LINE))
    assert await house.run(house.system, texts.by_hash, row.new_sha256) == without(house, LINE).encode()
    assert await house.run(house.system, texts.by_hash, row.base_sha256) == house.files.encode()

    async def overwrite(ctx: Context) -> None:
        await ctx.session.execute(text("UPDATE ruleset_text SET content = 'x'"))

    with pytest.raises(DBAPIError, match="permission denied"):
        await house.run(house.system, overwrite)


async def test_the_database_refuses_a_text_under_a_wrong_hash(house: House) -> None:
    from backend.governance.models import RuleSetText

    async def forge(ctx: Context) -> None:
        row = RuleSetText(tenant_id=house.tenant.id, sha256="0" * 64, content=b"p, king")
        async with ctx.audit("ruleset.keep", ("ruleset_text", row.id)):
            ctx.session.add(row)

    with pytest.raises(RuleOfDatabase, match="hash"):
        await house.run(house.system, forge)


async def test_the_database_refuses_two_texts_at_one_time(house: House, clock: FixedClock) -> None:
    from backend.governance.models import Standing

    day = (clock() + timedelta(days=3)).date()
    await house.change("admin", "helena", without(house, LINE))
    row = await house.propose("adela", without(house, OTHER), effective_on=day)

    async def overlap(ctx: Context) -> None:
        async with ctx.audit("ruleset.approve", ("ruleset_proposal", row.id)):
            ctx.session.add(
                Standing(
                    tenant_id=house.tenant.id,
                    kind="access",
                    name="access",
                    sha256=row.new_sha256,
                    proposal_id=row.id,
                    effective_from=clock() + timedelta(days=1),
                    effective_to=clock() + timedelta(days=2),
                )
            )

    with pytest.raises(RuleOfDatabase, match="overlap"):
        await house.run(house.system, overlap)


async def test_of_two_who_approve_rival_proposals_at_once_one_is_told_that_the_rules_moved(house: House) -> None:
    one = await house.ready("admin", without(house, LINE))
    other = await house.ready("adela", without(house, OTHER))
    outcomes = await asyncio.gather(
        house.run(house.people["helena"], service.approve, one.id),
        house.run(house.people["admin"], service.approve, other.id),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["BaseMoved", "Proposal"]


async def test_a_proposal_is_approved_once(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))
    outcomes = await asyncio.gather(
        *(house.run(house.people[who], service.approve, row.id) for who in ("helena", "adela")), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Proposal", "WrongState"]


async def test_every_step_stands_in_the_log(house: House) -> None:
    row = await house.change("admin", "helena", without(house, LINE))
    query = text("SELECT action FROM audit_entry WHERE subject_id = :id ORDER BY ts, id")

    async def look(ctx: Context) -> list[str]:
        return list((await ctx.session.scalars(query, {"id": row.id})).all())

    assert await house.run(house.system, look) == [
        "ruleset.propose",
        "ruleset.simulate",
        "ruleset.submit",
        "ruleset.approve",
        "ruleset.enact",
    ]


async def test_without_a_simulation_nobody_approves(house: House) -> None:
    row = await house.ready("admin", without(house, LINE))

    async def forget(ctx: Context) -> None:
        async with ctx.audit("ruleset.edit", ("ruleset_proposal", row.id)):
            (await ctx.session.get_one(Proposal, row.id)).simulation_id = None

    await house.run(house.system, forget)
    with pytest.raises(SimulationMissing):
        await house.run(house.people["helena"], service.approve, row.id)
