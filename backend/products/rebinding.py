"""What was signed is bound to what lay there: when that changes, signatures no longer hold."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from backend.access.context import Context
from backend.products import queries
from backend.products.gates import Gate
from backend.products.models import MoveState, Product, ProductSignature, ProductState, ProductVersion
from backend.products.standing import Papers, Terms, binding, papers


async def void(ctx: Context, found: Papers, version: ProductVersion) -> None:
    """What was said on a step of the version no longer holds, because what it was said about is going to change."""
    open_ = [move for move in found.moves if move.state == MoveState.OPEN and move.version_id == version.id]
    given = [each for move in open_ for each in found.signatures.get(move.id, ()) if each.voided_at is None]
    await _void(ctx, found.product.id, given)


async def rebind(ctx: Context, row: Product) -> None:
    """Binds the open steps to what lies there now."""
    found = await papers(ctx, row)
    for move in found.moves:
        if move.state != MoveState.OPEN:
            continue
        version, terms = found.version(move.version_id), Terms(move.effective_on, move.effective_to)
        bound = binding(found, version, ProductState(move.target), terms, of_version=move.of_version)
        if move.binding != bound:
            async with ctx.audit("product.rebind", (queries.OBJECT, row.id), ruleset=found.rules.sha256):
                move.binding, move.ruleset = bound, found.rules.sha256


async def void_stale(ctx: Context, gate: Gate, given: Sequence[ProductSignature]) -> None:
    """One person's signature that is too old makes room for another."""
    if gate.signatures_days is not None:
        oldest = ctx.now - timedelta(days=gate.signatures_days)
        stale = [each for each in given if each.signed_at <= oldest]
        await _void(ctx, stale[0].product_id if stale else None, stale)


async def _void(ctx: Context, product_id: UUID | None, given: Sequence[ProductSignature]) -> None:
    if given and product_id is not None:
        async with ctx.audit("product.void", (queries.OBJECT, product_id)):
            for each in given:
                each.voided_at = ctx.now
