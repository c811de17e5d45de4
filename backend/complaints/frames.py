"""What other floors compute with: every complaint of a period as a row without names or words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.complaints.models import Complaint, ComplaintRedress, Outcome, RedressState
from backend.complaints.queries import OBJECT

COLUMNS: Final = (
    "id",
    "party_id",
    "product_code",
    "holding_id",
    "category",
    "cause",
    "channel",
    "jurisdiction",
    "clock",
    "vulnerable",
    "received_on",
    "summary_by",
    "due_on",
    "answered_on",
    "response_kind",
    "closed_on",
    "state",
    "outcome",
    "upheld",
    "reopened",
    "referred",
    "redress",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`."""

    since: date
    until: date


async def complaints_frame(ctx: Context, period: Period) -> pd.DataFrame:
    """Complaints received in the period: the columns of `COLUMNS`. `redress` maps a currency to what was approved or
    paid, exactly; `upheld` is None until a decision; days are dates."""
    ctx.require("statistics", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    query = select(Complaint).where(
        col(Complaint.received_on) >= period.since, col(Complaint.received_on) < period.until
    )
    rows = list(await ctx.session.scalars(query.order_by(col(Complaint.received_on), col(Complaint.id))))
    given = await _redress(ctx, period)
    return pd.DataFrame([_line(row, given.get(row.id, {})) for row in rows], columns=list(COLUMNS), dtype=object)


def _line(row: Complaint, redress: Mapping[str, Decimal]) -> dict[str, object]:
    upheld = None if row.outcome is None else row.outcome != Outcome.NOT_UPHELD
    same = ("id", "party_id", "product_code", "holding_id", "category", "cause", "channel", "jurisdiction", "clock")
    also = ("vulnerable", "received_on", "summary_by", "due_on", "response_kind", "state", "outcome", "reopened")
    return {
        **{name: getattr(row, name) for name in (*same, *also)},
        "answered_on": None if row.response_at is None else row.response_at.date(),
        "closed_on": None if row.closed_at is None else row.closed_at.date(),
        "upheld": upheld,
        "referred": row.referred_at is not None,
        "redress": dict(redress),
    }


async def _redress(ctx: Context, period: Period) -> dict[UUID, dict[str, Decimal]]:
    received = select(col(Complaint.id)).where(
        col(Complaint.received_on) >= period.since, col(Complaint.received_on) < period.until
    )
    query = (
        select(col(ComplaintRedress.complaint_id), col(ComplaintRedress.currency), func.sum(ComplaintRedress.amount))
        .where(
            col(ComplaintRedress.complaint_id).in_(received),
            col(ComplaintRedress.state).in_((RedressState.APPROVED, RedressState.PAID)),
        )
        .group_by(col(ComplaintRedress.complaint_id), col(ComplaintRedress.currency))
    )
    found: dict[UUID, dict[str, Decimal]] = {}
    for complaint_id, currency, amount in await ctx.session.execute(query):
        found.setdefault(complaint_id, {})[currency] = amount
    return found


PACK: Final = """
SELECT h.place AS holding, c.received_on, coalesce(c.cause, c.category) AS cause,
       CASE c.outcome WHEN 'not_upheld' THEN 'rejected' WHEN 'upheld' THEN 'upheld' WHEN 'partly_upheld' THEN 'upheld'
            ELSE 'open' END AS outcome,
       CASE WHEN coalesce(c.vulnerable, false) THEN 'true' ELSE 'false' END AS vulnerable
FROM complaint c JOIN product r ON r.id = %(product)s AND r.code = c.product_code AND r.tenant_id = c.tenant_id
JOIN LATERAL (SELECT p.place FROM pack_holding p WHERE p.id = c.holding_id OR p.party_id = c.party_id
              ORDER BY (p.id = c.holding_id) DESC NULLS LAST, p.opened_on DESC, p.place LIMIT 1) h ON true
WHERE c.received_on < %(until)s AND c.state <> 'withdrawn' ORDER BY c.received_on, c.id
"""
"""The same for the pack of a product's review, by COPY: a holding's place instead of a person."""
