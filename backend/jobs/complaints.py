"""Work of complaints: whoever handles them finds them in a queue, due before the law's day; and rising complaints.

The records are the truth; this is run whenever something about a complaint happened, and leaves alone what is right.
"""

from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.complaints import queries, rules, service, stages
from backend.complaints.models import Complaint
from backend.complaints.ruleset import complaint_handling
from backend.product_reviews import service as product_reviews
from backend.product_reviews.models import ProductTrigger
from backend.product_reviews.service.opening import Signal
from backend.products import queries as products

HANDLE: Final = "complaints.handle"
URGENT: Final = "complaints.urgent"
_UNTIL: Final = time(16, 0)


watch = service.watch


async def place_work(ctx: Context, complaint_id: UUID) -> WorkItem | None:
    """One piece of work while an answer is owed: with the handler, in the urgent queue once a warning went out."""
    row = await ctx.session.get(Complaint, complaint_id)
    if row is None:
        return None
    item = await work.open_of(ctx, row.id)
    if row.state not in stages.RUNNING:
        return None if item is None else await casework.move(ctx, (queries.OBJECT, row.id), None)
    wanted = _placement(ctx, row)
    if item is not None and (item.queue, item.owner_id, item.due_at) == (wanted.queue, wanted.owner_id, wanted.due_at):
        return item
    return await casework.move(ctx, (queries.OBJECT, row.id), wanted, row.party_id)


def _placement(ctx: Context, row: Complaint) -> Placement:
    warned = row.warned_at is not None
    handling = complaint_handling(ctx.policies, ctx.now.date()).rules
    day = row.due_on if warned else max(rules.warn_on(handling, row.due_on), row.received_on)
    queue = URGENT if warned else HANDLE
    return Placement(
        queue=queue,
        kind=queue,
        owner_id=row.handler_id,
        excluded_id=UUID(row.staff[0]) if row.staff else None,
        priority=2 if warned else int(bool(row.vulnerable)),
        due_at=datetime.combine(day, _UNTIL, UTC),
    )


async def look_for_spikes(ctx: Context) -> int:
    """Products whose complaints rose are reviewed at once, each rise of a month once; how many rose."""
    found, today = await service.look_for_spikes(ctx), ctx.now.date()
    known = await products.by_codes(ctx, {each.product_code for each in found})
    for each in found:
        if (product := known.get(each.product_code)) is not None:
            facts = {"recent": each.recent, "usual": str(each.usual)}
            signal = Signal(ProductTrigger.COMPLAINT_SPIKE, f"complaints {today:%Y-%m}", today, facts)
            await product_reviews.note(ctx, product, [signal])
    return len(found)
