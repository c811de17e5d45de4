"""Every SELECT of what chances rest on: answers and openings by groups of customers who are alike."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from psycopg.sql import SQL, Literal
from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import col

from backend.access.context import Context
from backend.engagement.copying import CODE, by_party
from backend.engagement.offers.likely import Seen
from backend.engagement.offers.models import Answer, OfferAnswer, OfferOpening

_CONTRACTS: Final = """
SELECT h.party_id, p.code, h.opened_on, h.closed_on
FROM holding h JOIN product_version v ON v.id = h.product_version_id JOIN product p ON p.id = v.product_id
WHERE h.opened_on <= {until} AND (h.closed_on IS NULL OR h.closed_on > {since}) ORDER BY h.party_id, h.id
"""
_CONTRACT_TYPES: Final[dict[str, Any]] = {
    "party_id": pa.string(),
    "product": CODE,
    "opened_on": pa.date32(),
    "closed_on": pa.date32(),
}


async def answers(ctx: Context, since: datetime) -> dict[str, dict[str, Seen]]:
    """By product and group, of the whole institution; "" is of no known group, and “later” is no answer yet."""
    group = func.coalesce(col(OfferAnswer.likeness), "")
    query = (
        sql(
            col(OfferAnswer.product_code),
            group,
            func.count().filter(col(OfferAnswer.answer) == Answer.ACCEPTED),
            func.count(),
        )
        .where(col(OfferAnswer.answered_at) >= since, col(OfferAnswer.answer).in_([Answer.ACCEPTED, Answer.DECLINED]))
        .group_by(col(OfferAnswer.product_code), group)
    )
    found: dict[str, dict[str, Seen]] = defaultdict(dict)
    for code, likeness, accepted, asked in await ctx.session.execute(query):
        found[code][likeness] = Seen(accepted, asked)
    return found


async def seen(ctx: Context, since: datetime) -> Mapping[str, Mapping[str, Seen]]:
    """Answers, and what was opened as the last night counted it."""
    found = await answers(ctx, since)
    for row in await ctx.session.scalars(sql(OfferOpening)):
        group = found[row.product_code].get(row.likeness, Seen())
        found[row.product_code][row.likeness] = replace(group, opened=row.opened, could=row.could)
    return found


async def contracts(ctx: Context, since: date, until: date, known: pd.Index) -> pd.DataFrame:
    """product, opened_on, closed_on by party: what was open at any time after `since`, up to `until`."""
    query = SQL(_CONTRACTS).format(since=Literal(since), until=Literal(until))
    return await by_party(ctx, query, _CONTRACT_TYPES, known)
