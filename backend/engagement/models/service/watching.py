"""The watch: has the population moved since a version was made, and did what it told come true?"""

import json
from datetime import date
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.core.ids import new_id
from backend.engagement.models import measures, queries
from backend.engagement.models.learning.judging import judge
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.measures import Measure
from backend.engagement.models.models import ModelVersion, ModelWatch, ScoringModel
from backend.engagement.models.ruleset import ModelRules
from backend.engagement.models.service.scoring import scorer_of
from backend.engagement.models.service.standing import in_force, subject, tell
from risk_models.estimate import Estimate
from risk_models.reference import Reference


def measured(
    model: ScoringModel, version: ModelVersion, of: Snapshot, scores: pd.DataFrame, rules: ModelRules
) -> list[Measure]:
    """Drift against the population that the version learned from; nothing of nobody. Outside any transaction."""
    if scores.empty:
        return []
    reference, scorer = Reference.from_dict(json.loads(version.reference or "{}")), scorer_of(model, version)
    return measures.drift(reference.compare(scorer.watched(of, scores)), scorer.effects(of, scores), rules.watch)


def came_true(
    model: ScoringModel, version: ModelVersion, told: pd.Series, before: Snapshot, now: Snapshot, rules: ModelRules
) -> list[Measure]:
    """What was told on the day of `before` against what happened; nothing while too few outcomes are known."""
    judged: tuple[Estimate, ...] = judge(scorer_of(model, version), told, before, now, rules, version.horizon_months)
    reached = {str(each["name"]): float(each["value"]) for each in version.metrics}
    return measures.performance(judged, reached, rules.watch)


async def note(
    ctx: Context, version_id: UUID, run_id: UUID, as_of: date, found: list[Measure], outcomes_of: date | None
) -> ModelWatch:
    """What is out of bounds becomes work of the model's owner. Raises NotAllowed, VersionNotFound."""
    ctx.require("run", queries.MODEL, queries.facts(ctx))
    version = await queries.version(ctx, version_id)
    row = ModelWatch(
        id=new_id(),
        tenant_id=version.tenant_id,
        version_id=version.id,
        run_id=run_id,
        as_of=as_of,
        ruleset=in_force(ctx).sha256,
        outcomes_of=outcomes_of,
        measures=[each.record() for each in found],
        breaches=sum(each.breach for each in found),
        watched_at=ctx.now,
    )
    async with ctx.audit("model.watch", subject(version), ruleset=row.ruleset):
        ctx.session.add(row)
    await tell(ctx, version, "breached" if row.breaches else "watched")
    return row
