"""Groups that the portfolio falls into: fitted by one person, brought into use by another, told by their centres."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
import pandas as pd

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.engagement.segments import queries, rules
from backend.engagement.segments.errors import ClusteringDecided, PortfolioTooSmall
from backend.engagement.segments.models import ClusteringState, SegmentClustering
from backend.engagement.segments.progress import STEPS, Stage, Tell, untold
from backend.engagement.segments.ruleset import ClusterRules, Condition, cluster_rules
from backend.engagement.segments.service.portfolio import portfolio
from risk_models import clusters
from risk_models.cluster_stability import group_stability
from risk_models.clusters import Clustering, Trait

TRIED: Final = "silhouette_"
STEADY: Final = "jaccard_"
"""How quality names the silhouette of so many groups, and how steady the group of a number is."""
_A_GROUP: Final = 10
"""At least so many customers for each group that is tried."""


async def fit(ctx: Context, tell: Tell = untold) -> SegmentClustering:
    """Proposes groups of the portfolio as it stands. Raises NotAllowed, PortfolioTooSmall."""
    queries.may(ctx, "fit")
    await tell(Stage.READ, 0, STEPS)
    loaded = cluster_rules(ctx.policies, ctx.now.date())
    day, everybody = await portfolio(ctx)
    frame = everybody[[each.fact for each in loaded.rules.features]][rules.inside(everybody, loaded.rules.population)]
    least = loaded.rules.most * _A_GROUP
    if len(frame) < least:
        raise PortfolioTooSmall(customers=len(frame), least=least)
    await tell(Stage.TRY, 1, STEPS)
    model = await asyncio.to_thread(_fitted, loaded.rules, frame)
    steady = await asyncio.to_thread(group_stability, model, frame, loaded.rules.seed)
    await tell(Stage.WRITE, 2, STEPS)
    groups = Counter(f"group_{number}" for number in model.assign(frame))
    row = SegmentClustering(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        number=await queries.next_number(ctx),
        as_of=day,
        ruleset=loaded.sha256,
        customers=len(frame),
        outside=len(everybody) - len(frame),
        population=[_kept(condition) for condition in loaded.rules.population],
        model=orjson.dumps(model.to_dict()).decode(),
        sizes=dict(sorted(groups.items())),
        quality=_quality(model, steady),
        fitted_by=ctx.actor.on_behalf_of or ctx.actor.id,
        fitted_at=ctx.now,
    )
    async with ctx.audit("segment.fit", ("segment_clustering", row.id), ruleset=loaded.sha256):
        ctx.session.add(row)
    return row


async def adopt(ctx: Context, clustering_id: UUID) -> SegmentClustering:
    """Brings groups into use instead of those before. Raises NotAllowed to whoever fitted them, ClusteringDecided."""
    row = await _open(ctx, clustering_id)
    earlier = await queries.clustering_in_use(ctx)
    if earlier is not None:
        async with ctx.audit("segment.retire", ("segment_clustering", earlier.id)):
            earlier.state = ClusteringState.RETIRED
    async with ctx.audit("segment.adopt", ("segment_clustering", row.id), ruleset=row.ruleset):
        row.state, row.decided_by, row.decided_at = ClusteringState.IN_USE, ctx.actor.id, ctx.now
    return row


async def reject(ctx: Context, clustering_id: UUID) -> SegmentClustering:
    row = await _open(ctx, clustering_id)
    async with ctx.audit("segment.reject", ("segment_clustering", row.id)):
        row.state, row.decided_by, row.decided_at = ClusteringState.REJECTED, ctx.actor.id, ctx.now
    return row


def may_decide(ctx: Context, row: SegmentClustering) -> bool:
    """Whether the actor may bring it into use, or reject it."""
    return row.state == ClusteringState.PROPOSED and ctx.may("adopt", queries.OBJECT, _decided_on(ctx, row))


def model_of(row: SegmentClustering) -> Clustering:
    return Clustering.from_dict(orjson.loads(row.model))


def population_of(row: SegmentClustering) -> tuple[Condition, ...]:
    return tuple(Condition.model_validate(each) for each in row.population or ())


def traits(row: SegmentClustering) -> dict[str, tuple[Trait, ...]]:
    """What stands out in each group."""
    model = model_of(row)
    return {f"group_{number}": model.traits(number) for number in range(1, len(model.centres) + 1)}


def centres(row: SegmentClustering) -> dict[str, tuple[tuple[str, float], ...]]:
    """By group, each figure at its centre in standard deviations from the average."""
    model = model_of(row)
    names = [feature.name for feature in model.features]
    found = enumerate(model.centres, start=1)
    return {f"group_{number}": tuple(zip(names, centre, strict=True)) for number, centre in found}


def tried(row: SegmentClustering) -> dict[int, Decimal]:
    """How clear so many groups would be."""
    return {int(name.removeprefix(TRIED)): Decimal(v) for name, v in row.quality.items() if name.startswith(TRIED)}


def steady(row: SegmentClustering) -> dict[str, Decimal]:
    """By group; nothing of groupings that were found before this was measured."""
    found = ((name.removeprefix(STEADY), v) for name, v in row.quality.items() if name.startswith(STEADY))
    return {f"group_{number}": Decimal(value) for number, value in found}


def weak(row: SegmentClustering, limits: ClusterRules) -> tuple[str, ...]:
    """Which figures of quality are below what the institution asks for."""
    found = {"silhouette": limits.silhouette, "stability": limits.stability}
    return tuple(name for name, limit in found.items() if Decimal(row.quality[name]) < limit)


def _fitted(limits: ClusterRules, frame: pd.DataFrame) -> Clustering:
    features = [(feature.fact, feature.log) for feature in limits.features]
    return clusters.fit(frame, features, range(limits.least, limits.most + 1), limits.seed)


def _kept(condition: Condition) -> dict[str, Any]:
    """As JSON; the same condition is the same text."""
    told = condition.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: sorted(value) if isinstance(value, list) else value for name, value in told.items()}


def _quality(model: Clustering, steady: Sequence[float]) -> dict[str, str]:
    found = {"silhouette": model.quality.silhouette, "stability": model.quality.stability}
    tried = {f"{TRIED}{each.groups}": each.silhouette for each in model.quality.tried}
    groups = {f"{STEADY}{number}": value for number, value in enumerate(steady, start=1)}
    return {name: f"{value:.4f}" for name, value in (found | tried | groups).items()}


async def _open(ctx: Context, clustering_id: UUID) -> SegmentClustering:
    row = await queries.clustering(ctx, clustering_id, lock=True)
    ctx.require("adopt", queries.OBJECT, _decided_on(ctx, row))
    if row.state != ClusteringState.PROPOSED:
        raise ClusteringDecided()
    return row


def _decided_on(ctx: Context, row: SegmentClustering) -> Facts:
    return Facts(tenant_id=ctx.actor.tenant_id, maker_id=row.fitted_by, deciders=frozenset())
