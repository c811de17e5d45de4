"""The inventory: a model is entered from its definition in the rule-set, and leaves it when it is retired."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.engagement.models import queries
from backend.engagement.models.errors import ModelNotFound, ModelRetired
from backend.engagement.models.models import ModelKind, ModelVersion, ScoringModel, VersionState
from backend.engagement.models.service.standing import in_force
from backend.engagement.playbooks.errors import PlaybookUnknown
from backend.engagement.playbooks.ruleset import Playbook, playbooks_on
from backend.products import queries as products

_MOST: Final = 200


async def register(ctx: Context, code: str, owner_id: UUID | None = None) -> ScoringModel:
    """The model, entered if it is not there; the actor is its author, and its owner without another.

    Raises NotAllowed, ModelUnknown, ProductNotFound, ModelRetired.
    """
    ctx.require("train", queries.MODEL, queries.facts(ctx))
    loaded = in_force(ctx)
    definition = loaded.rules.definition(code)
    try:
        found = await queries.model(ctx, code)
    except ModelNotFound:
        return await _entered(ctx, code, ModelKind(definition.kind), definition.tier, owner_id, loaded.sha256)
    if found.retired_at is not None:
        raise ModelRetired()
    return found


async def _entered(
    ctx: Context, code: str, kind: ModelKind, tier: int, owner_id: UUID | None, ruleset: str
) -> ScoringModel:
    product = code.partition(":")[2] if kind is ModelKind.PROPENSITY else None
    if product is not None:
        await products.by_code(ctx, product)
    if kind is ModelKind.UPLIFT:
        playbook_of(ctx, code)
    row = ScoringModel(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=code,
        kind=kind.value,
        product_code=product,
        tier=tier,
        owner_id=owner_id or ctx.actor.id,
        author_id=ctx.actor.id,
        registered_at=ctx.now,
    )
    async with ctx.audit("model.register", (queries.MODEL, row.id), reason=code, ruleset=ruleset):
        ctx.session.add(row)
    return row


async def trainable(ctx: Context) -> list[str]:
    """Codes of the rule-set, propensities for every product that may be sold or was, uplift for every playbook."""
    sold = [each.code for each in await products.products(ctx, products.ProductFilter(), limit=_MOST)]
    about = {ModelKind.PROPENSITY: sold, ModelKind.UPLIFT: sorted(playbooks_on(ctx.policies, ctx.now.date()))}
    found: list[str] = []
    for each in in_force(ctx).rules.models:
        found += [f"{each.code}:{name}" for name in about[each.kind]] if each.kind in about else [each.code]
    return found


def playbook_of(ctx: Context, code: str) -> Loaded[Playbook]:
    """The playbook that `uplift:<playbook>` is about. Raises PlaybookUnknown."""
    name = code.partition(":")[2]
    found = playbooks_on(ctx.policies, ctx.now.date()).get(name)
    if found is None:
        raise PlaybookUnknown(playbook=name)
    return found


async def retire_model(ctx: Context, model_id: UUID) -> ScoringModel:
    """With all its versions: nothing scores by it any more. Raises NotAllowed, ModelNotFound, ModelRetired."""
    ctx.require("promote", queries.MODEL, queries.facts(ctx))
    row = await queries.model_of(ctx, model_id)
    if row.retired_at is not None:
        raise ModelRetired()
    versions = (await queries.versions_of(ctx, [model_id])).get(model_id, [])
    async with ctx.audit("model.retire", (queries.MODEL, row.id), reason=row.code):
        row.retired_at = ctx.now
        for each in versions:
            _end(each, ctx)
        for run in await queries.in_use_of(ctx, row.code):
            run.in_use = False
    return row


def _end(version: ModelVersion, ctx: Context) -> None:
    if version.state != VersionState.RETIRED:
        version.state, version.retired_at = VersionState.RETIRED, ctx.now
