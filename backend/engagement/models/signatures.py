"""Versions of models that wait for a second person: to be validated, or to become champion."""

from collections.abc import Sequence
from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.engagement.models import queries
from backend.engagement.models.about import about
from backend.engagement.models.models import ModelVersion
from backend.engagement.models.ruleset import Definition
from backend.engagement.models.service.standing import in_force


async def _validations(ctx: Context) -> list[Waiting]:
    return await _waiting(ctx, await queries.validations(ctx, MOST), "validate")


async def _champions(ctx: Context) -> list[Waiting]:
    return await _waiting(ctx, await queries.promotions(ctx, MOST), "confirm")


async def _waiting(ctx: Context, rows: Sequence[ModelVersion], action: str) -> list[Waiting]:
    models, rules = await queries.by_ids(ctx, {row.model_id for row in rows}), in_force(ctx).rules
    names = await about(ctx, [model.code for model in models.values()])
    promotion = action == "confirm"
    return [
        Waiting(
            id=row.id,
            words=_words(rules.definition(models[row.model_id].code), names.get(models[row.model_id].code), row, ctx),
            page=f"/life/models/versions/{row.id}",
            made_at=(row.promoted_at if promotion else row.submitted_at) or row.requested_at,
            made_by=row.promoted_by if promotion else row.trained_by,
            mine=ctx.may(action, queries.MODEL, queries.facts(ctx, row, promotion=promotion)),
        )
        for row in rows
    ]


def _words(definition: Definition, name: str | None, row: ModelVersion, ctx: Context) -> str:
    kind = definition.wording.text(ctx.actor.locale)
    return f"{kind} {row.number}" if name is None else f"{kind} · {name} {row.number}"


VALIDATIONS: Final = SignatureKind(
    "model_validation", "Validation of a model", ((queries.MODEL, "validate"),), _validations
)
CHAMPIONS: Final = SignatureKind("model_champion", "Champion of a model", ((queries.MODEL, "confirm"),), _champions)
