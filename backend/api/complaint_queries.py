"""What is asked of complaints: one, those of a customer, those that wait, and the figures."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.complaint_codes import ComplaintState
from backend.api.complaints import Complaint, ComplaintChoices, ComplaintFigure, complaint_choices, complaint_shown
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.staff import Agent, AgentKind
from backend.complaints import models, queries, stages

_LISTED: Final = "complaints"


@strawberry.type
class ComplaintQuery:
    @resolved(
        "Complaints: the open ones, or the ended ones; what is due first comes first.", weight=5, sliced_by="first"
    )
    async def complaints(
        self,
        info: Info,
        is_open: Annotated[bool, strawberry.argument(name="open")] = True,
        mine: bool = False,
        product: str | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Complaint]:
        states = stages.OPEN if is_open else set(models.State) - stages.OPEN
        listed, limit = f"{_LISTED} {is_open} {mine} {product}", page_size(first)
        start = _after(place(info, listed, after))
        handler = info.context.actor.id if mine else None

        async def page(ctx: Context) -> list[Complaint]:
            rows = await queries.listed(
                ctx, states=states, handler_id=handler, product_code=product, after=start, limit=limit + 1
            )
            return [complaint_shown(ctx, row) for row in rows]

        rows = await info.context.read(page)
        more = f"{rows[limit - 1].due_on.isoformat()}|{rows[limit - 1].id}" if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)

    @resolved("A complaint that may be seen.", weight=3)
    async def complaint(self, info: Info, record_id: Id) -> Complaint:
        async def found(ctx: Context) -> Complaint:
            return complaint_shown(ctx, await queries.complaint(ctx, record_id))

        return await info.context.read(found)

    @resolved("All complaints of a customer, the newest first.", weight=3, size=10)
    async def complaints_of(self, info: Info, party_id: UUID) -> list[Complaint]:
        async def found(ctx: Context) -> list[Complaint]:
            rows = (await queries.of_parties(ctx, [party_id])).get(party_id, [])
            return [complaint_shown(ctx, row) for row in rows]

        return await info.context.read(found)

    @resolved("How many complaints stand where, and how many are late.", weight=3, size=9)
    async def complaint_figures(self, info: Info) -> list[ComplaintFigure]:
        return [
            ComplaintFigure(
                state=ComplaintState(each.state), count=each.count, overdue=each.overdue, next_due_on=each.next_due_on
            )
            for each in await info.context.read(queries.figures)
        ]

    @resolved("Colleagues by name, for whoever takes complaints in.", weight=2, size=50)
    async def complaint_colleagues(self, info: Info) -> list[Agent]:
        rows = await info.context.read(queries.everybody)
        return [Agent(id=row.id, kind=AgentKind.STAFF, name=row.display_name) for row in rows]

    @resolved("The words that a new complaint takes.", weight=2)
    async def complaint_choices(self, info: Info) -> ComplaintChoices:
        return await info.context.read(lambda ctx: complaint_choices(ctx, None))


def _after(text: str | None) -> queries.After | None:
    if text is None:
        return None
    day, _, record_id = text.partition("|")
    return queries.After(date.fromisoformat(day), UUID(record_id))
