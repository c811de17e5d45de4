"""What people see of governance: rule-sets in force, their history, a proposal with its differences and its effect."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.errors import TenureError
from backend.core.i18n import translate
from backend.governance import kinds, queries, rules, standing, texts
from backend.governance.documents import Document
from backend.governance.errors import BaseMoved, NotApprover, NotProposer, SimulationOutdated, WrongState
from backend.governance.kinds import Change, Kind
from backend.governance.models import Proposal, ProposalState, Simulation, Standing
from backend.governance.rules import Ground, Step

OPEN: Final = (ProposalState.DRAFT, ProposalState.SIMULATED, ProposalState.PROPOSED, ProposalState.APPROVED)
_CONTEXT_LINES: Final = 3
_VERBS: Final = (
    Step.EDIT, Step.SIMULATE, Step.REBASE, Step.SUBMIT, Step.APPROVE, Step.REJECT, Step.WITHDRAW,
)  # fmt: skip
_CHECKS: Final = frozenset({Step.APPROVE, Step.REJECT})


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule-set as it counts now; `standing` is None while the files' text does."""

    kind: Kind[Any]
    name: str
    sha256: str
    standing: Standing | None
    may_propose: bool
    open: Sequence[Proposal]


@dataclass(frozen=True, slots=True)
class History:
    """`standings` from the first to the last; before the first the files' text counted, where there is one."""

    now: InForce
    source: str
    files_sha256: str | None
    standings: Sequence[Standing]
    proposals: Sequence[Proposal]


@dataclass(frozen=True, slots=True)
class DiffLine:
    sort: Literal["same", "added", "removed", "gap"]
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    verb: Step
    available: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    row: Proposal
    kind: Kind[Any]
    source: str
    changes: Sequence[Change]
    lines: Sequence[DiffLine]
    simulation: Simulation | None
    document: Document | None
    outdated: bool
    moved: bool
    begins: datetime | None
    acts: Sequence[Act]


def require_sight(ctx: Context) -> None:
    ctx.require("view", "ruleset", Facts(tenant_id=ctx.actor.tenant_id))


async def overview(ctx: Context) -> list[InForce]:
    require_sight(ctx)
    found: list[InForce] = []
    for kind in kinds.known():
        named = {row.name for row in await queries.standings(ctx.session, kind.name)}
        names = sorted(named | kind.initial(ctx.policies, ctx.now.date()).keys())
        found += [await in_force(ctx, kind, name) for name in names]
    return found


async def in_force(ctx: Context, kind: Kind[Any], name: str) -> InForce:
    row = await queries.standing_at(ctx.session, kind.name, name, ctx.now)
    initial = kind.initial(ctx.policies, ctx.now.date()).get(name, b"")
    may = ctx.may(kind.permission.proposes, kind.permission.object, Facts(tenant_id=ctx.actor.tenant_id))
    sha256 = texts.sha256_of(initial) if row is None else row.sha256
    waiting = await queries.proposals(ctx.session, kind=kind.name, name=name, states=OPEN)
    return InForce(kind, name, sha256, row, may, waiting)


async def history(ctx: Context, kind_name: str, name: str) -> History:
    """Raises UnknownKind, UnknownRuleSet."""
    require_sight(ctx)
    kind = kinds.find(kind_name)
    now = await standing.effective(ctx, kind_name, name)
    initial = kind.initial(ctx.policies, ctx.now.date()).get(name)
    return History(
        await in_force(ctx, kind, name),
        now.source.decode(),
        None if initial is None else texts.sha256_of(initial),
        await queries.standings(ctx.session, kind_name, name),
        await queries.proposals(ctx.session, kind=kind_name, name=name),
    )


async def text(ctx: Context, sha256: str) -> str:
    """Raises UnknownText."""
    require_sight(ctx)
    return (await texts.by_hash(ctx, sha256)).decode()


async def names(ctx: Context, people: set[UUID]) -> Mapping[UUID, str]:
    """Of colleagues and partner clients that a simulation names."""
    require_sight(ctx)
    found = await directory.staff_names(ctx.session, people)
    return {**found, **await directory.client_names(ctx.session, people - found.keys())}


