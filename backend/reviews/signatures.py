"""Reviews of customers whose end waits for a second signature."""

from dataclasses import replace
from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.core.i18n import translate
from backend.customers.queries.sight import facts_of
from backend.reviews.models import Outcome, ReviewState
from backend.reviews.queries import reviews

PROPOSALS: Final = {
    Outcome.KEEP: "The relationship goes on as it is",
    Outcome.CHANGE_LEVEL: "Another risk level",
    Outcome.RESTRICT: "The relationship is restricted",
    Outcome.EXIT: "The relationship is ended",
}


async def _reviews(ctx: Context) -> list[Waiting]:
    wanted = reviews.ReviewFilter(states=frozenset({ReviewState.PENDING_APPROVAL}))
    rows = await reviews.reviews(ctx, wanted, limit=MOST)
    standing = await facts_of(ctx, {row.party_id for row in rows})
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, PROPOSALS[Outcome(row.proposal or Outcome.KEEP)]),
            page=f"/reviews/{row.id}",
            made_at=row.opened_at,
            made_by=row.proposed_by,
            mine=ctx.may(
                "approve",
                reviews.OBJECT,
                replace(standing[row.party_id], owner_id=row.assignee_id, maker_id=row.proposed_by),
            ),
            party_id=row.party_id,
        )
        for row in rows
    ]


REVIEWS: Final = SignatureKind("review", "Review of a customer", (("review", "approve"),), _reviews)
