"""What people do with reviews of products; each answers with the review as it is afterwards, or with why not."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered_as,
    write,
)
from backend.api.product_codes import SaleChannel
from backend.api.product_review_codes import FindingSeverity, ProductDecision, ProductTriggerKind, ReviewActionState
from backend.api.product_reviews import ProductReview, fetch_product_reviews
from backend.api.request import Info
from backend.product_reviews import models, service
from backend.product_reviews.rules import Verdict

ProductReviewResult = Annotated[
    ProductReview | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ProductReviewResult"),
]
_Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="`reason` is a code of the rule-set (productReviewChoices); `channels` are those closed.")
class ProductVerdictInput:
    decision: ProductDecision
    reason: str
    note: str | None = None
    channels: list[SaleChannel] = strawberry.field(default_factory=list)

    def verdict(self) -> Verdict:
        channels = tuple(each.value for each in self.channels)
        decision = models.ProductDecision(self.decision.value)
        return Verdict(decision=decision, reason=self.reason, note=self.note, channels=channels)


@strawberry.input
class ReviewFindingInput:
    section: str
    severity: FindingSeverity
    words: str


@strawberry.input
class ReviewActionInput:
    words: str
    owner_id: UUID
    due_on: dt.date


async def _review(
    info: Info, act: _Act, key: str | None, given: Any, *, four_eyes: bool = False, by: str = "id"
) -> ProductReviewResult:
    """`by` names the field of what the use case answers with that is the review's id."""
    outcome = await write(info, act, lambda row: getattr(row, by), key=key, given=given, four_eyes=four_eyes)
    return await answered_as(
        info, outcome, fetch_product_reviews, lambda row: ProductReview.of(row, info.context.platform.clock())
    )


@strawberry.type
class ProductReviewMutation:
    @changes("Opens a review of a product and says why; an open one notes it. `until` ends the months to look at.")
    async def open_product_review(
        self,
        info: Info,
        product_id: UUID,
        kind: ProductTriggerKind,
        note: str,
        until: dt.date | None = None,
        idempotency_key: Key = None,
    ) -> ProductReviewResult:
        wanted = models.ProductTrigger(kind.value)
        given = [str(product_id), kind.value, note, str(until)]

        async def act(ctx: Context) -> Any:
            return await service.open_review(ctx, product_id, wanted, note, until=until)

        return await _review(info, act, idempotency_key, given)

    @changes("Takes a review of a product.")
    async def take_product_review(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ProductReviewResult:
        return await _review(info, lambda ctx: service.take(ctx, review_id), idempotency_key, str(review_id))

    @changes("Gives a review of a product back.")
    async def release_product_review(
        self, info: Info, review_id: Id, idempotency_key: Key = None
    ) -> ProductReviewResult:
        return await _review(info, lambda ctx: service.release(ctx, review_id), idempotency_key, str(review_id))

    @changes("Asks for the pack of a review; a worker computes it.")
    async def request_review_pack(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ProductReviewResult:
        return await _review(
            info, lambda ctx: service.request(ctx, review_id), idempotency_key, str(review_id), by="review_id"
        )

    @changes("Writes a finding down.")
    async def add_review_finding(
        self, info: Info, review_id: Id, given: Annotated[ReviewFindingInput, INPUT], idempotency_key: Key = None
    ) -> ProductReviewResult:
        severity, told = models.Severity(given.severity.value), [given.section, given.severity.value, given.words]

        async def act(ctx: Context) -> Any:
            return await service.find(ctx, review_id, given.section, severity, given.words)

        return await _review(info, act, idempotency_key, [str(review_id), *told], by="review_id")

    @changes("Turns a finding into an action with an owner and a day.")
    async def set_review_action(
        self,
        info: Info,
        review_id: Id,
        finding_id: UUID,
        given: Annotated[ReviewActionInput, INPUT],
        idempotency_key: Key = None,
    ) -> ProductReviewResult:
        told = [str(review_id), str(finding_id), given.words, str(given.owner_id), str(given.due_on)]

        async def act(ctx: Context) -> Any:
            return await service.set_action(ctx, review_id, finding_id, given.words, given.owner_id, given.due_on)

        return await _review(info, act, idempotency_key, told, by="review_id")

    @changes("Ends an action: done, or dropped, and says how.")
    async def end_review_action(
        self, info: Info, action_id: Id, state: ReviewActionState, outcome: str, idempotency_key: Key = None
    ) -> ProductReviewResult:
        ended = models.ActionState(state.value)
        given = [str(action_id), state.value, outcome]
        return await _review(
            info,
            lambda ctx: service.end_action(ctx, action_id, ended, outcome),
            idempotency_key,
            given,
            by="review_id",
        )

    @changes("Signs a decision on a product first.")
    async def propose_product_decision(
        self, info: Info, review_id: Id, given: Annotated[ProductVerdictInput, INPUT], idempotency_key: Key = None
    ) -> ProductReviewResult:
        said = given.verdict()
        told = [str(review_id), said.decision.value, said.reason, said.note, list(said.channels)]
        return await _review(
            info, lambda ctx: service.propose(ctx, review_id, said), idempotency_key, told, four_eyes=True
        )

    @changes("Signs a decision on a product second; the product follows.")
    async def sign_product_decision(
        self, info: Info, review_id: Id, idempotency_key: Key = None
    ) -> ProductReviewResult:
        return await _review(
            info, lambda ctx: service.sign(ctx, review_id), idempotency_key, str(review_id), four_eyes=True
        )

    @changes("Sends a decision on a product back to who signed it first.")
    async def send_product_decision_back(
        self, info: Info, review_id: Id, idempotency_key: Key = None
    ) -> ProductReviewResult:
        return await _review(
            info, lambda ctx: service.send_back(ctx, review_id), idempotency_key, str(review_id), four_eyes=True
        )