def check(ctx: Context, kind_name: str, name: str, content: bytes, base: bytes | None) -> Sequence[Change]:
    """How content would differ, without keeping it. Raises ContentRefused with the line."""
    require_sight(ctx)
    kind = kinds.find(kind_name)
    proposed = kind.parse(name, content)
    return kind.diff(None if base is None else kind.parse(name, base), proposed)


async def proposal(ctx: Context, proposal_id: UUID) -> ProposalView:
    """Raises UnknownProposal."""
    require_sight(ctx)
    row = await queries.proposal(ctx, proposal_id)
    kind = kinds.find(row.kind)
    new = await texts.by_hash(ctx, row.new_sha256)
    old = None if row.base_sha256 is None else await texts.by_hash(ctx, row.base_sha256)
    base = None if old is None else kind.parse(row.name, old)
    run = await queries.latest_simulation(ctx.session, row.id)
    scheduled = await queries.standing_of(ctx.session, row.id)
    moved = row.state in OPEN[:3] and await _moved(ctx, row)
    outdated = run is not None and await _outdated(ctx, row, run, kind)
    return ProposalView(
        row,
        kind,
        new.decode(),
        kind.diff(base, kind.parse(row.name, new)),
        list(text_difference("" if old is None else old.decode(), new.decode())),
        run,
        None if run is None or run.document is None else Document.of_json(run.document),
        outdated,
        moved,
        None if scheduled is None else scheduled.effective_from,
        [_act(ctx, row, kind, verb, moved=moved, outdated=outdated) for verb in _VERBS],
    )


def text_difference(old: str, new: str) -> Iterator[DiffLine]:
    """Changed lines with a few around them, as in a unified diff, each with its numbers."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT_LINES)):
        if place:
            yield DiffLine("gap", None, None, "")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (DiffLine("same", i + 1, j1 + i - i1 + 1, before[i]) for i in range(i1, i2))
                continue
            yield from (DiffLine("removed", i + 1, None, before[i]) for i in range(i1, i2))
            yield from (DiffLine("added", None, j + 1, after[j]) for j in range(j1, j2))


async def _moved(ctx: Context, row: Proposal) -> bool:
    now = await standing.ground(ctx, row.kind, row.name)
    return (now.sha256, now.standing_id) != (row.base_sha256, row.base_standing_id)


async def _outdated(ctx: Context, row: Proposal, run: Simulation, kind: Kind[Any]) -> bool:
    if row.state not in OPEN[:3] or run.document is None:
        return False
    evidence = rules.Evidence(run.base_sha256, run.new_sha256, run.started_at, run.stamp)
    same = Ground(row.base_sha256, row.base_standing_id)
    return rules.obstacle(same, row.new_sha256, same, evidence, await kind.stamp(ctx)) is not None


def _act(ctx: Context, row: Proposal, kind: Kind[Any], verb: Step, *, moved: bool, outdated: bool) -> Act:
    problem = _problem(ctx, row, kind, verb, moved=moved, outdated=outdated)
    why = None if problem is None else translate(ctx.actor.locale, problem.text, **problem.params)
    return Act(verb, problem is None, why)


def _problem(
    ctx: Context, row: Proposal, kind: Kind[Any], verb: Step, *, moved: bool, outdated: bool
) -> TenureError | None:
    if verb not in rules.possible(row.state):
        return WrongState(state=row.state)
    facts = Facts(tenant_id=row.tenant_id, maker_id=row.proposed_by, deciders=frozenset())
    approver = ctx.may(kind.permission.approves, kind.permission.object, facts)
    own = row.proposed_by == ctx.actor.id
    by_approver = verb in _CHECKS or (verb is Step.WITHDRAW and row.state == ProposalState.APPROVED)
    if not (own and verb not in _CHECKS) and not (approver and (by_approver or verb is Step.SIMULATE)):
        return NotApprover() if verb in _CHECKS else NotProposer()
    if verb in {Step.APPROVE, Step.SIMULATE} and moved:
        return BaseMoved()
    if verb is Step.REBASE and not moved:
        return WrongState(state=row.state)
    return SimulationOutdated() if verb is Step.APPROVE and outdated else None
