"""Reviews of customers: the worklist, and one of them."""

from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.api.costs import resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id
from backend.api.pages import After, First, page_size, place
from backend.api.request import Info
from backend.api.review_types import Review, ReviewConnection, ReviewFilter
from backend.reviews.queries import reviews

_REVIEWS: Final = "reviews"


@strawberry.type
class ReviewQuery:
    @resolved("Reviews that may be seen, what is due first comes first.", weight=5, sliced_by="first")
    async def reviews(
        self, info: Info, where: ReviewFilter | None = None, first: First = 50, after: After = None
    ) -> ReviewConnection:
        wanted = (where or ReviewFilter()).wanted(info)
        start, limit = _start(place(info, _REVIEWS, after)), page_size(first)
        rows = await info.context.read(lambda ctx: reviews.reviews(ctx, wanted, after=start, limit=limit + 1))
        shown, now = rows[:limit], info.context.platform.clock()
        following = f"{shown[-1].due_at.isoformat()}|{shown[-1].id}" if len(rows) > limit else None
        return ReviewConnection.of(info, _REVIEWS, [Review.of(row, now) for row in shown], following, wanted=wanted)

    @resolved("A review that may be seen.", weight=2)
    async def review(self, info: Info, record_id: Id) -> Review:
        row = await info.context.read(lambda ctx: reviews.review(ctx, record_id))
        return Review.of(row, info.context.platform.clock())


def _start(text: str | None) -> reviews.After | None:
    if text is None:
        return None
    at, bar, review_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return reviews.After(datetime.fromisoformat(at), UUID(review_id))
