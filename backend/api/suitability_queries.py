"""What is asked of assessments: the questionnaire, a preview of answers, and what was recorded."""

from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.suitability import (
    KINDS,
    AnswerContradiction,
    AnswerFault,
    AnswerInput,
    Assessment,
    AssessmentKind,
    AssessmentPreview,
    Questionnaire,
    chosen,
)
from backend.products.suitability import limits, queries, service, view
from backend.products.suitability import questionnaire as sets
from backend.products.suitability.service import AnswersInput


@strawberry.type
class SuitabilityQuery:
    @resolved("The questionnaire to put before a customer today.", weight=3)
    async def questionnaire(self, info: Info, party_id: UUID, kind: AssessmentKind) -> Questionnaire:
        async def found(ctx: Context) -> tuple[sets.Questionnaire, limits.Place]:
            rules = (await service.questionnaire_for(ctx, party_id, KINDS(kind.value))).rules
            return rules, await view.room(ctx, party_id, rules)

        rules, place = await info.context.read(found)
        return Questionnaire.of(rules, place, info.context.actor.locale)

    @resolved("What answers would come to, and which of them contradict each other; nothing is recorded.", weight=3)
    async def assessment_preview(
        self, info: Info, party_id: UUID, kind: AssessmentKind, answers: list[AnswerInput]
    ) -> AssessmentPreview:
        told = AnswersInput(answers=chosen(answers))
        found = await info.context.read(lambda ctx: service.preview(ctx, party_id, KINDS(kind.value), told))
        locale = info.context.actor.locale
        return AssessmentPreview(
            faults=[AnswerFault(question=each.question, what=each.what) for each in found.faults],
            contradictions=[
                AnswerContradiction(
                    code=rule.code,
                    words=rule.wording.text(locale),
                    explainable=rule.explainable,
                    first_question=rule.first.question,
                    second_question=rule.second.question,
                )
                for rule in found.contradictions
            ],
            score=None if found.result is None else found.result.score,
            grade=None if found.result is None else found.result.grade,
        )

    @resolved("Assessments of a customer, the newest first.", weight=2, size=10)
    async def assessments(self, info: Info, party_id: UUID) -> list[Assessment]:
        found = await info.context.read(lambda ctx: queries.of_parties(ctx, [party_id]))
        return [Assessment.of(row) for row in found.get(party_id, [])]

    @resolved("An assessment that may be seen.", weight=2)
    async def assessment(self, info: Info, record_id: Id) -> Assessment:
        return Assessment.of(await info.context.read(lambda ctx: queries.assessment(ctx, record_id)))
