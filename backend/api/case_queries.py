"""Finding cases: one by its id, lists by state, figures."""

from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.api import graph
from backend.api.case_enums import CaseState
from backend.api.cases import Case
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.onboarding import models, queries

_CASES: Final = "cases"


@strawberry.input(description="Conditions that all hold; `mine` is what the viewer reviews.")
class CaseFilter:
    states: list[CaseState] | None = None
    purposes: list[str] | None = None
    risk_levels: list[str] | None = None
    reviewer_id: UUID | None = None
    mine: bool = False
    customer_id: UUID | None = None
    parent_id: UUID | None = None
    opened_from: datetime | None = None

    def wanted(self, info: Info) -> queries.CaseFilter:
        return queries.CaseFilter(
            states=frozenset(models.CaseState(state.value) for state in self.states or []),
            purposes=frozenset(self.purposes or []),
            risk_levels=frozenset(self.risk_levels or []),
            reviewer_id=info.context.actor.id if self.mine else self.reviewer_id,
            customer_id=self.customer_id,
            parent_id=self.parent_id,
            opened_from=self.opened_from,
        )


@strawberry.type(description="How many cases there are in a state, by level of risk.")
class CaseFigure:
    state: CaseState
    risk_level: str | None
    cases: int


@strawberry.type
class CaseQuery:
    @resolved("A case that may be seen.", weight=2)
    async def case(self, info: Info, record_id: Id) -> Case | None:
        return await graph.case(info, record_id)

    @resolved("Cases that may be seen, the newest first.", weight=5, sliced_by="first")
    async def cases(
        self,
        info: Info,
        where: CaseFilter | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Case]:
        wanted, limit = (where or CaseFilter()).wanted(info), page_size(first)
        text = place(info, _CASES, after)
        start = None if text is None else queries.After(*read_instant_place(text))
        rows = await info.context.read(lambda ctx: queries.cases(ctx, wanted, after=start, limit=limit + 1))
        shown = rows[:limit]
        following = instant_place(shown[-1].opened_at, shown[-1].id) if len(rows) > limit else None
        return Connection.of(info, _CASES, [Case.of(row) for row in shown], following)

    @resolved(weight=10, size=20)
    async def case_figures(self, info: Info) -> list[CaseFigure]:
        figures = await info.context.read(queries.figures)
        return [
            CaseFigure(state=CaseState(each.state.value), risk_level=each.risk_level, cases=each.cases)
            for each in figures
        ]
