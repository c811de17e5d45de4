"""Scores in use: the champion's latest run, of the customers whose scores the actor may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import pandas as pd
import pyarrow as pa
from psycopg.sql import SQL
from sqlalchemy import Select, any_
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.core.arrays import among
from backend.customers.models import Party
from backend.customers.queries import allowed_ids
from backend.engagement.copying import by_party, literally, over, written
from backend.engagement.models.models import ModelKind, ModelVersion, ScoringModel, ScoringRun, StoredScore

SCORE: Final = "score"


@dataclass(frozen=True, slots=True)
class Score:
    """`low`..`high` is where comparable customers came out; `reasons` are codes, the strongest first."""

    value: float
    low: float | None
    high: float | None
    reasons: tuple[str, ...]
    as_of: date
    model: str
    version: int


async def scores(ctx: Context, purpose: str, party_ids: Collection[UUID]) -> dict[UUID, Score]:
    """Nothing before a first run.

    Purposes: "churn" (chance), "value" (minor units), "activity" (chance to be alive), "rfm" (3..15), and
    "propensity:<product code>" (chance).
    """
    query = _in_use(ctx, purpose, _ALL).where(among(col(StoredScore.party_id), party_ids))
    return {row.party_id: _score(row) for row in await ctx.session.execute(query)}


async def purposes_of(ctx: Context, party_id: UUID) -> dict[str, Score]:
    """Every score in use of one customer, by purpose."""
    query = _in_use(ctx, None, (*_ALL, col(ScoringRun.purpose))).where(col(StoredScore.party_id) == party_id)
    return {row.purpose: _score(row) for row in await ctx.session.execute(query)}


async def best_uplift(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Score]:
    """Of each customer the largest uplift above nothing; its `model` says of which playbook."""
    query = _in_use(ctx, None, _ALL).where(
        col(StoredScore.party_id).in_(party_ids),
        col(ScoringRun.purpose).startswith(f"{ModelKind.UPLIFT.value}:"),
        col(StoredScore.value) > 0,
    )
    ordered = query.order_by(col(StoredScore.value))
    return {row.party_id: _score(row) for row in await ctx.session.execute(ordered)}


async def scores_frame(ctx: Context, purpose: str) -> pd.DataFrame:
    """`value` and `reasons` (tuples of codes) by party_id; by COPY, because there may be a million."""
    wanted = _in_use(ctx, purpose, _FEW).order_by(col(StoredScore.party_id))
    found = await by_party(ctx, SQL(literally(wanted)), _TYPES)
    told = [tuple(reasons.split()) for reasons in found["reasons"].fillna("")]
    return pd.DataFrame({"value": found["value"], "reasons": pd.Series(told, index=found.index, dtype=object)})


async def values(ctx: Context, purpose: str, known: pd.Index, *, all_of_them: bool = True) -> pd.Series:
    """What was scored of each of `known` (parties in the order of the database), NaN where nothing was; by COPY.

    `all_of_them`: they are the portfolio, so that every score is read; else theirs alone.
    """
    wanted = _in_use(ctx, purpose, _FEW[:2]).order_by(col(StoredScore.party_id))
    if not all_of_them:
        wanted = wanted.where(col(StoredScore.party_id) == any_(written(known)))
    return await over(ctx, SQL(literally(wanted)), "value", known)


def _score(row: Any) -> Score:
    return Score(row.value, row.low, row.high, tuple(row.reasons.split()), row.as_of, row.code, row.number)


_TYPES: Final = {"party_id": pa.string(), "value": pa.float64(), "reasons": pa.string()}
_FEW: Final[tuple[Any, ...]] = (
    col(StoredScore.party_id),
    col(StoredScore.value),
    col(StoredScore.reasons),
)
_ALL: Final[tuple[Any, ...]] = (
    *_FEW,
    col(StoredScore.low),
    col(StoredScore.high),
    col(ScoringRun.as_of),
    col(ScoringModel.code),
    col(ModelVersion.number),
)


def _in_use(ctx: Context, purpose: str | None, columns: tuple[Any, ...]) -> Select[Any]:
    allowed = allowed_ids(ctx, "view", SCORE).where(col(Party.id) == col(StoredScore.party_id))
    query = (
        sql_select(*columns)
        .join(ScoringRun, col(ScoringRun.id) == col(StoredScore.run_id))
        .join(ModelVersion, col(ModelVersion.id) == col(ScoringRun.version_id))
        .join(ScoringModel, col(ScoringModel.id) == col(ModelVersion.model_id))
        .where(col(ScoringRun.in_use).is_(True), allowed.exists())
    )
    return query if purpose is None else query.where(col(ScoringRun.purpose) == purpose)
