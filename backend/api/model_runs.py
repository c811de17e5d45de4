"""Runs of models over the portfolio, and what the watch found in them, as the contract says it."""

import datetime as dt
from typing import Any
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.model_measures import ModelMeasure
from backend.engagement.models import models
from backend.engagement.models.words import advice_words


@strawberry.type(description="The portfolio scored once; `digest` is over all its scores, `spread` their twentieths.")
class ModelRun:
    id: UUID
    as_of: dt.date
    customers: int
    digest: str
    in_use: bool
    scored_at: dt.datetime
    pruned_at: dt.datetime | None
    spread: list[float]


@strawberry.type(description="What the watch found in a run: drift, and what came true of earlier scores.")
class ModelWatch:
    as_of: dt.date
    outcomes_of: dt.date | None
    breaches: int
    advice: str | None = strawberry.field(description="What to do about what is out of bounds.")
    watched_at: dt.datetime
    measures: list[ModelMeasure] = strawberry.field(directives=[Cost(weight=0, size=20)])


def run_shown(row: models.ScoringRun) -> ModelRun:
    same = ("id", "as_of", "customers", "digest", "in_use", "scored_at", "pruned_at", "spread")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return ModelRun(**told)


def watch_shown(row: models.ModelWatch, locale: str) -> ModelWatch:
    same = ("as_of", "outcomes_of", "breaches", "watched_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return ModelWatch(
        **told,
        advice=advice_words(locale, row.measures),
        measures=[ModelMeasure.of(each, locale) for each in row.measures],
    )
