"""The funnel for whoever asks: of a large portfolio as the last run left it, else as it is in this moment."""

import asyncio
from dataclasses import asdict
from typing import Final

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.models import Stage
from backend.engagement.funnel import queries
from backend.engagement.funnel.models import KeptFunnel
from backend.engagement.funnel.rules import ALL, Step, funnel
from backend.engagement.stages.queries import OBJECT, anywhere

DIMENSIONS: Final = ("channel", "product", "segment", "cohort")
LARGE: Final = 20_000
"""Customers from whom on a look takes too long to be taken anew each time."""


async def steps(ctx: Context, by: str | None = None) -> list[Step]:
    """Of the customers whom the actor may see."""
    kept = await queries.kept(ctx, by or ALL) if _sees_everybody(ctx) else None
    if kept is not None:
        return [_read(step) for step in kept.steps]
    frame = await queries.journeys(ctx, segments=by == "segment")
    return await asyncio.to_thread(funnel, frame, ctx.now, by)


async def keep(ctx: Context, least: int = LARGE) -> int:
    """By every dimension, for later looks; how many funnels are kept. None of a portfolio smaller than `least`.

    Raises NotAllowed.
    """
    ctx.require("run", OBJECT, anywhere(ctx))
    await queries.forget(ctx)
    if await queries.size(ctx) < least:
        return 0
    frame = await queries.journeys(ctx, segments=True)
    for by in (None, *DIMENSIONS):
        found = await asyncio.to_thread(funnel, frame, ctx.now, by)
        told = [asdict(step) for step in found]
        ctx.session.add(
            KeptFunnel(id=new_id(), tenant_id=ctx.actor.tenant_id, by=by or ALL, steps=told, computed_at=ctx.now)
        )
    return 1 + len(DIMENSIONS)


def _sees_everybody(ctx: Context) -> bool:
    return "tenant" in ctx.policy.scopes(ctx.actor, "view", OBJECT)


def _read(step: dict[str, object]) -> Step:
    return Step(**{**step, "start": Stage(step["start"]), "end": Stage(step["end"])})  # type: ignore[arg-type]  # as kept
