"""Surveys, answers and follow-ups as the contract shows them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.feedback_codes import (
    Contentment,
    FollowUpState,
    SurveyAnsweredBy,
    SurveyKind,
    SurveySentiment,
    SurveyState,
)
from backend.api.graph import LazyParty
from backend.api.histories import HistoryKind, Recorded
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.servicing.feedback import models, queries, rules, service
from backend.servicing.feedback.ruleset import Asked, survey_asked, survey_rules, theme_rules


@strawberry.type(
    description="What is asked, in the reader's language; `low` is the highest answer that is followed up."
)
class SurveyQuestion(Recorded):
    code: str
    edition: int
    kind: SurveyKind
    words: str
    question: str
    lowest: str
    highest: str
    comment: str
    low: int
    scale: list[int] = strawberry.field(directives=[Cost(weight=0, size=11)])

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.SURVEYS, ""


@strawberry.type
class SurveyTheme:
    code: str
    words: str


@strawberry.type(description="A survey of a customer; without an answer the score is null.")
class Survey:
    id: UUID
    kind: SurveyKind
    state: SurveyState
    event: str
    product: str | None
    channel: str | None
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answered_by: SurveyAnsweredBy | None
    corrections: int
    recordable: bool = strawberry.field(description="What the customer says on the telephone may still be recorded.")
    score: int | None
    sentiment: SurveySentiment | None
    question: SurveyQuestion
    themes: list[SurveyTheme] = strawberry.field(directives=[Cost(weight=0, size=3)])
    row: strawberry.Private[models.Survey]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("The colleague who took the answer on the telephone.")
    def recorded_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.recorded_by)

    @resolved("In the customer's own words. Noted in the log.", weight=2)
    async def comment(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.comment(ctx, self.row))

    @resolved(weight=2)
    async def follow_up(self, info: Info) -> "SurveyFollowUp | None":
        return await info.context.loader(fetch_follow_ups_of, None).get(self.id)


@strawberry.type(description="What a low answer asked for: somebody calls, and writes down how it ended.")
class SurveyFollowUp:
    id: UUID
    state: FollowUpState
    score: int
    product: str | None
    opened_at: datetime
    due_at: datetime
    overdue: bool
    contentment: Contentment | None
    closed_at: datetime | None
    may_close: bool
    row: strawberry.Private[models.SurveyFollowUp]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved(weight=2)
    async def survey(self, info: Info) -> Survey | None:
        return await info.context.loader(fetch_surveys, None).get(self.row.survey_id)

    @strawberry.field
    def closed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.closed_by)

    @resolved("What was done. Noted in the log.", weight=2)
    async def done(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.done(ctx, self.row))


@strawberry.type(description="How many low answers wait for somebody, and how many of them are late.")
class FollowUpFigures:
    waiting: int
    overdue: int


def question_shown(survey: Asked, locale: str) -> SurveyQuestion:
    return SurveyQuestion(
        code=survey.code,
        edition=survey.edition,
        kind=SurveyKind(survey.kind.value),
        words=survey.wording.text(locale),
        question=survey.question.text(locale),
        lowest=survey.lowest.text(locale),
        highest=survey.highest.text(locale),
        comment=survey.comment.text(locale),
        low=survey.low,
        scale=list(survey.scale),
    )


def survey_shown(ctx: Context, row: models.Survey) -> Survey:
    locale, known = ctx.actor.locale, theme_rules(ctx.policies, ctx.now.date()).rules
    caps = survey_rules(ctx.policies, ctx.now.date()).rules.caps
    return Survey(
        id=row.id,
        kind=SurveyKind(row.kind),
        state=SurveyState(row.state),
        event=row.event,
        product=row.product_code,
        channel=row.channel,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        answered_by=None if row.answered_by is None else SurveyAnsweredBy(row.answered_by),
        corrections=row.corrections,
        recordable=row.state != models.SurveyState.CLOSED and rules.still_tells(caps, row.sent_at, ctx.now),
        score=row.score,
        sentiment=None if row.score is None else SurveySentiment(rules.sentiment(row.kind, row.score).value),
        question=question_shown(survey_asked(ctx.policies, row.ruleset, row.code), locale),
        themes=[SurveyTheme(code=code, words=known.said(code, locale)) for code in row.themes],
        row=row,
    )


async def follow_up_shown(ctx: Context, row: models.SurveyFollowUp) -> SurveyFollowUp:
    is_open = row.state == models.FollowUpState.OPEN
    return SurveyFollowUp(
        id=row.id,
        state=FollowUpState(row.state),
        score=row.score,
        product=row.product_code,
        opened_at=row.opened_at,
        due_at=row.due_at,
        overdue=is_open and row.due_at < ctx.now,
        contentment=None if row.contentment is None else Contentment(row.contentment),
        closed_at=row.closed_at,
        may_close=is_open and await service.may_follow_up(ctx, row),
        row=row,
    )


async def fetch_surveys(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Survey | None]:
    return {found: survey_shown(ctx, row) for found, row in (await queries.surveys(ctx, ids)).items()}


async def fetch_follow_ups_of(ctx: Context, survey_ids: Collection[UUID]) -> dict[UUID, SurveyFollowUp | None]:
    rows = await queries.follow_ups_of(ctx, survey_ids)
    return {survey_id: await follow_up_shown(ctx, row) for survey_id, row in rows.items()}
