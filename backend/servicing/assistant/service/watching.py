"""What the schedule looks after: articles whose day to be looked at again has come become somebody's work."""

from uuid import UUID

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.servicing.assistant import queries
from backend.servicing.assistant.models import KnowledgeArticle
from backend.servicing.assistant.queries import ARTICLES, standing
from backend.servicing.assistant.service.writing import SUBJECT, rules_of


async def place_overdue(ctx: Context, limit: int = 100) -> int:
    """How many became work; 0 where all that is overdue is work already, or the rule-set asks for none."""
    ctx.require("view", ARTICLES, standing(ctx))
    under, placed, after = rules_of(ctx).rules.overdue, 0, None
    while under is not None and placed < limit:
        rows = await queries.overdue(ctx, after, limit)
        if not rows:
            break
        for row, active in rows:
            placed += await _placed(ctx, row, under.queue, row.owner_id if active else None)
        after = rows[-1][0].id
    return placed


async def _placed(ctx: Context, row: KnowledgeArticle, queue: str, owner_id: UUID | None) -> bool:
    if await work.open_of(ctx, row.id) is not None:
        return False
    await casework.open_item(ctx, (SUBJECT, row.id), Placement(queue=queue, kind=queue, owner_id=owner_id))
    return True
