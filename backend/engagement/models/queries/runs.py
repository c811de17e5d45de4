"""Runs over the portfolio, what they scored, and what the watch found in them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import pandas as pd
import pyarrow as pa
from psycopg.sql import SQL, Identifier, Literal
from sqlmodel import col, select

from backend.access.context import Context
from backend.engagement.copying import by_party
from backend.engagement.models.models import ModelWatch, ScoringRun
from backend.engagement.models.queries.inventory import MODEL, facts

_SCORES: Final[dict[str, Any]] = {
    "party_id": pa.string(),
    "run_id": pa.string(),
    "tenant_id": pa.string(),
    "value": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "reasons": pa.string(),
}


async def runs_of(ctx: Context, version_ids: Sequence[UUID], limit: int = 60) -> Sequence[ScoringRun]:
    """Finished ones, the newest day first. Raises NotAllowed."""
    ctx.require("view", MODEL, facts(ctx))
    query = select(ScoringRun).where(col(ScoringRun.version_id).in_(version_ids))
    return (
        await ctx.session.scalars(query.order_by(col(ScoringRun.as_of).desc(), col(ScoringRun.id).desc()).limit(limit))
    ).all()


async def watches_of(ctx: Context, version_ids: Sequence[UUID], limit: int = 60) -> Sequence[ModelWatch]:
    """The newest day first. Raises NotAllowed."""
    ctx.require("view", MODEL, facts(ctx))
    query = select(ModelWatch).where(col(ModelWatch.version_id).in_(version_ids))
    order = (col(ModelWatch.as_of).desc(), col(ModelWatch.id).desc())
    return (await ctx.session.scalars(query.order_by(*order).limit(limit))).all()


async def run_due(ctx: Context, version_id: UUID, as_of: date) -> bool:
    """Whether the version has not scored that day yet."""
    query = select(ScoringRun.id).where(ScoringRun.version_id == version_id, ScoringRun.as_of == as_of)
    return await ctx.session.scalar(query.limit(1)) is None


async def judged_by_now(ctx: Context, version_id: UUID, latest: date) -> ScoringRun | None:
    """The newest run whose horizon has passed and whose scores are still there."""
    query = select(ScoringRun).where(
        ScoringRun.version_id == version_id,
        col(ScoringRun.pruned_at).is_(None),
        col(ScoringRun.as_of) <= latest,
    )
    return (
        await ctx.session.scalars(query.order_by(col(ScoringRun.as_of).desc(), col(ScoringRun.id).desc()).limit(1))
    ).first()


async def stored(ctx: Context, run_id: UUID) -> pd.DataFrame:
    """All of a run as it was written, so that its lines give the run's digest again."""
    columns = SQL(", ").join(Identifier(name) for name in _SCORES)
    query = SQL("SELECT {} FROM score WHERE run_id = {} ORDER BY party_id").format(columns, Literal(run_id))
    return (await by_party(ctx, query, _SCORES)).fillna({"reasons": ""})


async def prunable(ctx: Context, before: date) -> Sequence[ScoringRun]:
    """Runs of days before it whose scores are still there and in no use."""
    query = select(ScoringRun).where(
        col(ScoringRun.in_use).is_(False),
        col(ScoringRun.pruned_at).is_(None),
        col(ScoringRun.as_of) < before,
    )
    return (await ctx.session.scalars(query.order_by(col(ScoringRun.as_of)).limit(50))).all()


async def in_use_of(ctx: Context, purpose: str) -> Sequence[ScoringRun]:
    query = select(ScoringRun).where(ScoringRun.purpose == purpose, col(ScoringRun.in_use).is_(True))
    return (await ctx.session.scalars(query.with_for_update())).all()
