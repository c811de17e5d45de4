"""Assessments of customers: the questionnaire to put before one, what answers would come to, what was assessed."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.products.suitability import limits, models, queries, view
from backend.products.suitability import questionnaire as sets

KINDS: Final = sets.Kind


@strawberry.enum
class AssessmentKind(Enum):
    SUITABILITY = "suitability"
    DEMANDS_AND_NEEDS = "demands_and_needs"


@strawberry.enum
class AssessmentState(Enum):
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@strawberry.type(description="`alone` excludes every other option of the question.")
class QuestionOption:
    code: str
    words: str
    alone: bool


@strawberry.type
class AssessmentQuestion:
    code: str
    words: str
    help: str | None
    several: bool
    options: list[QuestionOption] = strawberry.field(directives=[Cost(size=8)])


@strawberry.type(description="What is asked on one page.")
class QuestionGroup:
    code: str
    words: str
    questions: list[AssessmentQuestion] = strawberry.field(directives=[Cost(size=6)])


@strawberry.type(
    description="A questionnaire in the reader's language. `again_on`: the customer cannot be assessed before that day."
)
class Questionnaire:
    id: str
    kind: AssessmentKind
    title: str
    introduction: str
    declaration: str
    validity_months: int
    per_day: int
    per_year: int
    day_used_up: bool
    again_on: date | None
    groups: list[QuestionGroup] = strawberry.field(directives=[Cost(size=8)])

    @classmethod
    def of(cls, rules: sets.Questionnaire, place: limits.Place, locale: str) -> "Questionnaire":
        return cls(
            id=rules.id,
            kind=AssessmentKind(rules.kind.value),
            title=rules.title.text(locale),
            introduction=rules.introduction.text(locale),
            declaration=rules.declaration.text(locale),
            validity_months=rules.validity_months,
            per_day=rules.limits.per_day,
            per_year=rules.limits.per_year,
            day_used_up=place.reached is limits.Reached.DAY,
            again_on=place.again_on,
            groups=[_group(group, locale) for group in rules.groups],
        )


def _group(group: sets.Group, locale: str) -> QuestionGroup:
    questions = [
        AssessmentQuestion(
            code=question.code,
            words=question.wording.text(locale),
            help=None if question.help is None else question.help.text(locale),
            several=question.several,
            options=[
                QuestionOption(code=option.code, words=option.wording.text(locale), alone=option.alone)
                for option in question.options
            ],
        )
        for question in group.questions
    ]
    return QuestionGroup(code=group.code, words=group.wording.text(locale), questions=questions)


@strawberry.input(description="The options that the customer chose.")
class AnswerInput:
    question: str
    options: list[str]


@strawberry.input(description="The customer's words for a contradiction that may be explained.")
class ExplanationInput:
    contradiction: str
    words: str


@strawberry.type(description="An answer that cannot be taken as it is.")
class AnswerFault:
    question: str
    what: str


@strawberry.type(description="Two answers that cannot both be meant; change one, or explain where that is allowed.")
class AnswerContradiction:
    code: str
    words: str
    explainable: bool
    first_question: str
    second_question: str


@strawberry.type(
    description="What answers would come to; nothing is recorded. Without a grade while answers are missing."
)
class AssessmentPreview:
    faults: list[AnswerFault] = strawberry.field(directives=[Cost(size=8)])
    contradictions: list[AnswerContradiction] = strawberry.field(directives=[Cost(size=4)])
    score: int | None
    grade: str | None


@strawberry.type
class AssessmentBand:
    grade: str
    least: int
    most: int
    words: str


@strawberry.type(description="One dimension: points between the least and most there can be, and its level in words.")
class AssessmentDimension:
    code: str
    words: str
    points: int
    least: int
    most: int
    level: str | None


@strawberry.type(description="Something that holds the grade down, whatever the points say.")
class AssessmentCeiling:
    code: str
    words: str
    at_most: str


@strawberry.type
class ExplainedContradiction:
    code: str
    words: str
    explanation: str | None


@strawberry.type
class AssessmentAnswer:
    question: str
    answers: list[str] = strawberry.field(directives=[Cost(size=4)])


@strawberry.type(description="An assessment with its reasons, in the words of the questionnaire that was answered.")
class AssessmentFile:
    title: str
    grade_words: str | None
    least: int
    most: int
    bands: list[AssessmentBand] = strawberry.field(directives=[Cost(size=5)])
    dimensions: list[AssessmentDimension] = strawberry.field(directives=[Cost(size=7)])
    ceilings: list[AssessmentCeiling] = strawberry.field(directives=[Cost(size=4)])
    contradictions: list[ExplainedContradiction] = strawberry.field(directives=[Cost(size=4)])
    cautions: list[str] = strawberry.field(directives=[Cost(size=4)])
    answers: list[AssessmentAnswer] = strawberry.field(directives=[Cost(size=20)])
    declaration: str

    @classmethod
    def of(cls, found: view.View) -> "AssessmentFile":
        return cls(
            title=found.title,
            grade_words=found.grade_words,
            least=found.least,
            most=found.most,
            bands=[AssessmentBand(grade=g, least=least, most=most, words=w) for g, least, most, w in found.bands],
            dimensions=[
                AssessmentDimension(
                    code=d.code, words=d.words, points=d.points, least=d.least, most=d.most, level=d.level
                )
                for d in found.dimensions
            ],
            ceilings=[AssessmentCeiling(code=h.code, words=h.words, at_most=h.at_most) for h in found.held],
            contradictions=[
                ExplainedContradiction(code=e.code, words=e.words, explanation=e.explanation)
                for e in found.contradictions
            ],
            cautions=list(found.cautions),
            answers=[AssessmentAnswer(question=s.question, answers=list(s.answers)) for s in found.answers],
            declaration=found.declaration,
        )


@strawberry.type(description="A questionnaire that a customer answered, and the grade that gave.")
class Assessment:
    id: UUID
    kind: AssessmentKind
    questionnaire: str
    ruleset: str
    state: AssessmentState
    score: int
    grade: str | None
    by_points: str | None
    vulnerable: bool
    channel: str
    assessed_at: datetime
    valid_until: date
    ended_at: datetime | None
    ended_reason: str | None
    row: strawberry.Private[models.Assessment]

    @strawberry.field
    def assessed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.assessed_by)

    @strawberry.field
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("Answers and reasons; reading them is noted in the log.", weight=3)
    async def file(self, info: Info) -> AssessmentFile:
        locale = info.context.actor.locale
        return AssessmentFile.of(await info.context.read(lambda ctx: view.view(ctx, self.row, locale)))

    @classmethod
    def of(cls, row: models.Assessment) -> "Assessment":
        return cls(
            id=row.id,
            kind=AssessmentKind(row.kind),
            questionnaire=row.questionnaire,
            ruleset=row.ruleset,
            state=AssessmentState(row.state),
            score=row.score,
            grade=row.grade,
            by_points=row.by_points,
            vulnerable=bool(row.vulnerable),
            channel=row.channel,
            assessed_at=row.assessed_at,
            valid_until=row.valid_until,
            ended_at=row.ended_at,
            ended_reason=row.ended_reason,
            row=row,
        )


def chosen(answers: list[AnswerInput]) -> Mapping[str, list[str]]:
    """A question that is answered twice counts as answered with all of it."""
    found: dict[str, list[str]] = {}
    for each in answers:
        found[each.question] = [*found.get(each.question, []), *each.options]
    return found


async def fetch_assessments(ctx: Context, ids: Collection[UUID]) -> dict[UUID, models.Assessment | None]:
    return {**await queries.by_ids(ctx, ids)}
