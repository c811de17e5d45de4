"""How old everything is that waits, by department: tasks, and pieces of work of the queues."""

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.casework.tasks import queries, rules, service


@strawberry.type(
    description="Of one department; ages are in days. `unheld`: by nobody who is still at work here; `spans` counts the"
    " open ones by age, up to each of the report's days and beyond the last."
)
class AgeingLine:
    department: str
    words: str
    open: int
    overdue: int
    unheld: int
    untouched: int
    oldest: int
    spans: list[int] = strawberry.field(directives=[Cost(weight=0, size=4)])


@strawberry.type
class TaskAgeing:
    untouched_days: int
    spans: list[int] = strawberry.field(directives=[Cost(weight=0, size=3)])
    tasks: list[AgeingLine] = strawberry.field(directives=[Cost(weight=0, size=8)])
    work: list[AgeingLine] = strawberry.field(directives=[Cost(weight=0, size=8)])


@strawberry.type
class TaskAgeingQuery:
    @resolved("How old the tasks and the work of every department are, without their words.", weight=10)
    async def task_ageing(self, info: Info) -> TaskAgeing:
        return await info.context.read(_ageing)


async def _ageing(ctx: Context) -> TaskAgeing:
    found = await service.ageing(ctx)
    return TaskAgeing(
        untouched_days=found.untouched_days,
        spans=list(found.spans),
        tasks=[_line(ctx, each) for each in found.tasks],
        work=[_line(ctx, each) for each in found.work],
    )


def _line(ctx: Context, each: rules.AgeingLine) -> AgeingLine:
    return AgeingLine(
        department=each.department,
        words=queries.in_force(ctx).said(each.department, ctx.actor.locale),
        open=each.open,
        overdue=each.overdue,
        unheld=each.unheld,
        untouched=each.untouched,
        oldest=each.oldest,
        spans=list(each.spans),
    )
