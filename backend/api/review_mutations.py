"""What people do with reviews; each answers with the review as it is afterwards, or with why not."""

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
from backend.api.request import Info
from backend.api.review_codes import ReviewAnswerKind, ReviewOutcome, ReviewTriggerKind
from backend.api.review_types import Review, fetch_reviews
from backend.reviews import models, service
from backend.reviews.service import Verdict

ReviewResult = Annotated[
    Review | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ReviewResult"),
]
_Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="`reason` is a code of the rule-set (reviewChoices); `note` are one's own words.")
class ReviewVerdictInput:
    outcome: ReviewOutcome
    reason: str
    level: str | None = None
    note: str | None = None

    def verdict(self) -> Verdict:
        outcome = models.Outcome(self.outcome.value)
        return Verdict(outcome=outcome, reason=self.reason, level=self.level or None, words=self.note)


async def _review(info: Info, act: _Act, key: str | None, given: Any, *, four_eyes: bool = False) -> ReviewResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=four_eyes)
    return await answered_as(info, outcome, fetch_reviews, lambda row: Review.of(row, info.context.platform.clock()))


@strawberry.type
class ReviewMutation:
    @changes("Opens a review of a customer and says why; an open one notes it.")
    async def open_review(
        self, info: Info, party_id: UUID, kind: ReviewTriggerKind, note: str, idempotency_key: Key = None
    ) -> ReviewResult:
        wanted = models.TriggerKind(kind.value)
        given = [str(party_id), kind.value, note]
        return await _review(info, lambda ctx: service.open_review(ctx, party_id, wanted, note), idempotency_key, given)

    @changes("Takes a review.")
    async def take_review(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ReviewResult:
        return await _review(info, lambda ctx: service.take(ctx, review_id), idempotency_key, str(review_id))

    @changes("Gives a review back that one has taken.")
    async def release_review(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ReviewResult:
        return await _review(info, lambda ctx: service.release(ctx, review_id), idempotency_key, str(review_id))

    @changes("Answers a question of a review.")
    async def answer_review_question(
        self,
        info: Info,
        review_id: Id,
        question: str,
        answer: ReviewAnswerKind,
        note: str | None = None,
        idempotency_key: Key = None,
    ) -> ReviewResult:
        said, given = models.Answer(answer.value), [str(review_id), question, answer.value, note]
        return await _review(
            info, lambda ctx: service.answer(ctx, review_id, question, said, note), idempotency_key, given
        )

    @changes("Asks the customer for information, through whoever looks after the customer.")
    async def request_review_information(
        self, info: Info, review_id: Id, items: list[str], note: str | None = None, idempotency_key: Key = None
    ) -> ReviewResult:
        given = [str(review_id), items, note]
        return await _review(info, lambda ctx: service.ask(ctx, review_id, items, note), idempotency_key, given)

    @changes("Notes that what was asked for is there, or will not come.")
    async def receive_review_information(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ReviewResult:
        return await _review(info, lambda ctx: service.receive(ctx, review_id), idempotency_key, str(review_id))

    @changes("Ends a review, or proposes how it ends where two people are needed.")
    async def propose_review_outcome(
        self, info: Info, review_id: Id, given: Annotated[ReviewVerdictInput, INPUT], idempotency_key: Key = None
    ) -> ReviewResult:
        said = given.verdict()
        told = [str(review_id), said.outcome.value, said.reason, said.level, said.words]
        return await _review(
            info, lambda ctx: service.propose(ctx, review_id, said), idempotency_key, told, four_eyes=True
        )

    @changes("Signs a review, as second person.")
    async def sign_review(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ReviewResult:
        return await _review(
            info, lambda ctx: service.sign(ctx, review_id), idempotency_key, str(review_id), four_eyes=True
        )

    @changes("Sends a proposed outcome back to who made it, as second person.")
    async def send_review_back(self, info: Info, review_id: Id, idempotency_key: Key = None) -> ReviewResult:
        return await _review(
            info, lambda ctx: service.send_back(ctx, review_id), idempotency_key, str(review_id), four_eyes=True
        )
