"""Products with approved versions of any days, written to the tables as a catalogue of many years has them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.products.definition import ProductDefinition
from backend.products.models import Product, ProductMove, ProductSignature, ProductState, ProductVersion

FIRST_SALE = date(2020, 1, 1)


def defined(**given: Any) -> ProductDefinition:
    plain = {
        "kind": "deposit",
        "names": {"en": "Savings", "zh": "储蓄"},
        "summary": {"en": "A savings account.", "zh": "储蓄账户。"},
        "currency": "CZK",
        "channels": ["branch"],
    }
    return ProductDefinition.model_validate(plain | given)


async def approved_product(ctx: Context, code: str, *starts: date, **given: Any) -> list[UUID]:
    """On sale, with versions that are effective from the given days on, one after the other; their ids.

    Every version is signed, as the database wants it; who signed is nobody in particular.
    """
    definition = defined(**given)
    product = Product(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=code,
        kind=definition.kind.value,
        state=ProductState.CONCEPT.value,
        risk="low",
        owner_id=ctx.actor.id,
        created_at=ctx.now,
    )
    days = starts or (FIRST_SALE,)
    ends = [*(day - timedelta(days=1) for day in days[1:]), None]
    async with _entry(ctx, product.id):
        ctx.session.add(product)
    async with _entry(ctx, product.id):
        product.state = ProductState.APPROVAL.value
    return [
        await _approved(ctx, product, definition, number, begins, end)
        for number, (begins, end) in enumerate(zip(days, ends, strict=True), start=1)
    ]


async def draft(ctx: Context, version_id: UUID, **given: Any) -> UUID:
    """A draft beside an approved version: its definition with some things changed."""
    base = await ctx.session.get_one(ProductVersion, version_id)
    definition = ProductDefinition.model_validate(base.definition | given)
    row = _version(ctx, base.product_id, definition, base.number + 1, ProductState.TARGET_MARKET)
    async with _entry(ctx, base.product_id):
        ctx.session.add(row)
    return row.id


def _entry(ctx: Context, product_id: UUID) -> Any:
    return ctx.audit("holding.import", ("product", product_id))


def _version(
    ctx: Context, product_id: UUID, definition: ProductDefinition, number: int, stage: ProductState
) -> ProductVersion:
    return ProductVersion(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        product_id=product_id,
        number=number,
        stage=stage.value,
        definition=definition.as_json(),
        sha256=definition.sha256,
        authors=[],
        changed_at=ctx.now,
    )


async def _approved(
    ctx: Context, product: Product, definition: ProductDefinition, number: int, begins: date, end: date | None
) -> UUID:
    version = _version(ctx, product.id, definition, number, ProductState.APPROVAL)
    move = ProductMove(
        id=new_id(),
        tenant_id=product.tenant_id,
        product_id=product.id,
        version_id=version.id,
        of_version=True,
        of_product=number == 1,
        origin=ProductState.APPROVAL.value,
        target=ProductState.ON_SALE.value,
        binding="signed",
        ruleset="0" * 64,
        proposed_by=new_id(),
        proposed_at=ctx.now,
    )
    signature = ProductSignature(
        id=new_id(),
        tenant_id=product.tenant_id,
        move_id=move.id,
        product_id=product.id,
        role="head_of_compliance",
        vote="agree",
        binding=move.binding,
        signed_by=new_id(),
        signed_at=ctx.now,
    )
    for row in (version, move, signature):
        async with _entry(ctx, product.id):
            ctx.session.add(row)
    async with _entry(ctx, product.id):
        version.stage, version.effective_from, version.effective_to = "approved", begins, end
        product.state = ProductState.ON_SALE.value
    async with _entry(ctx, product.id):
        move.state, move.ended_by, move.ended_at = "done", ctx.actor.id, ctx.now
    return version.id
