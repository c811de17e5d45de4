"""A list that is older than it may be, or whose last file was refused, is work for somebody until it is in order.

The list is the truth; this is run whenever something about it happened, and leaves alone what is right.
"""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.screening import queries

QUEUE: Final = "screening.lists"
STALE: Final = "screening.list_stale"
REFUSED: Final = "screening.list_refused"


async def place_work(ctx: Context, list_id: UUID) -> bool:
    """Whether the work on the list moved. A refused file is told before age: it says what to do."""
    row = await queries.list_by_id(ctx, list_id)
    kind = REFUSED if await queries.last_refused(ctx, row) else STALE if queries.stale(row, ctx.now) else None
    item = await work.open_of(ctx, list_id)
    if (None if item is None else item.kind) == kind:
        return False
    await casework.move(ctx, ("screening_list", list_id), None if kind is None else Placement(queue=QUEUE, kind=kind))
    return True
