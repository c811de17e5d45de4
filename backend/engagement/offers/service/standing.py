"""The nightly ranking: the best offer to everybody, so that a page need not look at a whole book."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.engagement.offers import queries
from backend.engagement.offers.models import NextOffer
from backend.engagement.offers.queries import OBJECT
from backend.engagement.offers.ruleset import offer_rules
from backend.engagement.offers.service.ranking import rankings, refusals


async def to_rank(ctx: Context) -> Sequence[UUID]:
    """Everybody who stands where something may be offered. Raises NotAllowed."""
    _require_run(ctx)
    stages = offer_rules(ctx.policies, ctx.now.date()).rules.stages
    return await queries.rankable(ctx, [stage.value for stage in stages])


async def rank(ctx: Context, party_ids: Collection[UUID]) -> int:
    """In place of what was ranked of them before; how many have an offer. Raises NotAllowed.

    Whoever has not consented is offered nothing, and nothing more is asked about them.
    """
    _require_run(ctx)
    refused = await refusals(ctx, offer_rules(ctx.policies, ctx.now.date()).rules, party_ids)
    agreed = [party_id for party_id, purposes in refused.items() if not purposes]
    best = {party: found.offers[0] for party, found in (await rankings(ctx, agreed)).items() if found.offers}
    await ctx.session.execute(delete(NextOffer).where(col(NextOffer.party_id).in_(party_ids)))
    batch = Batch(ctx.trail)
    for party_id, offer in best.items():
        batch.add(
            NextOffer,
            id=new_id(),
            party_id=party_id,
            product_code=offer.choice.code,
            expected=offer.expected,
            ranked_at=ctx.now,
        )
    await batch.write(ctx.session)
    return len(best)


async def forget(ctx: Context, before: datetime) -> None:
    """Whoever was not ranked again stands nowhere any more. Raises NotAllowed."""
    _require_run(ctx)
    await ctx.session.execute(delete(NextOffer).where(col(NextOffer.ranked_at) < before))


def _require_run(ctx: Context) -> None:
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
