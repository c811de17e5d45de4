"""Work of prospects: a first contact within the time of the source, and the steps that were planned after it.

The records are the truth; this is run whenever something about a prospect happened, and leaves alone what is right.
"""

from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.customers.models import Customer
from backend.customers.service.relations import customer_of
from backend.engagement.prospects import queries
from backend.engagement.prospects.models import Prospect, ProspectState, Source
from backend.engagement.prospects.ruleset import prospect_rules
from backend.engagement.prospects.service.handing import assign_by_rule, first_contact_at

FIRST: Final = "prospects.first_contact"
FOLLOW_UP: Final = "prospects.follow_up"
OVERDUE: Final = "prospects.overdue"
_UNTIL: Final = time(16, 0)


async def place_work(ctx: Context, prospect_id: UUID) -> WorkItem | None:
    """One piece of work while a contact is owed, with whoever the prospect belongs to; the rule-set says to whom."""
    row = await ctx.session.get(Prospect, prospect_id)
    if row is None:
        return None
    item = await work.open_of(ctx, row.id)
    if row.state not in queries.OPEN or row.next_step_on is None:
        return None if item is None else await casework.move(ctx, (queries.OBJECT, row.id), None)
    if item is not None and item.queue == OVERDUE and row.state == ProspectState.NEW:
        return item
    wanted = _placement(ctx, row, await assign_by_rule(ctx, row))
    if item is not None and (item.queue, item.owner_id, item.due_at) == (wanted.queue, wanted.owner_id, wanted.due_at):
        return item
    return await casework.move(ctx, (queries.OBJECT, row.id), wanted, row.party_id)


async def follow(ctx: Context, party_id: UUID) -> None:
    """Events name the party; each way in which it came as a prospect is looked at."""
    for row in await queries.of_party(ctx, party_id):
        await place_work(ctx, row.id)


async def follow_assigned(ctx: Context, party_id: UUID) -> None:
    """Somebody else looks after the prospect now: their work is theirs."""
    customer = await customer_of(ctx, party_id)
    if customer is None or customer.manager_id is None:
        return
    for row in await queries.open_of_party(ctx, party_id):
        await casework.take_over(ctx, (queries.OBJECT, row.id), customer.manager_id)


def _placement(ctx: Context, row: Prospect, customer: Customer | None) -> Placement:
    queue = FIRST if row.state == ProspectState.NEW else FOLLOW_UP
    return Placement(
        queue=queue,
        kind=queue,
        owner_id=None if customer is None else customer.manager_id,
        team_id=None if customer is None else customer.team_id,
        due_at=_due(ctx, row),
    )


def _due(ctx: Context, row: Prospect) -> datetime | None:
    """Within the time of the source, unless another day was agreed with the prospect."""
    if row.next_step_on is None:
        return None
    agreed = datetime.combine(row.next_step_on, _UNTIL, UTC)
    if row.state != ProspectState.NEW:
        return agreed
    rules = prospect_rules(ctx.policies, ctx.now.date()).rules
    by_source = first_contact_at(ctx, rules, Source(row.source), row.recorded_at)
    return by_source if by_source is not None and by_source.date() == row.next_step_on else agreed
