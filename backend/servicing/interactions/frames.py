"""What other floors compute with: every contact of a period as a row without names or words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.servicing.interactions.models import Interaction, State

COLUMNS: Final = ("id", "party_id", "direction", "channel", "purpose", "happened_on")
_TOOK_PLACE: Final = (State.RECORDED, State.SENT, State.DELIVERED, State.OPENED, State.BOUNCED)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`."""

    since: date
    until: date


async def interactions_frame(ctx: Context, period: Period) -> pd.DataFrame:
    """Contacts that took place in the period: the columns of `COLUMNS`; messages that wait or failed are none."""
    ctx.require("view", "interaction", Facts(tenant_id=ctx.actor.tenant_id))
    begin, end = (datetime.combine(day, time(), UTC) for day in (period.since, period.until))
    found = select(
        *(col(getattr(Interaction, name)) for name in COLUMNS if name != "happened_on"), col(Interaction.happened_at)
    ).where(
        col(Interaction.happened_at) >= begin,
        col(Interaction.happened_at) < end,
        col(Interaction.state).in_(_TOOK_PLACE),
    )
    rows = await ctx.session.execute(found.order_by(col(Interaction.happened_at), col(Interaction.id)))
    return pd.DataFrame([(*row[:-1], row[-1].date()) for row in rows], columns=list(COLUMNS), dtype=object)
