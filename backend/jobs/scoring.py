"""Models as jobs: trained when somebody asks, the portfolio scored every night and watched, work for who answers.

What is read is read in one transaction, what is computed is computed in a thread outside it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.service import Placement
from backend.core.actor import Actor, system_actor
from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.edge.platform import Platform
from backend.engagement.failures import INTERNAL, failure_kept
from backend.engagement.models import queries, service
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.measures import Measure
from backend.engagement.models.models import ModelVersion, ScoringModel, ScoringRun, VersionState
from backend.engagement.models.ruleset import ModelRules
from risk_models.errors import ModelInputError

Progress = Callable[[str, int, int], None]
_log: Final = logging.getLogger(__name__)
_READ, _LEARN, _COMPARE, _SCORE = "read", "learn", "compare", "score"
_STEPS: Final = 3
_LATER: Final = 1


async def train_waiting(platform: Platform, tenant_id: UUID) -> int:
    """Every draft that waits, one after the other; how many were trained in the end."""
    actor, trained = system_actor(tenant_id, f"job-{new_id()}"), 0
    while (version := await platform.run(actor, _waiting)) is not None:
        done = await train_one(platform, actor, version.id, lambda *_: None)
        trained += done.state == VersionState.TRAINED
    return trained


async def _waiting(ctx: Context) -> ModelVersion | None:
    return await queries.waiting_training(ctx)


async def train_one(platform: Platform, actor: Actor, version_id: UUID, progress: Progress) -> ModelVersion:
    """A certain draft. What goes wrong is told with it."""
    try:
        return await _learned(platform, actor, version_id, progress)
    except (TenureError, ModelInputError) as error:
        problem = failure_kept(error)
        _log.warning("training of %s: %s", version_id, error)
    except Exception:
        problem = INTERNAL
        _log.exception("training of %s failed", version_id)
    return await platform.run(actor, lambda ctx: service.fail(ctx, version_id, problem))


async def _learned(platform: Platform, actor: Actor, version_id: UUID, progress: Progress) -> ModelVersion:
    async def tell(stage: str, done: int) -> None:
        progress(stage, done, _STEPS)
        await platform.run(actor, lambda ctx: service.advance(ctx, version_id, stage, done, _STEPS))

    model, version = await platform.run(actor, partial(_named, version_id=version_id))
    await tell(_READ, 0)
    days = (months_later(version.as_of, -version.horizon_months), version.as_of)
    before, now = await platform.run(actor, lambda ctx: service.snapshots(ctx, *days))
    trial = await platform.run(actor, lambda ctx: service.trial_of(ctx, model, version))
    rules = await platform.run(actor, _rules)
    await tell(_LEARN, 1)
    trained = await asyncio.to_thread(service.train, version, model, before, now, rules, trial)
    await tell(_COMPARE, 2)
    champion = await platform.run(actor, lambda ctx: queries.champion(ctx, model.id))
    found = await asyncio.to_thread(service.compare, version, model, champion, trained, (before, now), rules, trial)
    against = None if champion is None or found is None else (champion, found)
    return await platform.run(actor, lambda ctx: service.keep(ctx, version_id, trained, against))


async def _named(ctx: Context, version_id: UUID) -> tuple[ScoringModel, ModelVersion]:
    version = await queries.version(ctx, version_id)
    return await queries.model_of(ctx, version.model_id), version


async def _rules(ctx: Context) -> ModelRules:
    return service.in_force(ctx).rules


async def score_portfolio(
    platform: Platform, actor: Actor, progress: Progress, as_of: date | None = None
) -> list[ScoringRun]:
    """By every champion and challenger that has not scored the day; each run is watched."""
    day, due = await platform.run(actor, lambda ctx: service.due(ctx, as_of))
    if not due:
        return []
    progress(_READ, 0, len(due))
    (now,) = await platform.run(actor, lambda ctx: service.snapshots(ctx, day))
    runs = []
    for place, (model, version) in enumerate(due):
        progress(_SCORE, place, len(due))
        runs.append(await _scored(platform, actor, model, version, now))
    progress(_SCORE, len(due), len(due))
    await platform.run(actor, service.prune)
    return runs


async def _scored(
    platform: Platform, actor: Actor, model: ScoringModel, version: ModelVersion, now: Snapshot
) -> ScoringRun:
    scores = await asyncio.to_thread(service.score, model, version, now)
    run = await platform.run(actor, lambda ctx: service.store(ctx, version.id, now.as_of, scores))
    rules = await platform.run(actor, _rules)
    measures = await asyncio.to_thread(service.measured, model, version, now, scores, rules)
    judged, of = await _judged(platform, actor, model, version, now)
    await platform.run(actor, lambda ctx: service.note(ctx, version.id, run.id, now.as_of, [*measures, *judged], of))
    return run


async def _judged(
    platform: Platform, actor: Actor, model: ScoringModel, version: ModelVersion, now: Snapshot
) -> tuple[list[Measure], date | None]:
    """What this version told when its horizon began, now that it is over; nothing when it told nothing then."""
    latest = months_later(now.as_of, -version.horizon_months)

    async def earlier(ctx: Context) -> tuple[ScoringRun, pd.Series, Snapshot] | None:
        run = await queries.judged_by_now(ctx, version.id, latest)
        if run is None:
            return None
        (before,) = await service.snapshots(ctx, run.as_of)
        return run, (await queries.stored(ctx, run.id))["value"], before

    found = await platform.run(actor, earlier)
    if found is None:
        return [], None
    run, told, before = found
    rules = await platform.run(actor, _rules)
    judged = await asyncio.to_thread(service.came_true, model, version, told, before, now, rules)
    return judged, run.as_of if judged else None


async def place_work(ctx: Context, version_id: UUID) -> WorkItem | None:
    """A version in validation waits for somebody else; what the watch over a champion found is its owner's work."""
    model, version = await _named(ctx, version_id)
    queues = service.in_force(ctx).rules.queues
    validating = version.state == VersionState.IN_VALIDATION
    wanted = Placement(queue=queues.validation, kind=queues.validation, excluded_id=version.trained_by)
    item = await _placed(ctx, "model_version", version.id, wanted if validating else None)
    if version.state not in {VersionState.CHAMPION, VersionState.RETIRED}:
        return item
    latest = await queries.watches_of(ctx, [version.id], limit=1)
    beyond = version.state == VersionState.CHAMPION and bool(latest) and latest[0].breaches > 0
    owned = Placement(queue=queues.watch, kind=queues.watch, owner_id=model.owner_id, priority=_LATER)
    return await _placed(ctx, "model", model.id, owned if beyond else None)


async def _placed(ctx: Context, kind: str, subject_id: UUID, wanted: Placement | None) -> WorkItem | None:
    """Work that is right already is left alone."""
    item = await work.open_of(ctx, subject_id)
    if (item is None) == (wanted is None) and (item is None or wanted is None or item.queue == wanted.queue):
        return item
    return await casework.move(ctx, (kind, subject_id), wanted)
