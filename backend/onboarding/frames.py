"""What other floors compute with: cases that ended in a period, a row each, without names or words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.onboarding.migration.migrant import PURPOSE as MIGRATED
from backend.onboarding.models import CaseState, OnboardingCase

COLUMNS: Final = ("id", "party_id", "product_code", "purpose", "channel", "submitted_at", "decided_at", "approved")
_APPROVED: Final = (CaseState.APPROVED.value, CaseState.APPROVED_WITH_CONDITIONS.value)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`."""

    since: date
    until: date


async def decided_frame(ctx: Context, period: Period) -> pd.DataFrame:
    """Cases of people who applied and were decided on in the period: the columns of `COLUMNS`.

    `product_code` is the product that was applied for, None where there were several; takeovers of a portfolio are no
    applications and left out.
    """
    ctx.require("view", "onboarding_case", Facts(tenant_id=ctx.actor.tenant_id))
    begin, end = (datetime.combine(day, time(), UTC) for day in (period.since, period.until))
    query = (
        select(OnboardingCase)
        .where(col(OnboardingCase.decided_at) >= begin, col(OnboardingCase.decided_at) < end)
        .where(col(OnboardingCase.purpose) != MIGRATED, col(OnboardingCase.parent_id).is_(None))
        .order_by(col(OnboardingCase.decided_at), col(OnboardingCase.id))
    )
    rows = [_line(row) for row in await ctx.session.scalars(query)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _line(row: OnboardingCase) -> dict[str, object]:
    same = ("id", "party_id", "purpose", "channel", "submitted_at", "decided_at")
    return {
        **{name: getattr(row, name) for name in same},
        "product_code": row.products[0] if len(row.products) == 1 else None,
        "approved": row.state in _APPROVED,
    }
