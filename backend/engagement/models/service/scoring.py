"""Scoring: read in one transaction, computed outside it, written by COPY in another with the run that proves it."""

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import pandas as pd
from sqlalchemy import delete
from sqlmodel import col

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.engagement.copying import fill, lines
from backend.engagement.facts import as_of_day
from backend.engagement.models import queries
from backend.engagement.models.learning import kinds
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import SCORES, Scorer
from backend.engagement.models.models import (
    ModelKind,
    ModelVersion,
    ScoringModel,
    ScoringRun,
    StoredScore,
    VersionState,
)
from backend.engagement.models.queries.portfolio import snapshot
from backend.engagement.models.service.standing import in_force, settling_days
from backend.engagement.models.service.using import use

COLUMNS: Final = ("party_id", "run_id", "tenant_id", *SCORES)
_TWENTIETHS: Final = np.linspace(0, 1, 21)


async def snapshots(ctx: Context, *days: date) -> list[Snapshot]:
    """The portfolio on each of the days, of one moment of the record. Raises NotAllowed."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    return [await snapshot(ctx, day, settling_days(ctx)) for day in days]


async def due(ctx: Context, as_of: date | None = None) -> tuple[date, Sequence[tuple[ScoringModel, ModelVersion]]]:
    """The day to score, and by which champions and challengers it was not scored yet. Raises NotAllowed."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    day = as_of or await as_of_day(ctx)
    versions = [each for each in await queries.in_use(ctx) if await queries.run_due(ctx, each.id, day)]
    models = await queries.by_ids(ctx, {each.model_id for each in versions})
    return day, [(models[each.model_id], each) for each in versions]


def scorer_of(model: ScoringModel, version: ModelVersion) -> Scorer:
    return kinds.restored(ModelKind(model.kind), json.loads(version.parameters or "{}"))


def score(model: ScoringModel, version: ModelVersion, of: Snapshot) -> pd.DataFrame:
    """Outside any transaction; the columns of SCORES by party_id, in the order of the ids."""
    found = scorer_of(model, version).score(of)[list(SCORES)]
    return found.sort_index()


async def store(ctx: Context, version_id: UUID, as_of: date, scores: pd.DataFrame) -> ScoringRun:
    """All or nothing. Scores of the champion are told from now on, unless those in use are of a later day.

    Raises NotAllowed, VersionNotFound.
    """
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    version = await queries.version(ctx, version_id)
    model = await queries.model_of(ctx, version.model_id)
    run_id = new_id()
    told = scores[["value"]].assign(**{n: scores[n] for n in SCORES[1:]})
    told.insert(0, "run_id", _of_all(str(run_id), told.index))
    told.insert(1, "tenant_id", _of_all(str(ctx.actor.tenant_id), told.index))
    written = hashlib.sha256()
    await fill(ctx, "score", COLUMNS, _hashed(told, written))
    run = ScoringRun(
        id=run_id,
        tenant_id=ctx.actor.tenant_id,
        version_id=version.id,
        purpose=model.code,
        as_of=as_of,
        customers=len(scores),
        digest=written.hexdigest(),
        spread=spread(scores["value"]),
        scored_by=ctx.actor.id,
        scored_at=ctx.now,
    )
    async with ctx.audit("model.run.score", ("scoring_run", run.id), reason=model.code, ruleset=version.ruleset):
        ctx.session.add(run)
    if version.state == VersionState.CHAMPION and await _latest(ctx, model.code, as_of):
        await use(ctx, run)
    return run


def _of_all(text: str, index: pd.Index) -> pd.Series:
    """The same text of everybody, kept once."""
    codes = np.zeros(len(index), dtype=np.int8)
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index([text])), index=index)


def digest(told: pd.DataFrame) -> str:
    """SHA-256 over the lines of a run as they were written (`queries.stored` gives them again)."""
    found = hashlib.sha256()
    deque(_hashed(told, found), maxlen=0)
    return found.hexdigest()


def _hashed(told: pd.DataFrame, digest_: "hashlib._Hash") -> Iterator[bytes]:
    """The lines, each block put into the digest as it goes by: they are made once."""
    for block in lines(told):
        digest_.update(block)
        yield block


def spread(values: pd.Series) -> list[float]:
    return [] if values.empty else [float(each) for each in np.quantile(values, _TWENTIETHS)]


async def _latest(ctx: Context, purpose: str, as_of: date) -> bool:
    return all(each.as_of <= as_of for each in await queries.in_use_of(ctx, purpose))


async def prune(ctx: Context) -> int:
    """Scores of runs whose outcome has been known for long are destroyed; the runs stay. How many runs."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    rules = in_force(ctx).rules
    judged = months_later(await as_of_day(ctx), -rules.horizon_months)
    runs = await queries.prunable(ctx, judged - timedelta(days=rules.keep_days))
    for run in runs:
        async with ctx.audit("model.run.prune", ("scoring_run", run.id), reason=run.purpose):
            await ctx.session.execute(delete(StoredScore).where(col(StoredScore.run_id) == run.id))
            run.pruned_at = ctx.now
    return len(runs)
