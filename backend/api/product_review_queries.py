"""What is asked of reviews of products: lists, one, the plan, open actions, and what there is to choose from."""

import datetime as dt
from typing import Final
from uuid import UUID

import strawberry

from backend.api.costs import Cost, resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.product_codes import ProductKind
from backend.api.product_review_codes import (
    ProductDecision,
    ProductReviewState,
    ProductTriggerKind,
)
from backend.api.product_reviews import ProductReview, ProductReviewAction, product_of
from backend.api.product_types import Product
from backend.api.request import Info
from backend.api.review_packs import ReviewPack
from backend.product_reviews import file, models
from backend.product_reviews.queries import packs, reviews

_REVIEWS: Final = "product-reviews"


@strawberry.input(description="Conditions that all hold; without states those that are not over.")
class ProductReviewFilter:
    states: list[ProductReviewState] | None = None
    triggers: list[ProductTriggerKind] | None = None
    kinds: list[ProductKind] | None = None
    product_id: UUID | None = None
    mine: bool = False
    overdue: bool = False

    def wanted(self, info: Info) -> reviews.ProductReviewFilter:
        return reviews.ProductReviewFilter(
            states=frozenset(models.ProductReviewState(each.value) for each in self.states or ()),
            triggers=frozenset(each.value for each in self.triggers or ()),
            kinds=frozenset(each.value for each in self.kinds or ()),
            product_id=self.product_id,
            assignee_id=info.context.actor.id if self.mine else None,
            overdue=self.overdue,
        )


@strawberry.type
class ProductReviewConnection(Connection[ProductReview]):
    wanted: strawberry.Private[reviews.ProductReviewFilter]

    @resolved("How many there are in all; counted only when asked for.", weight=20)
    async def total_count(self, info: Info) -> int:
        wanted = self.wanted
        return await info.context.read(lambda ctx: reviews.count(ctx, wanted))


@strawberry.type
class ProductReviewFigure:
    state: ProductReviewState
    reviews: int
    overdue: int


@strawberry.type(description="When a product is to be reviewed next.")
class PlannedProductReview:
    planned_on: dt.date | None
    product_id: strawberry.Private[UUID]

    @resolved(weight=2)
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.product_id)


@strawberry.type
class ProductReviewReason:
    code: str
    words: str
    decisions: list[ProductDecision]


@strawberry.type
class ReviewColleague:
    id: UUID
    name: str


@strawberry.type(description="What the rule-set in force offers to choose from.")
class ProductReviewChoices:
    reasons: list[ProductReviewReason] = strawberry.field(directives=[Cost(weight=0, size=10)])
    sections: list[str]
    colleagues: list[ReviewColleague] = strawberry.field(directives=[Cost(weight=0, size=30)])


@strawberry.type
class ProductReviewQuery:
    @resolved("Reviews of products that may be seen, what is due first comes first.", weight=5, sliced_by="first")
    async def product_reviews(
        self, info: Info, where: ProductReviewFilter | None = None, first: First = 50, after: After = None
    ) -> ProductReviewConnection:
        wanted = (where or ProductReviewFilter()).wanted(info)
        at, limit = place(info, _REVIEWS, after), page_size(first)
        start = None if at is None else reviews.After(*read_instant_place(at))
        rows = await info.context.read(lambda ctx: reviews.reviews(ctx, wanted, after=start, limit=limit + 1))
        shown, now = rows[:limit], info.context.platform.clock()
        following = instant_place(shown[-1].due_at, shown[-1].id) if len(rows) > limit else None
        nodes = [ProductReview.of(row, now) for row in shown]
        return ProductReviewConnection.of(info, _REVIEWS, nodes, following, wanted=wanted)

    @resolved("A review of a product that may be seen.", weight=2)
    async def product_review(self, info: Info, record_id: Id) -> ProductReview:
        row = await info.context.read(lambda ctx: reviews.review(ctx, record_id))
        return ProductReview.of(row, info.context.platform.clock())

    @resolved("Reviews of products that are not over, by state.", weight=10, size=3)
    async def product_review_figures(self, info: Info) -> list[ProductReviewFigure]:
        return [
            ProductReviewFigure(state=ProductReviewState(e.state.value), reviews=e.reviews, overdue=e.overdue)
            for e in await info.context.read(reviews.figures)
        ]

    @resolved("Products and the day of their next review, the next first.", weight=20, size=50)
    async def planned_product_reviews(self, info: Info) -> list[PlannedProductReview]:
        found = await info.context.read(file.planned)
        return [PlannedProductReview(planned_on=day, product_id=product_id) for product_id, day in found]

    @resolved("Open actions, what is due first comes first; only one's own with `mine`.", weight=10, size=50)
    async def product_review_actions(self, info: Info, mine: bool = False) -> list[ProductReviewAction]:
        owner, today = info.context.actor.id if mine else None, info.context.platform.clock().date()
        rows = await info.context.read(lambda ctx: reviews.open_actions(ctx, owner))
        return [ProductReviewAction.of(row, today) for row in rows]

    @resolved("A pack, with all its sections.", weight=10)
    async def review_pack(self, info: Info, record_id: Id) -> ReviewPack:
        return ReviewPack.of(await info.context.read(lambda ctx: packs.pack(ctx, record_id)))

    @resolved("Reasons, sections and colleagues to choose from.", weight=5)
    async def product_review_choices(self, info: Info) -> ProductReviewChoices:
        found = await info.context.read(file.choices)
        return ProductReviewChoices(
            reasons=[
                ProductReviewReason(
                    code=code, words=words, decisions=[ProductDecision(each.value) for each in decisions]
                )
                for code, words, decisions in found.reasons
            ],
            sections=list(found.sections),
            colleagues=[ReviewColleague(id=id_, name=name) for id_, name in found.colleagues],
        )
