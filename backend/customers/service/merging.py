"""Merging two records of one party: proposed by one person, approved by another, and nothing is lost."""

from collections.abc import Collection
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers import following
from backend.customers.errors import (
    MergeBlockedByCases,
    MergeKinds,
    MergeSamePartyTwice,
    MergeState,
    MergeSurvivor,
)
from backend.customers.models import MergeCase, MergeStatus, Party, PartyStatus
from backend.customers.queries.sight import facts
from backend.customers.service.candidates import note_duplicates
from backend.customers.service.loading import party_for, record, tag_names
from backend.customers.service.retagging import retag
from backend.customers.service.takeover import take_over


class Dependants(Protocol):
    """What hangs on parties in the capabilities above; they know, this one may not."""

    async def open_cases(self, ctx: Context, party_ids: Collection[UUID]) -> Collection[UUID]:
        """Those of the parties that have an open onboarding case."""

    async def follow(self, ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
        """Move cases, holdings and work to the survivor, within the open audit entry."""


async def propose_merge(ctx: Context, first_id: UUID, second_id: UUID, survivor_id: UUID) -> MergeCase:
    """Needs the right on both records; also for a pair that nothing has found suspicious, or that was dismissed."""
    if first_id == second_id:
        raise MergeSamePartyTwice(field="second_id")
    if survivor_id not in {first_id, second_id}:
        raise MergeSurvivor(field="survivor_id")
    first = await party_for(ctx, first_id, "merge_propose")
    second = await party_for(ctx, second_id, "merge_propose")
    if first.kind != second.kind:
        raise MergeKinds()
    case = await _case_of(ctx, first_id, second_id)
    if case.status in {MergeStatus.PROPOSED, MergeStatus.MERGED}:
        raise MergeState(status=case.status)
    async with ctx.audit("customer.merge.propose", ("party", survivor_id)):
        ctx.session.add(case)
        case.status, case.survivor_id = MergeStatus.PROPOSED, survivor_id
        case.proposed_by, case.proposed_at = ctx.actor.id, ctx.now
        case.decided_by = case.decided_at = None
    await ctx.emit("merge.proposed", case.id, {"survivor": str(survivor_id)})
    return case


async def _case_of(ctx: Context, one_id: UUID, other_id: UUID) -> MergeCase:
    first, second = sorted((one_id, other_id))
    pair = select(MergeCase).where(MergeCase.first_id == first, MergeCase.second_id == second)
    found = (await ctx.session.scalars(pair)).first()
    if found is not None:
        return found
    return MergeCase(id=new_id(), tenant_id=ctx.actor.tenant_id, first_id=first, second_id=second, score=0, evidence=[])


async def approve_merge(ctx: Context, merge_id: UUID, dependants: Dependants) -> Party:
    """The survivor takes everything over; run SERIALIZABLE. `dependants` speaks for the capabilities above."""
    case = await _proposed(ctx, merge_id)
    survivor_id = case.survivor_id or case.first_id
    loser_id = case.second_id if survivor_id == case.first_id else case.first_id
    if len(set(await dependants.open_cases(ctx, (survivor_id, loser_id)))) > 1:
        raise MergeBlockedByCases()
    survivor, loser = await _active(ctx, survivor_id), await _active(ctx, loser_id)
    async with ctx.audit("customer.merge.approve", ("party", survivor_id)):
        if ctx.vault.search.rotating:
            await retag(ctx, (survivor_id, loser_id))
        await take_over(ctx, survivor, loser)
        await dependants.follow(ctx, loser_id, survivor_id)
        await following.follow(ctx, loser_id, survivor_id)
        loser.status, loser.merged_into_id = PartyStatus.MERGED, survivor_id
        case.status, case.decided_by, case.decided_at = MergeStatus.MERGED, ctx.actor.id, ctx.now
        await _close_other_cases(ctx, loser_id)
        await ctx.session.flush()
        await tag_names(ctx, survivor_id)
        await tag_names(ctx, loser_id)
    await ctx.emit("party.merged", survivor_id, {"loser": str(loser_id), "case": str(case.id)})
    await note_duplicates(ctx, survivor_id)
    return survivor


async def dismiss_merge(ctx: Context, merge_id: UUID) -> MergeCase:
    """They are two. A suspicion may be dismissed by who could propose; a proposal only by another person."""
    case = await record(ctx, MergeCase, merge_id, "merge")
    if case.status == MergeStatus.OPEN:
        for party_id in (case.first_id, case.second_id):
            ctx.require("merge_propose", "customer", await facts(ctx, party_id))
    else:
        case = await _proposed(ctx, merge_id)
    async with ctx.audit("customer.merge.dismiss", ("party", case.first_id)):
        case.status, case.decided_by, case.decided_at = MergeStatus.DISMISSED, ctx.actor.id, ctx.now
    await ctx.emit("merge.dismissed", case.id, {})
    return case


async def _proposed(ctx: Context, merge_id: UUID) -> MergeCase:
    """The second pair of eyes is asked of both records: the proposer is the maker on each."""
    case = await record(ctx, MergeCase, merge_id, "merge")
    for party_id in (case.first_id, case.second_id):
        standing = replace(await facts(ctx, party_id), maker_id=case.proposed_by)
        ctx.require("merge_approve", "customer", standing)
    if case.status != MergeStatus.PROPOSED:
        raise MergeState(status=case.status)
    return case


async def _active(ctx: Context, party_id: UUID) -> Party:
    party = await record(ctx, Party, party_id, "party")
    if party.status != PartyStatus.ACTIVE:
        raise MergeState(status=party.status)
    await ctx.vault.load([party_id])
    return party


async def _close_other_cases(ctx: Context, loser_id: UUID) -> None:
    """Suspicions about the loser are suspicions about the survivor now, and are raised anew."""
    pending = select(MergeCase).where(
        or_(col(MergeCase.first_id) == loser_id, col(MergeCase.second_id) == loser_id),
        col(MergeCase.status).in_((MergeStatus.OPEN, MergeStatus.PROPOSED)),
    )
    for case in await ctx.session.scalars(pending):
        case.status, case.decided_at = MergeStatus.DISMISSED, ctx.now
