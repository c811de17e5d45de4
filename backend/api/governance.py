"""Rule-sets in force, their history, and proposals to change them with difference, simulation and signatures."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.governance import documents, kinds, reading, standing
from backend.governance.errors import ContentRefused, UnknownRuleSet
from backend.governance.kinds import Change
from backend.governance.models import Proposal as ProposalRow
from backend.governance.models import Simulation as SimulationRow
from backend.governance.models import Standing as StandingRow


@strawberry.enum
class RuleSetProposalState(Enum):
    DRAFT = "draft"
    SIMULATED = "simulated"
    PROPOSED = "proposed"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@strawberry.enum
class SimulationState(Enum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@strawberry.enum
class ChangeSort(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@strawberry.enum
class DiffSort(Enum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"


@strawberry.type(description="A difference in words of the reader's language.")
class RuleChange:
    sort: ChangeSort
    place: str
    words: str


@strawberry.type(description="A line of the text difference; a gap stands for unchanged lines that were left out.")
class RuleDiffLine:
    sort: DiffSort
    old: int | None
    new: int | None
    text: str


@strawberry.type(description="A step that the state allows or not; `whyNot` says what stands in the way of the reader.")
class RuleSetAct:
    verb: str
    available: bool
    why_not: str | None


@strawberry.type(description="Words or a figure; or a colleague or a customer, seen with the reader's own rights.")
class EffectCell:
    text: str | None
    colleague_id: strawberry.Private[UUID | None]
    party_id: strawberry.Private[UUID | None]

    @strawberry.field
    def colleague(self, info: Info) -> Agent | None:
        return agent(info, self.colleague_id)

    @resolved(weight=1)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type
class EffectRow:
    cells: list[EffectCell] = strawberry.field(directives=[Cost(weight=0, size=4)])


@strawberry.type(description="`total` counts the rows that there are, of which the first are shown.")
class EffectTable:
    title: str
    columns: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])
    total: int
    all_rows: strawberry.Private[list[EffectRow]]

    @resolved(weight=1, sliced_by="first")
    def rows(self, first: int = 20) -> list[EffectRow]:
        return self.all_rows[: max(0, min(first, _ROWS))]


@strawberry.type(description="From what (rows) to what (columns).")
class EffectMatrix:
    title: str
    rows: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    columns: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    counts: list[list[int]] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type
class EffectStatement:
    words: str
    tone: str


@strawberry.type(description="What a change would do to the institution's real records.")
class RuleSetSimulation:
    id: UUID
    state: SimulationState
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    problem: str | None
    outdated: bool = strawberry.field(description="The rules, the text or the records have moved since.")
    statements: list[EffectStatement] = strawberry.field(directives=[Cost(weight=0, size=5)])
    refusals: list[str] = strawberry.field(directives=[Cost(weight=0, size=2)])
    matrices: list[EffectMatrix] = strawberry.field(directives=[Cost(weight=0, size=2)])
    tables: list[EffectTable] = strawberry.field(directives=[Cost(weight=0, size=5)])
    starter: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.starter)


@strawberry.type
class RuleSetProposalLine:
    id: UUID
    kind: str
    kind_title: str
    name: str
    state: RuleSetProposalState
    reason: str
    effective_on: date | None
    proposed_at: datetime
    decided_at: datetime | None
    row: strawberry.Private[ProposalRow]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)

    @classmethod
    def of(cls, row: ProposalRow, locale: str) -> "RuleSetProposalLine":
        return cls(
            id=row.id,
            kind=row.kind,
            kind_title=translate(locale, kinds.find(row.kind).title),
            name=row.name,
            state=RuleSetProposalState(row.state),
            reason=row.reason,
            effective_on=row.effective_on,
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            row=row,
        )


@strawberry.type
class RuleSetProposal(RuleSetProposalLine):
    base_sha256: str | None
    new_sha256: str
    decision_note: str | None
    restores_id: UUID | None
    begins: datetime | None = strawberry.field(description="When it took or takes effect, once approved.")
    moved: bool = strawberry.field(description="The rules in force have changed since it was made.")
    text: str
    format: str
    changes: list[RuleChange] = strawberry.field(directives=[Cost(weight=0, size=10)])
    lines: list[RuleDiffLine] = strawberry.field(directives=[Cost(weight=0, size=20)])
    acts: list[RuleSetAct] = strawberry.field(directives=[Cost(weight=0, size=7)])
    simulation: RuleSetSimulation | None

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @classmethod
    def of_view(cls, view: reading.ProposalView, locale: str) -> "RuleSetProposal":
        row, line = view.row, RuleSetProposalLine.of(view.row, locale)
        return cls(
            **vars(line),
            base_sha256=row.base_sha256,
            new_sha256=row.new_sha256,
            decision_note=row.decision_note,
            restores_id=row.restores_id,
            begins=view.begins,
            moved=view.moved,
            text=view.source,
            format=view.kind.format,
            changes=[rule_change(change, locale) for change in view.changes],
            lines=[RuleDiffLine(sort=DiffSort(x.sort), old=x.old, new=x.new, text=x.text) for x in view.lines],
            acts=[RuleSetAct(verb=act.verb, available=act.available, why_not=act.why_not) for act in view.acts],
            simulation=None if view.simulation is None else _simulation(view, view.simulation, locale),
        )


@strawberry.type(description="A rule-set as it counts now; without `since` it is the text of the product's files.")
class RuleSet:
    kind: str
    kind_title: str
    name: str
    format: str
    sha256: str
    since: datetime | None
    proposal_id: UUID | None
    may_propose: bool
    open: list[RuleSetProposalLine] = strawberry.field(directives=[Cost(weight=0, size=3)])

    @classmethod
    def of(cls, found: reading.InForce, locale: str) -> "RuleSet":
        row = found.standing
        return cls(
            kind=found.kind.name,
            kind_title=translate(locale, found.kind.title),
            name=found.name,
            format=found.kind.format,
            sha256=found.sha256,
            since=None if row is None else row.effective_from,
            proposal_id=None if row is None else row.proposal_id,
            may_propose=found.may_propose,
            open=[RuleSetProposalLine.of(each, locale) for each in found.open],
        )


@strawberry.type(description="A period in which a text was, is or will be in force.")
class RuleSetPeriod:
    id: UUID
    sha256: str
    since: datetime
    until: datetime | None
    proposal_id: UUID

    @classmethod
    def of(cls, row: StandingRow) -> "RuleSetPeriod":
        return cls(
            id=row.id,
            sha256=row.sha256,
            since=row.effective_from,
            until=row.effective_to,
            proposal_id=row.proposal_id,
        )


@strawberry.type
class RuleSetHistory:
    now: RuleSet
    text: str
    files_sha256: str | None
    periods: list[RuleSetPeriod] = strawberry.field(directives=[Cost(weight=0, size=10)])
    proposals: list[RuleSetProposalLine] = strawberry.field(directives=[Cost(weight=0, size=10)])


@strawberry.type(description="Whether a text can be read: if not, the line (0: none in particular) and what is wrong.")
class RuleSetCheck:
    readable: bool
    line: int | None
    problem: str | None
    changes: list[RuleChange] = strawberry.field(directives=[Cost(weight=0, size=10)])


@strawberry.type
class GovernanceQuery:
    @resolved("Every rule-set that can be governed, as it counts now.", weight=20, size=15)
    async def rule_sets(self, info: Info) -> list[RuleSet]:
        locale = info.context.actor.locale
        return [RuleSet.of(each, locale) for each in await info.context.read(reading.overview)]

    @resolved("One rule-set with its text and its history.", weight=20)
    async def rule_set(self, info: Info, kind: str, name: str) -> RuleSetHistory:
        locale = info.context.actor.locale
        found = await info.context.read(lambda ctx: reading.history(ctx, kind, name))
        return RuleSetHistory(
            now=RuleSet.of(found.now, locale),
            text=found.source,
            files_sha256=found.files_sha256,
            periods=[RuleSetPeriod.of(row) for row in reversed(found.standings)],
            proposals=[RuleSetProposalLine.of(row, locale) for row in found.proposals],
        )

    @resolved("The text of a rule-set by its SHA-256, whenever it was in force.", weight=5)
    async def rule_set_text(self, info: Info, sha256: str) -> str:
        return await info.context.read(lambda ctx: reading.text(ctx, sha256))

    @resolved(weight=20)
    async def rule_set_proposal(self, info: Info, record_id: Id) -> RuleSetProposal:
        return await proposal(info, record_id)

    @resolved("Reads a text as a proposal would, and keeps nothing.", weight=20)
    async def check_rule_set(self, info: Info, kind: str, name: str, content: str) -> RuleSetCheck:
        locale = info.context.actor.locale

        async def checked(ctx: Context) -> RuleSetCheck:
            try:
                base = (await standing.effective(ctx, kind, name)).source
            except UnknownRuleSet:
                base = None
            try:
                changes = reading.check(ctx, kind, name, content.encode(), base)
            except ContentRefused as refused:
                line, problem = refused.params["line"], str(refused.params["problem"])
                return RuleSetCheck(readable=False, line=line, problem=problem, changes=[])
            return RuleSetCheck(
                readable=True, line=None, problem=None, changes=[rule_change(each, locale) for each in changes]
            )

        return await info.context.read(checked)


async def proposal(info: Info, proposal_id: UUID) -> RuleSetProposal:
    view = await info.context.read(lambda ctx: reading.proposal(ctx, proposal_id))
    return RuleSetProposal.of_view(view, info.context.actor.locale)


def rule_change(change: Change, locale: str) -> RuleChange:
    return RuleChange(sort=ChangeSort(change.sort), place=change.place, words=change.words.said(locale))


def _simulation(view: reading.ProposalView, run: SimulationRow, locale: str) -> RuleSetSimulation:
    found = view.document or documents.Document()
    return RuleSetSimulation(
        id=run.id,
        state=SimulationState(run.state),
        done=run.done,
        total=run.total,
        started_at=run.started_at,
        finished_at=run.finished_at,
        problem=run.problem,
        outdated=view.outdated,
        statements=[EffectStatement(words=each.words.said(locale), tone=each.tone) for each in found.statements],
        refusals=[each.said(locale) for each in found.refusals],
        matrices=[_matrix(each, locale) for each in found.matrices],
        tables=[_table(each, locale) for each in found.tables],
        starter=run.started_by,
    )


def _matrix(matrix: documents.Matrix, locale: str) -> EffectMatrix:
    return EffectMatrix(
        title=matrix.title.said(locale),
        rows=[each.said(locale) for each in matrix.rows],
        columns=[each.said(locale) for each in matrix.columns],
        counts=[list(row) for row in matrix.counts],
    )


def _table(table: documents.Table, locale: str) -> EffectTable:
    return EffectTable(
        title=table.title.said(locale),
        columns=[each.said(locale) for each in table.columns],
        total=len(table.rows) if table.total is None else table.total,
        all_rows=[EffectRow(cells=[_cell(cell, locale) for cell in row]) for row in table.rows],
    )


def _cell(cell: Any, locale: str) -> EffectCell:
    match cell:
        case documents.Words():
            return EffectCell(text=cell.said(locale), colleague_id=None, party_id=None)
        case documents.Colleague():
            return EffectCell(text=None, colleague_id=cell.id, party_id=None)
        case documents.Customer():
            return EffectCell(text=None, colleague_id=None, party_id=cell.party_id)
        case documents.Figure():
            return EffectCell(text=cell.value, colleague_id=None, party_id=None)
        case _:
            return EffectCell(text=cell.text, colleague_id=None, party_id=None)


_ROWS = 2000
