"""Answers that are taken on the telephone, and follow-ups that are closed."""

from typing import Annotated
from uuid import UUID

import strawberry

from backend.api.costs import changes
from backend.api.feedback_codes import Contentment
from backend.api.inputs import Id, Key, plain
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problems,
    answered,
    write,
)
from backend.api.request import Info
from backend.api.survey_types import Survey, SurveyFollowUp, fetch_follow_ups_of, fetch_surveys
from backend.servicing.feedback import models, service
from backend.servicing.feedback.service import Given

SurveyResult = Annotated[
    Survey | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("SurveyResult"),
]
FollowUpResult = Annotated[
    SurveyFollowUp | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("FollowUpResult"),
]


@strawberry.type
class FeedbackMutation:
    @changes("Puts a survey to a customer on the telephone and records the answer.")
    async def take_survey(
        self,
        info: Info,
        party_id: UUID,
        survey: str,
        score: int | None = None,
        comment: str | None = None,
        product: str | None = None,
        idempotency_key: Key = None,
    ) -> SurveyResult:
        given = [str(party_id), survey, score, comment, product]
        outcome = await write(
            info,
            lambda ctx: service.by_telephone(ctx, party_id, survey, Given(score, comment), product),
            lambda row: row.id,
            key=idempotency_key,
            given=given,
        )
        return await _survey(info, outcome)

    @changes("Records what a customer says on the telephone to a survey that was sent.")
    async def record_survey(
        self,
        info: Info,
        record_id: Id,
        score: int | None = None,
        comment: str | None = None,
        idempotency_key: Key = None,
    ) -> SurveyResult:
        outcome = await write(
            info,
            lambda ctx: service.record(ctx, record_id, Given(score, comment)),
            lambda row: row.id,
            key=idempotency_key,
            given=[str(record_id), score, comment],
        )
        return await _survey(info, outcome)

    @changes("Closes the follow-up of a low answer with what was done, and whether the customer is content.")
    async def close_survey_follow_up(
        self, info: Info, record_id: Id, done: str, contentment: Contentment, idempotency_key: Key = None
    ) -> FollowUpResult:
        outcome = await write(
            info,
            lambda ctx: service.close_follow_up(ctx, record_id, done, models.Contentment(contentment.value)),
            lambda row: row.survey_id,
            key=idempotency_key,
            given=[str(record_id), done, plain(contentment)],
        )
        return await answered(info, outcome, fetch_follow_ups_of)


async def _survey(info: Info, outcome: UUID | Problems) -> SurveyResult:
    return await answered(info, outcome, fetch_surveys)
