"""What rating learns from reviews: when the last one was completed, and the share of cash where it stood out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.reviews.models import BehaviourFlag, Review, ReviewState
from backend.risk.facts import REVIEWED_ON, register
from backend.risk.rules import Offered

CASH_SHARE: Final = "cash_share_bp"
_REMEMBERED: Final = timedelta(days=365)


class ReviewFacts:
    name: str = "reviews"

    async def facts(self, ctx: Context, party_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Offered]]:
        found: dict[UUID, dict[str, Offered]] = defaultdict(dict)
        ended = sql_select(col(Review.party_id), func.max(col(Review.decided_at))).where(
            col(Review.party_id).in_(party_ids), col(Review.state) == ReviewState.COMPLETED.value
        )
        for party_id, at in await ctx.session.execute(ended.group_by(col(Review.party_id))):
            if at is not None:
                found[party_id][REVIEWED_ON] = at.date().isoformat()
        flags = sql_select(col(BehaviourFlag.party_id), col(BehaviourFlag.figures)).where(
            col(BehaviourFlag.party_id).in_(party_ids), col(BehaviourFlag.found_at) > ctx.now - _REMEMBERED
        )
        for party_id, figures in await ctx.session.execute(flags.order_by(col(BehaviourFlag.id))):
            found[party_id][CASH_SHARE] = int(figures["cash_share"])
        return found


register(ReviewFacts())
