"""Models of the customer's life: the inventory, one model, a version, what can be trained, a customer's scores."""

import datetime as dt
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.model_types import ModelVersion, ScoringModel, shown_model, shown_version
from backend.api.request import Info
from backend.engagement.models import queries, service
from backend.engagement.models.about import about
from backend.engagement.models.ruleset import ModelRules
from backend.engagement.models.words import reason_words


@strawberry.type(description="A customer's score by the champion: value, where comparable customers came out, why.")
class CustomerScore:
    purpose: str
    value: float
    low: float | None
    high: float | None
    reasons: list[str]
    as_of: dt.date
    version: int


@strawberry.type(description="Something that can be trained; `about` names the product or playbook that it is for.")
class ModelChoice:
    code: str
    words: str
    about: str | None


@strawberry.type(description="What can be trained, and whether the viewer may.")
class ModelChoices:
    codes: list[str]
    choices: list[ModelChoice]
    may_train: bool


@strawberry.type
class ModelQuery:
    @resolved("The inventory of models.", weight=3, size=12)
    async def models(self, info: Info) -> list[ScoringModel]:
        return await info.context.read(_inventory)

    @resolved("A model of the inventory.", weight=2)
    async def model(self, info: Info, record_id: Id) -> ScoringModel:
        async def found(ctx: Context) -> ScoringModel:
            return shown_model(ctx, await queries.model_of(ctx, record_id))

        return await info.context.read(found)

    @resolved("A version of a model.", weight=2)
    async def model_version(self, info: Info, record_id: Id) -> ModelVersion:
        row = await info.context.read(lambda ctx: queries.version(ctx, record_id))
        return shown_version(row, info.context.actor.locale)

    @resolved("What can be trained.", weight=1)
    async def model_choices(self, info: Info) -> ModelChoices:
        return await info.context.read(_choices)

    @resolved("Every score in use of a customer; nothing of one whose scores may not be seen.", weight=3, size=6)
    async def customer_scores(self, info: Info, party_id: UUID) -> list[CustomerScore]:
        found = await info.context.read(lambda ctx: queries.purposes_of(ctx, party_id))
        return [_score(purpose, each, info.context.actor.locale) for purpose, each in sorted(found.items())]


async def _inventory(ctx: Context) -> list[ScoringModel]:
    return [shown_model(ctx, row) for row in await queries.models(ctx)]


async def _choices(ctx: Context) -> ModelChoices:
    ctx.require("view", queries.MODEL, queries.facts(ctx))
    may_train = ctx.may("train", queries.MODEL, queries.facts(ctx))
    codes = await service.trainable(ctx)
    rules, names = service.in_force(ctx).rules, await about(ctx, codes)
    choices = [_choice(code, rules, names.get(code), ctx.actor.locale) for code in codes]
    return ModelChoices(codes=codes, choices=choices, may_train=may_train)


def _choice(code: str, rules: ModelRules, name: str | None, locale: str) -> ModelChoice:
    return ModelChoice(code=code, words=rules.definition(code).wording.text(locale), about=name)


def _score(purpose: str, found: queries.Score, locale: str) -> CustomerScore:
    return CustomerScore(
        purpose=purpose,
        value=found.value,
        low=found.low,
        high=found.high,
        reasons=[reason_words(locale, code) for code in found.reasons],
        as_of=found.as_of,
        version=found.version,
    )
