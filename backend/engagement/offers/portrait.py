"""The next best action in the portrait: the best offer, with why, or none."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.rulesets import Wording
from backend.customers.queries import facts
from backend.engagement.offers import service
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.wording import said, speaker
from backend.engagement.portrait.sources import Fact
from backend.products import queries as products

_NAMED: Final = Wording(en="Best offer", zh_CN="最佳推荐")


async def best_offer(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    """For whoever may see offers to the customer."""
    if not ctx.may("view", OBJECT, await facts(ctx, party_id)):
        return ()
    offers = (await service.next_best(ctx, party_id)).offers
    if not offers:
        return ()
    best, today = offers[0], ctx.now.date()
    definition = (await products.effective(ctx, today)).by_code[best.choice.code].definition
    told = await speaker(ctx)
    reasons = tuple(said(ground, told, definition) for ground in best.why)
    name = Wording(en=definition.names.en, zh_CN=definition.names.zh)
    return [Fact("next", "best_offer", name, "offers", today, words=_NAMED, reasons=reasons)]
