"""Reviews of products whose decision waits for a second signature."""

from typing import Final

from backend.access.context import Context
from backend.access.signatures import MOST, SignatureKind, Waiting
from backend.product_reviews.models import ProductReviewState
from backend.product_reviews.queries import reviews
from backend.products import queries as products


async def _reviews(ctx: Context) -> list[Waiting]:
    wanted = reviews.ProductReviewFilter(states=frozenset({ProductReviewState.PENDING_SIGNATURE}))
    rows = await reviews.reviews(ctx, wanted, limit=MOST)
    versions = await products.versions_of(ctx, {row.product_id for row in rows})
    names = {key: products.definition_of(found[0]).names.text(ctx.actor.locale) for key, found in versions.items()}
    return [
        Waiting(
            id=row.id,
            words=names.get(row.product_id, ""),
            page=f"/product-reviews/{row.id}",
            made_at=row.proposed_at or row.opened_at,
            made_by=row.proposed_by,
            mine=ctx.may("approve", reviews.OBJECT, reviews.facts(ctx, row)),
        )
        for row in rows
    ]


REVIEWS: Final = SignatureKind("product_review", "Review of a product", ((reviews.OBJECT, "approve"),), _reviews)
