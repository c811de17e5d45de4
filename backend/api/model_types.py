"""What the contract says of models: a line of the inventory, a version with figures, pictures, runs, watch, card."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.model_cards import ModelCard, card_shown
from backend.api.model_codes import ModelKind, ModelVersionState
from backend.api.model_measures import ModelComparison, ModelCurve, ModelMeasure
from backend.api.model_runs import ModelRun, ModelWatch, run_shown, watch_shown
from backend.api.product_review_codes import FindingSeverity
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.engagement.models import models, queries, service
from backend.engagement.models.about import about
from backend.engagement.models.words import failure_words, reason_words, stage_words

_RUNS = 30
_NONE: Final[list[models.ModelVersion]] = []


@strawberry.type
class ModelFinding:
    id: UUID
    number: int
    severity: FindingSeverity
    words: str
    raised_at: dt.datetime
    answer: str | None
    closed_at: dt.datetime | None
    row: strawberry.Private[models.ModelFinding]

    @strawberry.field
    def raised_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.raised_by)

    @strawberry.field
    def closed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.closed_by)


@strawberry.type
class ModelVersion:
    id: UUID
    model_id: UUID
    number: int
    state: ModelVersionState
    as_of: dt.date
    horizon_months: int
    requested_at: dt.datetime
    trained_at: dt.datetime | None
    failure: str | None
    customers: int
    outcomes: int | None
    data_digest: str | None
    ruleset: str
    limits: str | None
    validated_at: dt.datetime | None
    promoted_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    metrics: list[ModelMeasure] = strawberry.field(directives=[Cost(weight=0, size=10)])
    row: strawberry.Private[models.ModelVersion]

    @strawberry.field
    def trained_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.trained_by)

    @strawberry.field
    def validated_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.validated_by)

    @strawberry.field
    def promoted_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.promoted_by)

    @strawberry.field
    def confirmed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.confirmed_by)

    @resolved("What it looks at, in words.", size=15)
    async def features(self, info: Info) -> list[str]:
        return [reason_words(info.context.actor.locale, each) for each in self.row.features]

    @resolved("Its pictures on customers it had not seen.", size=3)
    async def curves(self, info: Info) -> list[ModelCurve]:
        return [ModelCurve.of(code, points) for code, points in self.row.curves.items()]

    @resolved("Against the version that was champion when it was trained; null where there was none.", size=2)
    async def comparison(self, info: Info) -> ModelComparison | None:
        found = self.row.comparison
        return None if found is None else ModelComparison.of(found, info.context.actor.locale)

    @resolved(weight=2, size=5)
    async def findings(self, info: Info) -> list[ModelFinding]:
        found = await info.context.read(lambda ctx: queries.findings_of(ctx, [self.id]))
        return [_finding(each) for each in found.get(self.id, [])]

    @resolved("The newest day first.", weight=2, size=10)
    async def runs(self, info: Info) -> list[ModelRun]:
        rows = await info.context.read(lambda ctx: queries.runs_of(ctx, [self.id], _RUNS))
        return [run_shown(row) for row in rows]

    @resolved("The newest day first.", weight=2, size=10)
    async def watches(self, info: Info) -> list[ModelWatch]:
        rows = await info.context.read(lambda ctx: queries.watches_of(ctx, [self.id], _RUNS))
        return [watch_shown(row, info.context.actor.locale) for row in rows]

    @resolved("How far its training is, 0 to 1; null when nothing is under way.", weight=2)
    async def progress(self, info: Info) -> float | None:
        found = await self._under_way(info)
        return None if found is None else found.done / max(found.total, 1)

    @resolved("What its training is doing, in words; null when nothing is under way.", weight=2)
    async def doing(self, info: Info) -> str | None:
        found = await self._under_way(info)
        return None if found is None else stage_words(info.context.actor.locale, found.stage)

    async def _under_way(self, info: Info) -> models.TrainingProgress | None:
        """Before a worker has begun it, nothing is done."""
        if self.row.state != models.VersionState.DRAFT or self.row.failure is not None:
            return None
        found = await info.context.read(lambda ctx: queries.progress_of(ctx, self.id))
        return found or models.TrainingProgress(id=self.id, tenant_id=self.row.tenant_id, at=self.row.requested_at)

    @resolved(weight=5)
    async def card(self, info: Info) -> ModelCard:
        return await info.context.read(lambda ctx: card_shown(ctx, self.row.model_id, self.row))

    @resolved("What the viewer may do with it now.", size=6)
    async def verbs(self, info: Info) -> list[str]:
        return [verb.value for verb in await info.context.read(lambda ctx: _verbs(ctx, self.row))]


@strawberry.type(description="A line of the inventory.")
class ScoringModel(Recorded):
    id: UUID
    code: str
    kind: ModelKind
    product_code: str | None
    tier: int
    name: str
    purpose: str
    use: str
    limits: str
    registered_at: dt.datetime
    retired_at: dt.datetime | None
    row: strawberry.Private[models.ScoringModel]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.MODEL, str(self.id)

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.row.owner_id)

    @resolved("The name of the product or playbook that it is for, in the reader's language.", weight=1)
    async def about(self, info: Info) -> str | None:
        found: str | None = await info.context.loader(about, None).get(self.code)
        return found

    @resolved("The newest first.", weight=3, size=4)
    async def versions(self, info: Info) -> list[ModelVersion]:
        rows = await info.context.loader(fetch_versions, _NONE).get(self.id)
        return [shown_version(row, info.context.actor.locale) for row in rows]


async def _verbs(ctx: Context, row: models.ModelVersion) -> list[service.Verb]:
    return service.verbs(ctx, row)


async def fetch_versions(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, list[models.ModelVersion]]:
    return await queries.versions_of(ctx, ids)


def shown_model(ctx: Context, row: models.ScoringModel) -> ScoringModel:
    locale, definition = ctx.actor.locale, service.in_force(ctx).rules.definition(row.code)
    return ScoringModel(
        id=row.id,
        code=row.code,
        kind=ModelKind(row.kind),
        product_code=row.product_code,
        tier=row.tier,
        name=definition.wording.text(locale),
        purpose=definition.purpose.text(locale),
        use=definition.use.text(locale),
        limits=definition.limits.text(locale),
        registered_at=row.registered_at,
        retired_at=row.retired_at,
        row=row,
    )


def shown_version(row: models.ModelVersion, locale: str) -> ModelVersion:
    same = (
        "id",
        "model_id",
        "number",
        "as_of",
        "horizon_months",
        "requested_at",
        "trained_at",
        "outcomes",
        "limits",
    )
    times = ("data_digest", "ruleset", "validated_at", "promoted_at", "confirmed_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*same, *times)}
    return ModelVersion(
        **told,
        failure=None if row.failure is None else failure_words(locale, row.failure),
        state=ModelVersionState(row.state),
        customers=row.rows,
        metrics=[ModelMeasure.of(each, locale) for each in row.metrics],
        row=row,
    )


def _finding(row: models.ModelFinding) -> ModelFinding:
    same = ("id", "number", "words", "raised_at", "answer", "closed_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return ModelFinding(**told, severity=FindingSeverity(row.severity), row=row)
