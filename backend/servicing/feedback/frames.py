"""What other floors compute with: every survey of a period as a row without names or words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
from sqlalchemy import Date, cast, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.models import Team
from backend.access.scopes import Facts
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.queries import OBJECT

COLUMNS: Final = (
    "id",
    "party_id",
    "code",
    "kind",
    "event",
    "product_code",
    "channel",
    "team",
    "sent_on",
    "answered_on",
    "answered_by",
    "score",
    "themes",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`."""

    since: date
    until: date


async def feedback_frame(ctx: Context, period: Period, code: str | None = None) -> pd.DataFrame:
    """Surveys sent in the period: the columns of `COLUMNS`; `score` and `answered_on` are None without an answer."""
    ctx.require("statistics", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    sent, answered = cast(col(Survey.sent_at), Date), cast(col(Survey.answered_at), Date)
    query = (
        select(
            col(Survey.id),
            col(Survey.party_id),
            col(Survey.code),
            col(Survey.kind),
            col(Survey.event),
            col(Survey.product_code),
            col(Survey.channel),
            col(Team.name),
            sent,
            answered,
            col(Survey.answered_by),
            col(Survey.score),
            col(Survey.themes),
        )
        .outerjoin(Team, col(Team.id) == col(Survey.team_id))
        .where(col(Survey.sent_at) >= period.since, col(Survey.sent_at) < period.until)
        .order_by(col(Survey.sent_at), col(Survey.id))
    )
    if code is not None:
        query = query.where(col(Survey.code) == code)
    rows = [tuple(row) for row in await ctx.session.execute(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


PACK: Final = """
SELECT h.place AS holding, s.answered_at::date AS answered_on, s.kind, s.score
FROM survey s JOIN product r ON r.id = %(product)s AND r.code = s.product_code AND r.tenant_id = s.tenant_id
JOIN LATERAL (SELECT p.place FROM pack_holding p WHERE p.party_id = s.party_id
              ORDER BY p.opened_on DESC, p.place LIMIT 1) h ON true
WHERE s.answered_at < %(until)s AND s.score IS NOT NULL ORDER BY s.answered_at, s.id
"""
"""Answers about a product for the pack of its review, by COPY: a holding's place instead of a person."""
