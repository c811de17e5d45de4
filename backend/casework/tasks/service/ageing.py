"""How old everything is that waits, by department: so that nothing falls between is seen, not believed."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework.queries import queues
from backend.casework.tasks import queries, rules
from backend.casework.tasks.queries import ages
from backend.casework.tasks.rules import Aged, AgeingLine


@dataclass(frozen=True, slots=True)
class Ageing:
    """Tasks, and pieces of casework, a line a department each. What a colleague holds who has left is held by nobody.

    Work of a queue that no department serves stands under an empty name.
    """

    tasks: list[AgeingLine]
    work: list[AgeingLine]
    spans: tuple[int, ...]
    untouched_days: int


async def ageing(ctx: Context) -> Ageing:
    """Of the whole institution, without words."""
    ctx.require("ageing", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    under, served, here = queries.in_force(ctx), queues(ctx), await ages.active_ids(ctx)

    def aged(found: list[ages.Lasting], name: Callable[[str], str]) -> list[AgeingLine]:
        rows = [
            Aged(name(each.place), each.since, each.touched_at, each.due_at, each.owner_id in here) for each in found
        ]
        return rules.ageing(under, rows, ctx.now)

    return Ageing(
        tasks=aged(await ages.lasting_tasks(ctx), lambda place: place),
        work=aged(await ages.lasting_work(ctx), lambda place: under.of_queue(served, place) or ""),
        spans=under.spans,
        untouched_days=under.untouched_days,
    )
