"""Prospects that turn out to be one: the survivor's is worked on, the other was recorded twice."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.customers.following import move, records_of
from backend.engagement.prospects.models import Prospect, ProspectState, ProspectStep
from backend.engagement.prospects.queries import OPEN

TWICE: Final = "duplicate"
"""Among the reasons of the delivered rule-set; another one shows the code."""


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    theirs = await records_of(ctx, Prospect, loser_id)
    if any(row.state in OPEN for row in await records_of(ctx, Prospect, survivor_id)):
        for row in theirs:
            if row.state in OPEN:
                await _end(ctx, row)
    for rows in (theirs, await records_of(ctx, ProspectStep, loser_id)):
        await move(ctx, rows, loser_id, survivor_id)


async def _end(ctx: Context, row: Prospect) -> None:
    async with ctx.audit("prospect.lose", ("party", row.party_id), reason=TWICE):
        row.state, row.lost_reason, row.ended_at, row.next_step_on = ProspectState.LOST, TWICE, ctx.now, None
