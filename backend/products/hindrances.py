"""What stands against a step beside its gate."""

from typing import Final

from backend.access.context import Context
from backend.products import lifecycle, registry
from backend.products.days import last_sale
from backend.products.errors import HoldingsOpen, HoldingsUnknown, NewBusinessPossible, ProductStateForbids
from backend.products.models import ProductState
from backend.products.standing import Papers

_S: Final = ProductState
ON_THE_MARKET: Final = frozenset({_S.ON_SALE, _S.UNDER_REVIEW, _S.REMEDIATION})
Hindrance = NewBusinessPossible | HoldingsOpen | HoldingsUnknown | ProductStateForbids


async def refuse_hindered(ctx: Context, found: Papers, target: ProductState) -> None:
    hindrance = await hindrance_of(ctx, found, target)
    if hindrance is not None:
        raise hindrance


async def hindrance_of(ctx: Context, found: Papers, target: ProductState) -> Hindrance | None:
    state, today = ProductState(found.product.state), ctx.now.date()
    if target is _S.ON_SALE and not lifecycle.in_preparation(state.value) and state not in ON_THE_MARKET:
        return ProductStateForbids(state=state.value, verb=target.value)
    if target is _S.RUN_OFF and (day := last_sale(found)) is not None and day >= today:
        return NewBusinessPossible(why=day.isoformat())
    if target is _S.RETIRED and found.approved is not None and state not in ON_THE_MARKET:
        ids = [version.id for version in found.versions if version.effective_from is not None]
        count = await registry.open_holdings(ctx, ids)
        if count is None:
            return HoldingsUnknown()
        return HoldingsOpen(count=count) if count else None
    return None
