"""Proposals from the draft to the day they take effect. What approves runs SERIALIZABLE (doors pass four eyes)."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.isolation import require_serializable
from backend.access.scopes import Facts
from backend.governance import kinds, queries, rules, simulating, standing, texts
from backend.governance.documents import Document
from backend.governance.errors import (
    DateInvalid,
    NothingChanges,
    NotProposer,
    ReasonMissing,
    SimulationRefuses,
    WrongState,
)
from backend.governance.kinds import Kind
from backend.governance.models import Proposal, ProposalState, RuleSetStamp, Standing
from backend.governance.rules import Evidence, Ground, Step


async def propose(
    ctx: Context,
    *,
    kind: str,
    name: str,
    content: bytes,
    reason: str,
    effective_on: date | None = None,
    restores_id: UUID | None = None,
) -> Proposal:
    """A draft. Raises ContentRefused with the line, NothingChanges, ReasonMissing, DateInvalid."""
    found = kinds.find(kind)
    _require(ctx, found, found.permission.proposes)
    found.parse(name, content)
    ground = await standing.ground(ctx, kind, name)
    _check(ctx, ground, content, reason, effective_on)
    await _keep_base(ctx, kind, name, ground)
    row = Proposal(
        tenant_id=ctx.actor.tenant_id,
        kind=kind,
        name=name,
        base_sha256=ground.sha256,
        base_standing_id=ground.standing_id,
        new_sha256=await texts.keep(ctx, content),
        reason=reason.strip(),
        effective_on=effective_on,
        state=ProposalState.DRAFT,
        restores_id=restores_id,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    async with ctx.audit("ruleset.propose", _subject(row), reason=kind, ruleset=row.new_sha256):
        ctx.session.add(row)
    return row


async def restore(ctx: Context, standing_id: UUID, *, reason: str, effective_on: date | None = None) -> Proposal:
    """Roll-back: an earlier text of the same rule-set, proposed anew. It needs simulation and approval as any other."""
    row = await ctx.session.get_one(Standing, standing_id)
    content = await texts.by_hash(ctx, row.sha256)
    return await propose(
        ctx,
        kind=row.kind,
        name=row.name,
        content=content,
        reason=reason,
        effective_on=effective_on,
        restores_id=standing_id,
    )


async def restore_files(
    ctx: Context, kind: str, name: str, *, reason: str, effective_on: date | None = None
) -> Proposal:
    """Roll-back to what the files say."""
    content = standing.initial(ctx.policies, kind, name, ctx.now.date())
    return await propose(ctx, kind=kind, name=name, content=content, reason=reason, effective_on=effective_on)


async def edit(
    ctx: Context, proposal_id: UUID, *, content: bytes, reason: str, effective_on: date | None = None
) -> Proposal:
    row, found = await _own(ctx, proposal_id)
    state = rules.after(row.state, Step.EDIT)
    found.parse(row.name, content)
    _check(ctx, Ground(row.base_sha256, row.base_standing_id), content, reason, effective_on)
    sha256 = await texts.keep(ctx, content)
    waited = row.state == ProposalState.PROPOSED
    async with ctx.audit("ruleset.edit", _subject(row), reason=row.kind, ruleset=sha256):
        row.new_sha256, row.reason, row.effective_on, row.state = sha256, reason.strip(), effective_on, state
        row.simulation_id = row.simulation_digest = None
    if waited:
        await _announce(ctx, row, "taken_back")
    return row


async def rebase(ctx: Context, proposal_id: UUID) -> Proposal:
    """Put it on the rules that are last now; it is a draft again."""
    row, _ = await _own(ctx, proposal_id)
    state, ground = rules.after(row.state, Step.REBASE), await standing.ground(ctx, row.kind, row.name)
    if ground.sha256 == row.new_sha256:
        raise NothingChanges(field="content")
    await _keep_base(ctx, row.kind, row.name, ground)
    waited = row.state == ProposalState.PROPOSED
    async with ctx.audit("ruleset.edit", _subject(row), reason="rebase", ruleset=row.new_sha256):
        row.base_sha256, row.base_standing_id, row.state = ground.sha256, ground.standing_id, state
        row.simulation_id = row.simulation_digest = None
    if waited:
        await _announce(ctx, row, "taken_back")
    return row


async def submit(ctx: Context, proposal_id: UUID) -> Proposal:
    """Put it forward for approval."""
    row, _ = await _own(ctx, proposal_id)
    state = rules.after(row.state, Step.SUBMIT)
    async with ctx.audit("ruleset.submit", _subject(row), reason=row.kind, ruleset=row.new_sha256):
        row.state = state
    await _announce(ctx, row, "proposed")
    return row


async def approve(ctx: Context, proposal_id: UUID, *, note: str | None = None) -> Proposal:
    """As second person. Raises BaseMoved, SimulationMissing, SimulationOutdated, SimulationRefuses, ChangeScheduled."""
    await require_serializable(ctx)
    row = await queries.proposal(ctx, proposal_id)
    found = kinds.find(row.kind)
    _require(ctx, found, found.permission.approves, row)
    state, ground = rules.after(row.state, Step.APPROVE), await standing.ground(ctx, row.kind, row.name)
    await _refuse_obstacles(ctx, row, found, ground)
    start = rules.begins(row.effective_on, ctx.now, ground)
    async with ctx.audit("ruleset.approve", _subject(row), reason=row.kind, ruleset=row.new_sha256):
        row.state, row.approved_by, row.decided_by = state, ctx.actor.id, ctx.actor.id
        row.decided_at, row.decision_note = ctx.now, note
        if ground.standing_id is not None:
            (await ctx.session.get_one(Standing, ground.standing_id)).effective_to = start
            await ctx.session.flush()
        ctx.session.add(
            Standing(
                tenant_id=row.tenant_id,
                kind=row.kind,
                name=row.name,
                sha256=row.new_sha256,
                proposal_id=row.id,
                effective_from=start,
            )
        )
    await _tell_processes(ctx)
    await _announce(ctx, row, "approved")
    if start <= ctx.now:
        await _enact(ctx, row, found)
    return row


async def reject(ctx: Context, proposal_id: UUID, *, note: str | None = None) -> Proposal:
    row = await queries.proposal(ctx, proposal_id)
    found = kinds.find(row.kind)
    _require(ctx, found, found.permission.approves, row)
    state = rules.after(row.state, Step.REJECT)
    async with ctx.audit("ruleset.reject", _subject(row), reason=row.kind, ruleset=row.new_sha256):
        row.state, row.decided_by, row.decided_at, row.decision_note = state, ctx.actor.id, ctx.now, note
    await _announce(ctx, row, "rejected")
    return row


async def withdraw(ctx: Context, proposal_id: UUID) -> Proposal:
    """By its proposer; once approved and not yet effective also by whoever could approve it."""
    await require_serializable(ctx)
    row = await queries.proposal(ctx, proposal_id)
    found = kinds.find(row.kind)
    if ctx.actor.id != row.proposed_by:
        if row.state != ProposalState.APPROVED:
            raise NotProposer()
        _require(ctx, found, found.permission.approves, row)
    state = rules.after(row.state, Step.WITHDRAW)
    async with ctx.audit("ruleset.withdraw", _subject(row), reason=row.kind, ruleset=row.new_sha256):
        if row.state == ProposalState.APPROVED:
            await _unschedule(ctx, row)
        row.state = state
    await _announce(ctx, row, "withdrawn")
    return row


async def enact_due(ctx: Context, limit: int) -> int:
    """What was approved for a day that has come; the texts are in force by then, this says so and tells others."""
    ctx.require("enact", "ruleset", Facts(tenant_id=ctx.actor.tenant_id))
    due = await queries.due(ctx.session, ctx.now, limit)
    for row in due:
        await _enact(ctx, row, kinds.find(row.kind))
    return len(due)


async def _enact(ctx: Context, row: Proposal, found: Kind[Any]) -> None:
    former = await queries.effective_proposal(ctx.session, row.kind, row.name)
    async with ctx.audit("ruleset.enact", _subject(row), reason=row.kind, ruleset=row.new_sha256):
        if former is not None:
            former.state = rules.after(former.state, Step.REPLACE)
        row.state = rules.after(row.state, Step.ENACT)
    content = await texts.by_hash(ctx, row.new_sha256)
    await found.enacted(ctx, row.name, found.parse(row.name, content), row.new_sha256)
    await ctx.emit("ruleset.effective", row.id, {"kind": row.kind, "name": row.name, "sha256": row.new_sha256})


async def _announce(ctx: Context, row: Proposal, happened: str) -> None:
    await ctx.emit(f"ruleset.{happened}", row.id, {"kind": row.kind, "name": row.name})


async def _unschedule(ctx: Context, row: Proposal) -> None:
    """The text that was to follow goes; the one before it has no end again."""
    scheduled = await queries.standing_of(ctx.session, row.id)
    if scheduled is None or scheduled.effective_from <= ctx.now:
        raise WrongState(state=ProposalState.EFFECTIVE)
    before = row.base_standing_id
    await ctx.trail.remove(scheduled)
    if before is not None:
        (await ctx.session.get_one(Standing, before)).effective_to = None
    await _tell_processes(ctx)


async def _refuse_obstacles(ctx: Context, row: Proposal, found: Kind[Any], ground: Ground) -> None:
    taken = await queries.simulation(ctx.session, row.simulation_id)
    evidence = None
    if taken is not None and taken.document is not None:
        evidence = Evidence(taken.base_sha256, taken.new_sha256, taken.started_at, taken.stamp)
    made_on = Ground(row.base_sha256, row.base_standing_id)
    problem = rules.obstacle(made_on, row.new_sha256, ground, evidence, await found.stamp(ctx))
    if problem is not None:
        raise problem
    if taken is not None and taken.document is not None:
        simulating.verify(taken.document, row.simulation_digest)
        for refusal in Document.of_json(taken.document).refusals:
            raise SimulationRefuses(reason=refusal.said(ctx.actor.locale))
    base, proposed = await simulating.contents(ctx, row, found)
    await found.check(ctx, base, proposed)


async def _own(ctx: Context, proposal_id: UUID) -> tuple[Proposal, Kind[Any]]:
    row = await queries.proposal(ctx, proposal_id)
    found = kinds.find(row.kind)
    _require(ctx, found, found.permission.proposes)
    if row.proposed_by != ctx.actor.id:
        raise NotProposer()
    return row, found


async def _keep_base(ctx: Context, kind: str, name: str, ground: Ground) -> None:
    """What the files said is kept too, or nobody could show later what was replaced."""
    if ground.standing_id is None and ground.sha256 is not None:
        await texts.keep(ctx, standing.initial(ctx.policies, kind, name, ctx.now.date()))


async def _tell_processes(ctx: Context) -> None:
    row = await queries.stamp_row(ctx.session)
    if row is None:
        ctx.session.add(RuleSetStamp(tenant_id=ctx.actor.tenant_id, version=1))
    else:
        row.version += 1
    await ctx.session.flush()


def _check(ctx: Context, ground: Ground, content: bytes, reason: str, effective_on: date | None) -> None:
    if texts.sha256_of(content) == ground.sha256:
        raise NothingChanges(field="content")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if effective_on is not None and effective_on < ctx.now.date():
        raise DateInvalid(field="effective_on", day=effective_on.isoformat())


def _require(ctx: Context, found: Kind[Any], action: str, row: Proposal | None = None) -> None:
    facts = Facts(tenant_id=ctx.actor.tenant_id)
    if row is not None:
        facts = Facts(tenant_id=row.tenant_id, maker_id=row.proposed_by, deciders=frozenset())
    ctx.require(action, found.permission.object, facts)


def _subject(row: Proposal) -> tuple[str, UUID]:
    return ("ruleset_proposal", row.id)
