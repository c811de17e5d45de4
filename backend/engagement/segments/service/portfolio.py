"""The facts of everybody, for runs: whoever asks for a run need not see a single customer."""

import asyncio
from dataclasses import replace
from datetime import date

import pandas as pd

from backend.access.context import Context
from backend.core.actor import system_actor
from backend.engagement.facts import analysed_facts, as_of_day
from backend.engagement.models.queries import values
from backend.engagement.segments.rules import known_facts
from backend.engagement.segments.ruleset import SCORES


async def portfolio(ctx: Context, as_of: date | None = None) -> tuple[date, pd.DataFrame]:
    """The last day that is known unless told, and everybody's facts on it; scores are the newest there are."""
    everywhere = replace(ctx, actor=system_actor(ctx.actor.tenant_id, ctx.actor.request_id, ctx.actor.channel))
    day = as_of or await as_of_day(everywhere)
    frame = await analysed_facts(everywhere, day)
    scores = {name: await values(everywhere, name, frame.index) for name in SCORES}
    return day, await asyncio.to_thread(_joined, frame, scores)


def _joined(frame: pd.DataFrame, scores: dict[str, pd.Series]) -> pd.DataFrame:
    return known_facts(frame.assign(**scores))
