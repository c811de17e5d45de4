"""What a change of rules would do to the institution's real records, as a simulation found it."""

from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.governance import documents, reading
from backend.governance.models import Simulation as SimulationRow

_ROWS: Final = 2_000


@strawberry.enum
class SimulationState(Enum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


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


def simulation(view: reading.ProposalView, run: SimulationRow, locale: str) -> RuleSetSimulation:
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
        matrices=[effect_matrix(each, locale) for each in found.matrices],
        tables=[effect_table(each, locale) for each in found.tables],
        starter=run.started_by,
    )


def effect_matrix(matrix: documents.Matrix, locale: str) -> EffectMatrix:
    return EffectMatrix(
        title=matrix.title.said(locale),
        rows=[each.said(locale) for each in matrix.rows],
        columns=[each.said(locale) for each in matrix.columns],
        counts=[list(row) for row in matrix.counts],
    )


def effect_table(table: documents.Table, locale: str) -> EffectTable:
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
