"""Training: asked for by a person, read in one transaction, learned outside it, kept with everything it came from."""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.facts import as_of_day
from backend.engagement.models import queries
from backend.engagement.models.errors import NothingToTrain, TrainingUnderWay, VersionForbids
from backend.engagement.models.learning import comparing, kinds
from backend.engagement.models.learning.comparing import Compared
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import Trained
from backend.engagement.models.learning.treating import Trial
from backend.engagement.models.models import ModelKind, ModelVersion, ScoringModel, TrainingProgress, VersionState
from backend.engagement.models.queries.trials import trial
from backend.engagement.models.ruleset import ModelRules
from backend.engagement.models.service.registering import playbook_of, register
from backend.engagement.models.service.standing import in_force, subject, tell
from risk_models.estimate import Estimate


async def request(
    ctx: Context, code: str, *, as_of: date | None = None, horizon_months: int | None = None
) -> ModelVersion:
    """A draft that a job trains: outcomes up to `as_of` (the ledger's last day), features of `horizon_months` before.

    Raises NotAllowed, ModelUnknown, ModelRetired, TrainingUnderWay.
    """
    model, loaded = await register(ctx, code), in_force(ctx)
    drafts = (await queries.versions_of(ctx, [model.id])).get(model.id, [])
    if any(each.state == VersionState.DRAFT and each.failure is None for each in drafts):
        raise TrainingUnderWay()
    row = ModelVersion(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        model_id=model.id,
        number=await queries.next_number(ctx, model.id),
        as_of=as_of or await _until(ctx, model),
        horizon_months=horizon_months or loaded.rules.horizon_months,
        seed=loaded.rules.seed,
        ruleset=loaded.sha256,
        author_id=model.author_id,
        trained_by=ctx.actor.id,
        requested_at=ctx.now,
    )
    async with ctx.audit("model.request", subject(row), reason=code, ruleset=loaded.sha256):
        ctx.session.add(row)
    await tell(ctx, row, "training_requested")
    return row


async def trial_of(ctx: Context, model: ScoringModel, version: ModelVersion) -> Trial | None:
    """What a model of uplift learns from; None for any other kind. Raises PlaybookUnknown."""
    if model.kind != ModelKind.UPLIFT:
        return None
    loaded = playbook_of(ctx, model.code)
    return await trial(ctx, loaded.rules.id, frozenset(stage.value for stage in loaded.rules.home), version.as_of)


def train(
    version: ModelVersion,
    model: ScoringModel,
    before: Snapshot,
    now: Snapshot,
    rules: ModelRules,
    trial: Trial | None = None,
) -> Trained:
    """Outside any transaction. Raises TooLittleToLearn, TooLittleTried, NothingToTrain, ModelInputError."""
    if now.facts.empty or (before.facts.empty and trial is None):
        raise NothingToTrain(day=before.as_of.isoformat())
    return kinds.train(ModelKind(model.kind), before, now, rules, model.product_code, trial)


def compare(
    version: ModelVersion,
    model: ScoringModel,
    champion: ModelVersion | None,
    trained: Trained,
    days: tuple[Snapshot, Snapshot],
    rules: ModelRules,
    trial: Trial | None = None,
) -> Compared | None:
    """What was trained against the champion, outside any transaction.

    None without a champion, or where it forecasts another horizon or was made before versions kept what judged them.
    """
    if champion is None or champion.unseen is None or champion.horizon_months != version.horizon_months:
        return None
    kind = ModelKind(model.kind)
    told = kinds.unseen(kind, json.loads(champion.unseen)), trained.unseen
    if trial is not None:
        return comparing.compare_uplifts(told, trial, rules)
    return comparing.compare(kind, told, *days, rules, version.horizon_months, model.product_code)


async def advance(ctx: Context, version_id: UUID, stage: str, done: int, total: int) -> None:
    """Progress is no part of the record."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    row = await queries.progress_of(ctx, version_id)
    if row is None:
        row = TrainingProgress(id=version_id, tenant_id=ctx.actor.tenant_id, at=ctx.now)
        ctx.session.add(row)
    row.stage, row.done, row.total, row.at = stage, done, total, ctx.now


async def keep(
    ctx: Context, version_id: UUID, trained: Trained, against: tuple[ModelVersion, Compared] | None = None
) -> ModelVersion:
    """`against`: the champion, and how it compares. Raises VersionForbids when it is no draft any more."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    row = await _draft(ctx, version_id)
    async with ctx.audit("model.train", subject(row), ruleset=row.ruleset):
        row.state, row.trained_at, row.failure = VersionState.TRAINED, ctx.now, None
        row.rows, row.outcomes = len(trained.learned_from), trained.outcomes
        row.data_digest = data_digest(trained.learned_from)
        row.features = list(trained.features)
        row.parameters = json.dumps(trained.scorer.to_dict(), sort_keys=True, ensure_ascii=False)
        row.metrics = [_metric(each) for each in trained.metrics]
        row.curves = dict(trained.curves)
        row.reference = json.dumps(trained.reference.to_dict(), sort_keys=True, ensure_ascii=False)
        row.unseen = json.dumps(trained.unseen.to_dict(), sort_keys=True, ensure_ascii=False)
        row.comparison = None if against is None else _against(*against)
    await tell(ctx, row, "trained")
    return row


async def fail(ctx: Context, version_id: UUID, problem: str) -> ModelVersion:
    """The draft says why nothing came of it, and stays."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    row = await _draft(ctx, version_id)
    async with ctx.audit("model.fail", subject(row)):
        row.failure = problem
    await tell(ctx, row, "training_failed")
    return row


def data_digest(frame: pd.DataFrame) -> str:
    """SHA-256 over the rows in the order of the customers, names of the columns included."""
    ordered = frame.sort_index()
    found = hashlib.sha256("|".join(str(name) for name in ordered.columns).encode())
    for name in ordered.columns:
        found.update(pd.util.hash_pandas_object(ordered[name].astype(object).astype(str)).to_numpy().tobytes())
    return found.hexdigest()


def _against(champion: ModelVersion, found: Compared) -> dict[str, Any]:
    return {"against": str(champion.id), "number": champion.number, **found.record()}


def _metric(found: Estimate) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("name", "value", "low", "high")}


async def _until(ctx: Context, model: ScoringModel) -> date:
    """A trial runs on the calendar, whatever the ledger's last day."""
    return ctx.now.date() if model.kind == ModelKind.UPLIFT else await as_of_day(ctx)


async def _draft(ctx: Context, version_id: UUID) -> ModelVersion:
    row = await queries.version(ctx, version_id, lock=True)
    if row.state != VersionState.DRAFT:
        raise VersionForbids(state=row.state)
    return row
