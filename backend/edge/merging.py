"""What follows a customer into a merge, gathered from every capability; wired once a process."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from backend.access.context import Context
from backend.casework.tasks import merging as tasks
from backend.complaints import merging as complaints
from backend.customers.following import Follow, move, records_of, register
from backend.engagement.models.models import StoredScore
from backend.engagement.offers.models import NextOffer, OfferAnswer
from backend.engagement.playbooks.service import merging as playbooks
from backend.engagement.portrait.models import LifeEvent
from backend.engagement.prospects import merging as prospects
from backend.engagement.segments.models import SegmentMember
from backend.engagement.stages import merging as stages
from backend.engagement.watch import merging as watch
from backend.loyalty.service import merging as loyalty
from backend.servicing import merging as servicing


def whole(*models: Any) -> Follow:
    """For records that simply are about the survivor from then on."""

    async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
        for model in models:
            rows: Sequence[Any] = await records_of(ctx, model, loser_id)
            await move(ctx, rows, loser_id, survivor_id)

    return follow


def computed(*models: Any) -> Follow:
    """For what runs compute anew of whoever is a customer: nothing of it stays with a record that is none any more."""

    async def follow(ctx: Context, loser_id: UUID, _: UUID) -> None:
        for model in models:
            await ctx.session.execute(delete(model).where(col(model.party_id) == loser_id))

    return follow


register("tasks", tasks.follow)
register("loyalty", loyalty.follow)
register("servicing", servicing.follow)
register("complaints", complaints.follow)
register("stages", stages.follow)
register("warnings", watch.follow)
register("playbooks", playbooks.follow)
register("prospects", prospects.follow)
register("life_events", whole(LifeEvent))
register("offers", whole(OfferAnswer))
register("computed", computed(SegmentMember, StoredScore, NextOffer))
