"""Retention: each night what is due is proposed; a second person decides on the batch; then it is carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.customers.queries.sight import facts
from backend.rights import queries
from backend.rights.errors import BatchState as WrongState
from backend.rights.models import BatchState, DueState, Erasure, RetentionBatch, RetentionDue
from backend.rights.rules import Verdict
from backend.rights.rulesets import RetentionRules, request_rules
from backend.rights.service.loading import judged, judged_whole, known, lock, retention

_PAGE = 500
_ROWS_AN_ENTRY = 200


async def compute_due(ctx: Context, today: date | None = None) -> dict[UUID, Verdict]:
    """Who would be proposed, in the order of their records; nothing is written."""
    ctx.require("view", "retention", Facts(tenant_id=ctx.actor.tenant_id))
    loaded = await retention(ctx)
    due: dict[UUID, Verdict] = {}
    after: UUID | None = None
    while ids := await queries.candidates(ctx, after, _PAGE):
        verdicts = await judged(ctx, ids, loaded.rules)
        due |= {party_id: verdicts[party_id] for party_id in ids if verdicts[party_id].erasable}
        after = ids[-1]
    return due


async def propose_due(ctx: Context) -> int:
    """For the schedule: adds what has become due to the open proposal, or makes one; how many were added."""
    ctx.require("propose", "retention", Facts(tenant_id=ctx.actor.tenant_id))
    loaded = await retention(ctx)
    due = await compute_due(ctx)
    standing = await queries.proposed_again(ctx, due.keys())
    fresh = {party_id: verdict for party_id, verdict in due.items() if party_id not in standing}
    if not fresh:
        return 0
    batch = await queries.open_batch(ctx) or await _new_batch(ctx, loaded)
    ids = list(fresh)
    for start in range(0, len(ids), _ROWS_AN_ENTRY):
        part = ids[start : start + _ROWS_AN_ENTRY]
        async with ctx.audit("retention.propose", ("retention_batch", batch.id), ruleset=loaded.sha256):
            ctx.session.add_all(_due(ctx, batch.id, party_id, fresh[party_id]) for party_id in part)
    await ctx.emit("retention.proposed", batch.id, {"added": len(ids)})
    return len(ids)


async def _new_batch(ctx: Context, loaded: Loaded[RetentionRules]) -> RetentionBatch:
    batch = RetentionBatch(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        computed_on=ctx.now.date(),
        ruleset=loaded.sha256,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("retention.propose", ("retention_batch", batch.id), ruleset=loaded.sha256):
        ctx.session.add(batch)
    return batch


def _due(ctx: Context, batch_id: UUID, party_id: UUID, verdict: Verdict) -> RetentionDue:
    return RetentionDue(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        batch_id=batch_id,
        party_id=party_id,
        due_since=verdict.free_from or ctx.now.date(),
        terms=[term.as_document() for term in verdict.terms],
    )


async def exclude(ctx: Context, due_id: UUID, reason: str) -> RetentionDue:
    """Taken out by hand, for a reason of the rule-set; the next night proposes it again unless a hold is placed."""
    due = await ctx.session.get_one(RetentionDue, due_id)
    batch = await ctx.session.get_one(RetentionBatch, due.batch_id)
    standing = replace(await facts(ctx, due.party_id), maker_id=batch.proposed_by, deciders=frozenset())
    ctx.require("approve", "retention", standing)
    own = request_rules(ctx.policies, await queries.jurisdiction(ctx), ctx.now.date()).rules
    known(reason, (*own.hold_reasons, *own.refusal_reasons), "reason")
    if batch.state != BatchState.PROPOSED or due.state != DueState.PROPOSED:
        raise WrongState(state=batch.state)
    async with ctx.audit("retention.exclude", ("retention_batch", batch.id), reason=reason):
        due.state, due.reason = DueState.EXCLUDED, reason
    return due


async def approve_batch(ctx: Context, batch_id: UUID, expected: int) -> RetentionBatch:
    """`expected` is how many the approver saw: a proposal that has grown since is looked at again."""
    batch = await _proposed(ctx, batch_id)
    counts = await queries.due_counts(ctx, batch_id)
    if counts.get(DueState.PROPOSED, 0) != expected:
        raise WrongState(state=f"{batch.state}, {counts.get(DueState.PROPOSED, 0)}")
    return await _decide(ctx, batch, BatchState.APPROVED, "retention.approve", counts)


async def reject_batch(ctx: Context, batch_id: UUID) -> RetentionBatch:
    """Nothing of it is erased; what stays due is proposed again."""
    batch = await _proposed(ctx, batch_id)
    return await _decide(ctx, batch, BatchState.REJECTED, "retention.reject", await queries.due_counts(ctx, batch_id))


async def _proposed(ctx: Context, batch_id: UUID) -> RetentionBatch:
    batch = await ctx.session.get_one(RetentionBatch, batch_id)
    ctx.require(
        "approve",
        "retention",
        Facts(tenant_id=batch.tenant_id, maker_id=batch.proposed_by, deciders=frozenset()),
    )
    if batch.state != BatchState.PROPOSED:
        raise WrongState(state=batch.state)
    return batch


async def _decide(
    ctx: Context, batch: RetentionBatch, state: BatchState, action: str, counts: Mapping[str, int]
) -> RetentionBatch:
    async with ctx.audit(action, ("retention_batch", batch.id), ruleset=batch.ruleset):
        batch.state, batch.decided_by, batch.decided_at, batch.counts = state, ctx.actor.id, ctx.now, dict(counts)
    await ctx.emit(f"retention.{state.value}", batch.id, {})
    return batch


async def carry_out(ctx: Context, limit: int = 50) -> int:
    """For the schedule: turns the next of an approved batch into erasures, each judged once more; again until 0."""
    ctx.require("run", "erasure", Facts(tenant_id=ctx.actor.tenant_id))
    for batch in await queries.finishing(ctx):
        dues = await queries.due_in(ctx, batch.id, state=DueState.PROPOSED, limit=limit)
        if not dues:
            await _finish(ctx, batch)
            continue
        await _turn(ctx, batch, dues)
        return len(dues)
    return 0


async def _turn(ctx: Context, batch: RetentionBatch, dues: Sequence[RetentionDue]) -> None:
    loaded = await retention(ctx)
    for due in dues:
        if not await _still_due(ctx, due.party_id, loaded.rules):
            async with ctx.audit("retention.exclude", ("retention_batch", batch.id), reason="no_longer_due"):
                due.state, due.reason = DueState.KEPT, "no_longer_due"
            continue
        assert batch.decided_by is not None  # noqa: S101 - an approved batch has its approver
        async with ctx.audit("erasure.approve", ("party", due.party_id), reason="retention", ruleset=loaded.sha256):
            due.state = DueState.ERASED
            ctx.session.add(
                Erasure(
                    id=new_id(),
                    tenant_id=ctx.actor.tenant_id,
                    party_id=due.party_id,
                    ground="retention",
                    batch_id=batch.id,
                    ruleset=loaded.sha256,
                    proposed_by=batch.proposed_by,
                    approved_by=batch.decided_by,
                    approved_at=ctx.now,
                    counts={},
                )
            )


async def _still_due(ctx: Context, party_id: UUID, under: RetentionRules) -> bool:
    if await queries.erasure_of(ctx, party_id) is not None:
        return False
    await lock(ctx, party_id)
    return (await judged_whole(ctx, party_id, under)).erasable


async def _finish(ctx: Context, batch: RetentionBatch) -> None:
    counts = await queries.due_counts(ctx, batch.id)
    async with ctx.audit("retention.finish", ("retention_batch", batch.id), ruleset=batch.ruleset):
        batch.state, batch.counts = BatchState.DONE, counts
