"""Steps of products that wait for a signature, for the list of everything that does."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.products import lifecycle, moving, queries, wording
from backend.products.models import MoveState, ProductMove, ProductState
from backend.products.standing import Papers, papers, step


async def _waiting(ctx: Context) -> Sequence[Waiting]:
    """Steps whose gate asks for signatures at all; `mine` are those that still lack one of the reader's role."""
    query = select(ProductMove).where(ProductMove.state == MoveState.OPEN)
    rows = (await ctx.session.scalars(query.order_by(col(ProductMove.proposed_at)).limit(MOST))).all()
    known = await queries.by_ids(ctx, {row.product_id for row in rows})
    return [await _one(ctx, row) for row in rows if row.product_id in known]


async def _one(ctx: Context, row: ProductMove) -> Waiting:
    found = await papers(ctx, await queries.product(ctx, row.product_id))
    version = found.version(row.version_id)
    names = queries.definition_of(version).names.text(ctx.actor.locale)
    target = wording.said(wording.STATES, row.target, ctx.actor.locale)
    return Waiting(
        id=row.id,
        words=translate(ctx.actor.locale, "{product}: to “{state}”", product=names, state=target),
        page=f"/products/{row.product_id}",
        made_at=row.proposed_at,
        made_by=row.proposed_by,
        mine=_lacks_mine(ctx, row, found),
    )


def _lacks_mine(ctx: Context, row: ProductMove, found: Papers) -> bool:
    gate = found.rules.rules.gate(ProductState(row.origin), ProductState(row.target), *found.steps_of)
    if gate is None or not ctx.may("sign", queries.OBJECT, moving.maker_facts(ctx, found, row)):
        return False
    at = step(found, gate, found.version(row.version_id), ctx.now, row)
    return (
        lifecycle.capacity(gate, at.standing, ctx.actor.id, moving.roles_of(ctx), ctx.now, ctx.actor.roles) is not None
    )


STEPS: Final = SignatureKind("product_step", "Step of a product", ((queries.OBJECT, "sign"),), _waiting)
