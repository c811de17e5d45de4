"""Runs over a real portfolio: who is put where, who moved and why, who may ask, and what erasure leaves."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.consent import service as consent
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.models import Party
from backend.edge.errors import RuleOfDatabase
from backend.edge.platform import Platform
from backend.engagement.segments import queries, service
from backend.engagement.segments.errors import (
    ClusteringDecided,
    ClusteringMissing,
    PortfolioTooSmall,
    RunOutOfOrder,
)
from backend.engagement.segments.governed import SegmentsKind
from backend.engagement.segments.models import ClusteringState, Scheme, SegmentClustering, SegmentMember
from backend.rights.stripping import remove_contents
from tests.factories import ledger
from tests.factories.customers import Bank, open_bank, organisation, person, with_roles

DAY = date(2026, 11, 1)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def book(bank: Bank, party: Party, *lines: tuple[date, int]) -> None:
    """An account on which so much came in on these days."""
    await ledger.book(bank, *((on, "credit", amount, None, None) for on, amount in lines), party=party)


Rich = Callable[[int], Awaitable[Party]]


@pytest.fixture
def rich(bank: Bank) -> Rich:
    """A customer who put so much on an account."""

    async def made(amount: int) -> Party:
        party = await bank.customer(person())
        await book(bank, party, (DAY, amount))
        return party

    return made


async def of(bank: Bank, *parties: Party) -> list[str]:
    found = await bank.run(bank.system, queries.segments_of, [party.id for party in parties])
    return [found[party.id] for party in parties]


async def test_everybody_is_put_into_a_segment(bank: Bank, rich: Rich) -> None:
    wealthy, firm = await rich(150_000), await bank.customer(organisation())
    run = await bank.run(bank.system, service.run_rules)
    assert await of(bank, wealthy, firm) == ["private", "organisation"]
    assert (run.customers, run.sizes) == (2, {"organisation": 1, "private": 1})


async def test_a_run_says_up_to_which_day_it_counts(bank: Bank, rich: Rich) -> None:
    await rich(10)
    assert (await bank.run(bank.system, service.run_rules)).as_of == DAY


async def test_a_second_run_on_the_same_facts_moves_nobody(bank: Bank, rich: Rich) -> None:
    await rich(10)
    first = await bank.run(bank.system, service.run_rules)
    second = await bank.run(bank.system, service.run_rules)
    assert (second.moved, second.digest, second.flows) == (0, first.digest, [])


async def test_who_moves_has_the_crossed_limit_as_reason_and_an_event(bank: Bank, rich: Rich) -> None:
    party = await rich(99_000)
    await bank.run(bank.system, service.run_rules)
    await book(bank, party, (DAY + timedelta(days=1), 5_000))
    run = await bank.run(bank.system, service.run_rules)
    moves = await bank.run(bank.manager, queries.moves_of, party.id)
    crossed = service.whys(moves[0].because)[0]
    assert (moves[0].to_segment, crossed.fact, crossed.limit) == ("private", "balance_minor", "10000000")
    assert (crossed.before, crossed.after) == (9_900_000, 10_400_000)
    assert run.moved == 1

    async def entered(ctx: Context) -> list[str]:
        rows = await ctx.session.scalars(select(Outbox).where(col(Outbox.name) == "segment.entered"))
        return [row.payload["segment"] for row in rows if row.subject_id == party.id]

    assert await bank.run(bank.system, entered) == ["private"]


async def test_who_stays_keeps_the_day_since_when(bank: Bank, rich: Rich) -> None:
    party = await rich(150_000)
    await bank.run(bank.system, service.run_rules)
    await book(bank, party, (DAY + timedelta(days=9), 1))
    await bank.run(bank.system, service.run_rules)
    found = await bank.run(bank.manager, queries.memberships, party.id)
    assert [(each.segment, each.since) for each in found] == [("private", DAY)]


async def test_a_customer_of_others_is_not_among_the_members_shown(bank: Bank, rich: Rich) -> None:
    await rich(150_000)
    await bank.run(bank.system, service.run_rules)
    counts = [
        len(await bank.run(actor, queries.members, Scheme.RULES, "private", after=None, limit=9))
        for actor in (bank.manager, bank.stranger)
    ]
    assert counts == [1, 0]


async def test_a_relationship_manager_starts_no_run(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(bank.manager, service.run_rules)


async def test_a_run_asked_for_by_somebody_without_sight_is_of_everybody(bank: Bank, rich: Rich) -> None:
    await rich(150_000)
    run = await bank.run(with_roles(bank.officer, "product_manager"), service.run_rules)
    assert run.customers == 1


async def test_segments_of_another_institution_stay_there(bank: Bank, rich: Rich, platform: Platform) -> None:
    await rich(150_000)
    await bank.run(bank.system, service.run_rules)

    async def foreign(ctx: Context) -> int:
        return len((await ctx.session.scalars(select(SegmentMember))).all())

    other = with_roles(bank.officer, "auditor")
    assert await bank.run(other, foreign) == 1


async def test_too_small_a_portfolio_makes_no_groups(bank: Bank, rich: Rich) -> None:
    await rich(10)
    with pytest.raises(PortfolioTooSmall):
        await bank.run(with_roles(bank.officer, "risk_analyst"), service.fit)


async def test_without_a_grouping_in_use_there_is_no_run_by_groups(bank: Bank) -> None:
    with pytest.raises(ClusteringMissing):
        await bank.run(bank.system, service.run_clusters)


@pytest.fixture
async def idle(bank: Bank) -> Party:
    """Without an account yet."""
    return await bank.customer(person())


@pytest.fixture
async def proposed(bank: Bank, idle: Party) -> SegmentClustering:
    """Of 72 customers with an account; the idle one is not compared."""
    assert idle.id
    for place in range(72):
        days = 1 if place % 2 else 8
        party = await bank.customer(person())
        await book(bank, party, *((DAY + timedelta(days=n), days * 1_000 + place) for n in range(days)))
    found: SegmentClustering = await bank.run(with_roles(bank.officer, "risk_analyst"), service.fit)
    return found


async def adopted(bank: Bank, proposed: SegmentClustering) -> None:
    await bank.run(with_roles(bank.second_officer, "product_manager"), service.adopt, proposed.id)


async def test_groups_are_looked_for_among_those_whom_the_rules_compare(proposed: SegmentClustering) -> None:
    assert (proposed.customers, proposed.outside, sum(proposed.sizes.values())) == (72, 1, 72)
    assert proposed.population == [{"fact": "products", "at_least": "1"}]


async def test_whoever_is_outside_the_grouping_is_counted_and_told_as_such(
    bank: Bank, proposed: SegmentClustering, idle: Party
) -> None:
    await adopted(bank, proposed)
    run = await bank.run(bank.system, service.run_clusters)
    assert (run.customers, run.sizes) == (73, {**proposed.sizes, "outside": 1})
    found = await bank.run(bank.manager, queries.memberships, idle.id)
    assert [each.segment for each in found] == ["outside"]
    told = await bank.run(bank.manager, named, ["outside"])
    assert told == ["Outside the grouping"]


async def named(ctx: Context, codes: list[str]) -> list[str]:
    return [each.name for each in service.told(ctx, Scheme.CLUSTERS, codes, None).values()]


async def test_who_comes_into_the_grouping_is_told_the_condition_that_is_met_now(
    bank: Bank, proposed: SegmentClustering, idle: Party
) -> None:
    await adopted(bank, proposed)
    await bank.run(bank.system, service.run_clusters)
    await book(bank, idle, (DAY + timedelta(days=8), 1_000))
    await bank.run(bank.system, service.run_clusters)
    move = (await bank.run(bank.manager, queries.moves_of, idle.id))[0]
    crossed = service.whys(move.because)
    assert (move.from_segment, move.to_segment.partition("_")[0]) == ("outside", "group")
    assert [(each.fact, each.limit, each.before, each.after, each.met) for each in crossed] == [
        ("products", "1", 0, 1, True)
    ]


async def test_a_grouping_from_before_there_were_conditions_is_of_everybody(
    bank: Bank, proposed: SegmentClustering
) -> None:
    async def older(ctx: Context) -> None:
        row = await ctx.session.get_one(SegmentClustering, proposed.id)
        async with ctx.audit("segment.fit", ("segment_clustering", row.id)):
            row.population, row.outside = None, None

    await bank.run(bank.system, older)
    await adopted(bank, proposed)
    run = await bank.run(bank.system, service.run_clusters)
    assert (run.customers, "outside" in run.sizes) == (73, False)


async def test_groups_are_fitted_adopted_by_another_and_used(bank: Bank, proposed: SegmentClustering) -> None:
    fitter, adopter = with_roles(bank.officer, "product_manager"), with_roles(bank.second_officer, "product_manager")
    with pytest.raises(NotAllowed):
        await bank.run(fitter, service.adopt, proposed.id)
    await bank.run(adopter, service.adopt, proposed.id)
    run = await bank.run(bank.system, service.run_clusters)
    assert {code: run.sizes[code] for code in proposed.sizes} == proposed.sizes
    with pytest.raises(ClusteringDecided):
        await bank.run(adopter, service.adopt, proposed.id)

    async def refit(ctx: Context) -> None:
        row = await ctx.session.get_one(SegmentClustering, proposed.id)
        async with ctx.audit("segment.adopt", ("segment_clustering", row.id)):
            row.decided_by = row.fitted_by

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await bank.run(bank.system, refit)


async def test_a_newer_grouping_retires_the_one_before(
    bank: Bank, proposed: SegmentClustering, clock: FixedClock
) -> None:
    adopter = with_roles(bank.second_officer, "product_manager")
    await bank.run(adopter, service.adopt, proposed.id)
    clock.advance(timedelta(days=1))
    newer = await bank.run(with_roles(bank.officer, "risk_analyst"), service.fit)
    await bank.run(adopter, service.adopt, newer.id)
    states = {row.number: row.state for row in await bank.run(adopter, queries.clusterings)}
    assert states == {1: ClusteringState.RETIRED, 2: ClusteringState.IN_USE}


async def test_erasure_takes_the_membership_and_the_moves_away(bank: Bank, rich: Rich) -> None:
    party = await rich(99_000)
    await bank.run(bank.system, service.run_rules)
    await book(bank, party, (DAY + timedelta(days=1), 5_000))
    await bank.run(bank.system, service.run_rules)

    async def erased(ctx: Context) -> int:
        await remove_contents(ctx, [party.id])
        return len((await ctx.session.scalars(select(SegmentMember))).all())

    assert await bank.run(bank.system, erased) == 0
    assert await bank.run(bank.manager, queries.moves_of, party.id) == []


async def test_a_run_of_an_earlier_day_than_the_newest_is_refused(bank: Bank, rich: Rich) -> None:
    await rich(10)
    await bank.run(bank.system, service.run_rules)
    with pytest.raises(RunOutOfOrder):
        await bank.run(bank.system, service.run_rules, DAY - timedelta(days=1))


async def test_a_proposal_of_other_rules_is_tried_on_the_portfolio(bank: Bank, rich: Rich) -> None:
    await rich(150_000)
    kind = SegmentsKind()
    source = kind.initial(bank.platform.policies, DAY)["segments"]
    base = kind.parse("segments", source)
    proposed = kind.parse("segments", source.replace(b"at_least: 10000000", b"at_least: 20000000"))

    async def progress(_: int, __: int) -> None:
        pass

    document = await bank.run(bank.system, kind.simulate, base, proposed, progress)
    assert document.statements[0].words.params["moved"] == 1
    assert [table.total for table in document.tables[1:]] == [1]


async def written(bank: Bank) -> dict[UUID, str]:
    """By which transaction each membership was written last."""

    async def read(ctx: Context) -> dict[UUID, str]:
        rows = await ctx.session.execute(text("SELECT party_id, xmin::text FROM segment_member"))
        return {row[0]: row[1] for row in rows}

    found: dict[UUID, str] = await bank.run(bank.system, read)
    return found


async def test_only_memberships_that_changed_are_written(bank: Bank, rich: Rich) -> None:
    same, other = await rich(150_000), await rich(10)
    await bank.run(bank.system, service.run_rules)
    before = await written(bank)
    await book(bank, other, (DAY, 1))
    await bank.run(bank.system, service.run_rules)
    after = await written(bank)
    assert (after[same.id] == before[same.id], after[other.id] == before[other.id]) == (True, False)


async def test_who_is_no_longer_analysed_leaves_the_segments(bank: Bank, rich: Rich) -> None:
    staying, leaving = await rich(150_000), await rich(150_000)
    await bank.run(bank.system, service.run_rules)
    await bank.run(bank.system, consent.object_to, leaving.id, "analytics", "test", None)
    run = await bank.run(bank.system, service.run_rules)
    assert (run.customers, run.left) == (1, 1)
    assert set(await written(bank)) == {staying.id}
