"""The inventory: models, their versions and findings; all for whoever has the right on models."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.engagement.models.errors import FindingNotFound, ModelNotFound, VersionNotFound
from backend.engagement.models.models import (
    ModelFinding,
    ModelVersion,
    ScoringModel,
    TrainingProgress,
    VersionState,
)

MODEL: Final = "model"


def facts(ctx: Context, version: ModelVersion | None = None, *, promotion: bool = False) -> Facts:
    """`maker_id`: who trained a version, or proposed it as champion; its author validates it no more than they do."""
    if version is None:
        return Facts(tenant_id=ctx.actor.tenant_id)
    maker = version.promoted_by if promotion else version.trained_by
    earlier = frozenset() if promotion else frozenset({version.author_id})
    return Facts(tenant_id=version.tenant_id, maker_id=maker, deciders=earlier, owner_id=version.author_id)


async def models(ctx: Context) -> Sequence[ScoringModel]:
    """By tier and code, the retired ones last. Raises NotAllowed."""
    ctx.require("view", MODEL, facts(ctx))
    order = (col(ScoringModel.retired_at).is_not(None), col(ScoringModel.tier), col(ScoringModel.code))
    return (await ctx.session.scalars(select(ScoringModel).order_by(*order))).all()


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, ScoringModel]:
    """Raises NotAllowed."""
    ctx.require("view", MODEL, facts(ctx))
    return {row.id: row for row in await ctx.session.scalars(select(ScoringModel).where(col(ScoringModel.id).in_(ids)))}


async def model(ctx: Context, code: str) -> ScoringModel:
    """Raises NotAllowed, ModelNotFound."""
    ctx.require("view", MODEL, facts(ctx))
    row = (await ctx.session.scalars(select(ScoringModel).where(ScoringModel.code == code))).first()
    if row is None:
        raise ModelNotFound()
    return row


async def model_of(ctx: Context, model_id: UUID) -> ScoringModel:
    """Raises NotAllowed, ModelNotFound."""
    found = await by_ids(ctx, [model_id])
    if model_id not in found:
        raise ModelNotFound()
    return found[model_id]


async def version(ctx: Context, version_id: UUID, *, lock: bool = False) -> ModelVersion:
    """Raises NotAllowed, VersionNotFound."""
    ctx.require("view", MODEL, facts(ctx))
    query = select(ModelVersion).where(ModelVersion.id == version_id)
    row = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if row is None:
        raise VersionNotFound()
    return row


async def versions_of(ctx: Context, model_ids: Collection[UUID]) -> dict[UUID, list[ModelVersion]]:
    """The newest first. Raises NotAllowed."""
    ctx.require("view", MODEL, facts(ctx))
    query = select(ModelVersion).where(col(ModelVersion.model_id).in_(model_ids))
    found: dict[UUID, list[ModelVersion]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ModelVersion.number).desc())):
        found[row.model_id].append(row)
    return found


async def champion(ctx: Context, model_id: UUID, *, lock: bool = False) -> ModelVersion | None:
    query = select(ModelVersion).where(ModelVersion.model_id == model_id, ModelVersion.state == VersionState.CHAMPION)
    return (await ctx.session.scalars(query.with_for_update() if lock else query)).first()


async def challenger(ctx: Context, model_id: UUID) -> ModelVersion | None:
    query = select(ModelVersion).where(ModelVersion.model_id == model_id, ModelVersion.state == VersionState.CHALLENGER)
    return (await ctx.session.scalars(query)).first()


async def next_number(ctx: Context, model_id: UUID) -> int:
    query = select(func.max(col(ModelVersion.number))).where(ModelVersion.model_id == model_id)
    return int((await ctx.session.scalar(query)) or 0) + 1


async def waiting_training(ctx: Context) -> ModelVersion | None:
    """The draft that has waited longest and did not fail."""
    query = select(ModelVersion).where(ModelVersion.state == VersionState.DRAFT, col(ModelVersion.failure).is_(None))
    return (await ctx.session.scalars(query.order_by(col(ModelVersion.id)).limit(1))).first()


async def in_use(ctx: Context) -> Sequence[ModelVersion]:
    """Champions and challengers of models that are not retired: what scores the portfolio."""
    query = select(ModelVersion).join(ScoringModel, col(ScoringModel.id) == col(ModelVersion.model_id))
    query = query.where(
        col(ModelVersion.state).in_((VersionState.CHAMPION.value, VersionState.CHALLENGER.value)),
        col(ScoringModel.retired_at).is_(None),
    )
    return (await ctx.session.scalars(query.order_by(col(ModelVersion.state), col(ModelVersion.id)))).all()


async def finding(ctx: Context, finding_id: UUID) -> ModelFinding:
    """Raises FindingNotFound."""
    query = select(ModelFinding).where(ModelFinding.id == finding_id).with_for_update()
    row = (await ctx.session.scalars(query)).first()
    if row is None:
        raise FindingNotFound()
    return row


async def findings_of(ctx: Context, version_ids: Collection[UUID]) -> dict[UUID, list[ModelFinding]]:
    query = select(ModelFinding).where(col(ModelFinding.version_id).in_(version_ids))
    found: dict[UUID, list[ModelFinding]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ModelFinding.number))):
        found[row.version_id].append(row)
    return found


async def promotions(ctx: Context, limit: int) -> Sequence[ModelVersion]:
    """Proposed champions that wait for a second person, the oldest first."""
    query = select(ModelVersion).where(
        col(ModelVersion.promoted_by).is_not(None),
        col(ModelVersion.state).in_((VersionState.VALIDATED.value, VersionState.CHALLENGER.value)),
    )
    return (await ctx.session.scalars(query.order_by(col(ModelVersion.promoted_at)).limit(limit))).all()


async def validations(ctx: Context, limit: int) -> Sequence[ModelVersion]:
    """Versions handed to validation, the oldest first."""
    query = select(ModelVersion).where(ModelVersion.state == VersionState.IN_VALIDATION)
    return (await ctx.session.scalars(query.order_by(col(ModelVersion.submitted_at)).limit(limit))).all()


async def progress_of(ctx: Context, version_id: UUID) -> TrainingProgress | None:
    return await ctx.session.get(TrainingProgress, version_id)
