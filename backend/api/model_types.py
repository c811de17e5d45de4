"""What the contract says of models: a line of the inventory, a version with figures, pictures, runs, watch, card."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.model_codes import ModelKind, ModelVersionState
from backend.api.product_review_codes import FindingSeverity
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.engagement.models import models, queries, service
from backend.engagement.models.card import card
from backend.engagement.models.words import failure_words, metric_words, reason_words
from backend.products import queries as products

_RUNS = 30
_NONE: Final[list[models.ModelVersion]] = []


@strawberry.type(description="A figure with its interval; `bound` is what it was held against.")
class ModelMeasure:
    name: str
    words: str
    value: float
    low: float | None
    high: float | None
    bound: str | None
    breach: bool

    @classmethod
    def of(cls, found: dict[str, Any], locale: str) -> "ModelMeasure":
        return cls(
            name=str(found["name"]),
            words=metric_words(locale, str(found["name"])),
            value=found["value"],
            low=found["low"],
            high=found["high"],
            bound=found.get("bound"),
            breach=bool(found.get("breach", False)),
        )


@strawberry.type(description="A picture as a table: roc, lift, calibration or forecast; null where nothing is known.")
class ModelCurve:
    code: str
    columns: list[str]
    rows: list[list[float | None]]

    @classmethod
    def of(cls, code: str, points: list[dict[str, float | None]]) -> "ModelCurve":
        columns = list(points[0]) if points else []
        return cls(code=code, columns=columns, rows=[[point[name] for name in columns] for point in points])


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
    watched_at: dt.datetime
    measures: list[ModelMeasure] = strawberry.field(directives=[Cost(weight=0, size=20)])


@strawberry.type
class ModelCardFact:
    name: str
    text: str


@strawberry.type(description="`table` has its headings in the first row.")
class ModelCardPart:
    heading: str
    facts: list[ModelCardFact] = strawberry.field(directives=[Cost(weight=0, size=10)])
    table: list[list[str]]


@strawberry.type(description="Made of the record when it is asked for, in the reader's language.")
class ModelCard:
    title: str
    markdown: str
    parts: list[ModelCardPart] = strawberry.field(directives=[Cost(weight=0, size=5)])


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

    @resolved(weight=2, size=5)
    async def findings(self, info: Info) -> list[ModelFinding]:
        found = await info.context.read(lambda ctx: queries.findings_of(ctx, [self.id]))
        return [_finding(each) for each in found.get(self.id, [])]

    @resolved("The newest day first.", weight=2, size=10)
    async def runs(self, info: Info) -> list[ModelRun]:
        rows = await info.context.read(lambda ctx: queries.runs_of(ctx, [self.id], _RUNS))
        return [_run(row) for row in rows]

    @resolved("The newest day first.", weight=2, size=10)
    async def watches(self, info: Info) -> list[ModelWatch]:
        rows = await info.context.read(lambda ctx: queries.watches_of(ctx, [self.id], _RUNS))
        return [_watch(row, info.context.actor.locale) for row in rows]

    @resolved("How far its training is, 0 to 1; null when nothing is under way.", weight=2)
    async def progress(self, info: Info) -> float | None:
        found = await info.context.read(lambda ctx: queries.progress_of(ctx, self.id))
        waiting = self.row.state == models.VersionState.DRAFT and self.row.failure is None
        return found.done / max(found.total, 1) if waiting and found is not None else None

    @resolved(weight=5)
    async def card(self, info: Info) -> ModelCard:
        return await info.context.read(lambda ctx: _card(ctx, self.row.model_id, self.row))

    @resolved("What the viewer may do with it now.", size=6)
    async def verbs(self, info: Info) -> list[str]:
        return [verb.value for verb in await info.context.read(lambda ctx: _verbs(ctx, self.row))]


@strawberry.type(description="A line of the inventory.")
class ScoringModel:
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

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.row.owner_id)

    @resolved("The name of the product that it is for, in the reader's language.", weight=1)
    async def product_name(self, info: Info) -> str | None:
        async def found(ctx: Context) -> str | None:
            code = self.product_code
            sold = {} if code is None else (await products.effective(ctx, ctx.now.date())).by_code
            return None if code is None else product_words(sold, code, ctx.actor.locale)

        return await info.context.read(found)

    @resolved("The newest first.", weight=3, size=4)
    async def versions(self, info: Info) -> list[ModelVersion]:
        rows = await info.context.loader(fetch_versions, _NONE).get(self.id)
        return [shown_version(row, info.context.actor.locale) for row in rows]


async def _verbs(ctx: Context, row: models.ModelVersion) -> list[service.Verb]:
    return service.verbs(ctx, row)


async def _card(ctx: Context, model_id: UUID, row: models.ModelVersion) -> ModelCard:
    found = await card(ctx, await queries.model_of(ctx, model_id), row)
    parts = [
        ModelCardPart(
            heading=part.heading,
            facts=[ModelCardFact(name=name, text=text) for name, text in part.facts],
            table=[list(cells) for cells in part.table],
        )
        for part in found.parts
    ]
    return ModelCard(title=found.title, markdown=found.markdown(), parts=parts)


async def fetch_versions(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, list[models.ModelVersion]]:
    return await queries.versions_of(ctx, ids)


def product_words(sold: Mapping[str, products.Offer], code: str, locale: str) -> str:
    """Of the day's catalogue; a product that is not in it stands for itself."""
    return sold[code].definition.names.text(locale) if code in sold else code


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


def _run(row: models.ScoringRun) -> ModelRun:
    same = ("id", "as_of", "customers", "digest", "in_use", "scored_at", "pruned_at", "spread")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return ModelRun(**told)


def _watch(row: models.ModelWatch, locale: str) -> ModelWatch:
    same = ("as_of", "outcomes_of", "breaches", "watched_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in same}
    return ModelWatch(**told, measures=[ModelMeasure.of(each, locale) for each in row.measures])
