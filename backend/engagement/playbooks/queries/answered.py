"""What is counted of playbooks elsewhere: calls and tasks that somebody did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select as sql
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.engagement.playbooks.models import PlaybookStep
from backend.engagement.playbooks.queries.courses import OBJECT


@dataclass(frozen=True, slots=True)
class Answered:
    """`kind` is call or task."""

    id: UUID
    party_id: UUID
    kind: str
    day: date


async def answered_between(ctx: Context, since: date, until: date) -> Sequence[Answered]:
    """From `since` on and before `until`, the oldest first. Raises NotAllowed."""
    ctx.require("view", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    at = col(PlaybookStep.ended_at)
    query = sql(col(PlaybookStep.id), col(PlaybookStep.party_id), col(PlaybookStep.kind), at).where(
        col(PlaybookStep.kind).in_(("call", "task")),
        col(PlaybookStep.answered_by).is_not(None),
        at >= begin,
        at < end,
    )
    rows = await ctx.session.execute(query.order_by(at, col(PlaybookStep.id)))
    return [Answered(row.id, row.party_id, row.kind, row.ended_at.date()) for row in rows]
