"""Recording what a customer answered, and taking an assessment out of force."""

from typing import Annotated, Any

import strawberry

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
from backend.api.suitability import (
    AnswerInput,
    Assessment,
    AssessmentKind,
    ExplanationInput,
    chosen,
    fetch_assessments,
)
from backend.products.suitability import questionnaire as sets
from backend.products.suitability import service
from backend.products.suitability.service import AnswersInput

AssessmentResult = Annotated[
    Assessment | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("AssessmentResult"),
]


@strawberry.input(description="`locale` is the language in which the customer read the questions.")
class AssessmentInput:
    kind: AssessmentKind
    answers: list[AnswerInput]
    explanations: list[ExplanationInput] = strawberry.field(default_factory=list)
    locale: str = "en"
    channel: str = "branch"

    def told(self) -> AnswersInput:
        return AnswersInput(
            answers=chosen(self.answers),
            explanations={each.contradiction: each.words for each in self.explanations},
            locale=self.locale,
            channel=self.channel,
        )


async def _assessment(info: Info, act: Any, key: str | None, given: Any) -> AssessmentResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given)
    return await answered_as(info, outcome, fetch_assessments, Assessment.of)


@strawberry.type
class SuitabilityMutation:
    @changes("Records the answers of a customer and grades them.")
    async def assess_customer(
        self, info: Info, party_id: Id, given: Annotated[AssessmentInput, INPUT], idempotency_key: Key = None
    ) -> AssessmentResult:
        told, kind = given.told(), sets.Kind(given.kind.value)
        return await _assessment(
            info, lambda ctx: service.take(ctx, party_id, kind, told), idempotency_key, [str(party_id), given]
        )

    @changes("Takes an assessment out of force; nothing can be sold on it any more.")
    async def withdraw_assessment(
        self, info: Info, assessment_id: Id, reason: str, idempotency_key: Key = None
    ) -> AssessmentResult:
        return await _assessment(
            info,
            lambda ctx: service.withdraw(ctx, assessment_id, reason),
            idempotency_key,
            [str(assessment_id), reason],
        )
