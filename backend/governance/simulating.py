"""The run of a simulation: begun by a person, carried out in pieces that commit by themselves, kept with its proof."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.errors import StaleRecord
from backend.governance import kinds, queries, rules, standing, texts
from backend.governance.documents import Document
from backend.governance.errors import BaseMoved, UnknownSimulation
from backend.governance.kinds import Kind, Progress
from backend.governance.models import Proposal, Simulation, SimulationState
from backend.governance.rules import Step


async def begin(ctx: Context, proposal_id: UUID) -> Simulation:
    """By whoever may propose or approve. Raises BaseMoved: what would be measured is no longer the choice."""
    row = await queries.proposal(ctx, proposal_id)
    permission = kinds.find(row.kind).permission
    facts = Facts(tenant_id=row.tenant_id, maker_id=row.proposed_by, deciders=frozenset())
    if not ctx.may(permission.approves, permission.object, facts):
        ctx.require(permission.proposes, permission.object, facts)
    rules.after(row.state, Step.SIMULATE)
    ground = await standing.ground(ctx, row.kind, row.name)
    if (ground.sha256, ground.standing_id) != (row.base_sha256, row.base_standing_id):
        raise BaseMoved()
    run = Simulation(
        tenant_id=row.tenant_id,
        proposal_id=row.id,
        base_sha256=row.base_sha256,
        new_sha256=row.new_sha256,
        state=SimulationState.RUNNING,
        started_by=ctx.actor.id,
        started_at=ctx.now,
        seen_at=ctx.now,
    )
    ctx.session.add(run)
    await ctx.session.flush()
    return run


async def measure(ctx: Context, run_id: UUID, progress: Progress) -> tuple[Document, str]:
    """The document and the stamp of what was read; writes nothing."""
    run = await _run(ctx, run_id)
    row = await queries.proposal(ctx, run.proposal_id)
    found = kinds.find(row.kind)
    stamp = await found.stamp(ctx)
    base, proposed = await contents(ctx, row, found)
    return await found.simulate(ctx, base, proposed, progress), stamp


async def note_progress(ctx: Context, run_id: UUID, done: int, total: int) -> None:
    run = await _run(ctx, run_id)
    run.done, run.total, run.seen_at = done, total, ctx.now


async def finish(ctx: Context, run_id: UUID, document: Document, stamp: str) -> Proposal:
    """The result becomes the proposal's, unless its text has been changed in the meantime."""
    run = await _run(ctx, run_id)
    row = await queries.proposal(ctx, run.proposal_id)
    run.state, run.document, run.stamp, run.finished_at = SimulationState.DONE, document.as_json(), stamp, ctx.now
    if (row.base_sha256, row.new_sha256) == (run.base_sha256, run.new_sha256):
        async with ctx.audit("ruleset.simulate", ("ruleset_proposal", row.id), reason=row.kind, ruleset=row.new_sha256):
            row.state = rules.after(row.state, Step.SIMULATE)
            row.simulation_id, row.simulation_digest = run.id, digest(run.document)
    return row


async def fail(ctx: Context, run_id: UUID, problem: str) -> None:
    run = await _run(ctx, run_id)
    run.state, run.problem, run.finished_at = SimulationState.FAILED, problem, ctx.now


async def contents(ctx: Context, row: Proposal, found: Kind[Any]) -> tuple[Any, Any]:
    """What the kind makes of the two texts; None for a rule-set that did not exist before."""
    base = None if row.base_sha256 is None else found.parse(row.name, await texts.by_hash(ctx, row.base_sha256))
    return base, found.parse(row.name, await texts.by_hash(ctx, row.new_sha256))


def digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify(document: Mapping[str, Any], expected: str | None) -> None:
    """The result is the one that the audited proposal names. Raises StaleRecord."""
    if digest(document) != expected:
        raise StaleRecord(table="ruleset_simulation")


async def _run(ctx: Context, run_id: UUID) -> Simulation:
    run = await queries.simulation(ctx.session, run_id)
    if run is None:
        raise UnknownSimulation()
    return run
