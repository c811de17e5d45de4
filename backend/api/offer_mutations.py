"""What a customer said to an offer."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from backend.api.costs import changes
from backend.api.inputs import INPUT, Key, plain
from backend.api.offer_types import OfferAnswer, OfferAnswerKind, fetch_answers
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.engagement.offers import models, service


@strawberry.input(description="`reason` belongs to DECLINED, `until` to LATER.")
class OfferAnswerInput:
    product: str
    answer: OfferAnswerKind
    reason: str | None = None
    until: date | None = None


OfferAnswerResult = Annotated[
    OfferAnswer | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("OfferAnswerResult"),
]


@strawberry.type
class OfferMutation:
    @changes("Records what a customer said to an offer; it is ranked anew, and what is not offered takes no answer.")
    async def answer_offer(
        self,
        info: Info,
        customer_id: UUID,
        given: Annotated[OfferAnswerInput, INPUT],
        idempotency_key: Key = None,
    ) -> OfferAnswerResult:
        told = service.AnswerInput(
            product=given.product,
            answer=models.Answer(given.answer.value),
            reason=given.reason,
            until=given.until,
        )
        outcome = await write(
            info,
            lambda ctx: service.answer(ctx, customer_id, told),
            lambda row: row.id,
            key=idempotency_key,
            given=[str(customer_id), plain(given)],
        )
        return await answered(info, outcome, fetch_answers)
