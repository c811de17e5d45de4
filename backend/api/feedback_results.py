"""Results of surveys of a period: scores with their intervals, distributions, response, and themes."""

from datetime import date
from decimal import Decimal

import pandas as pd
import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.request import Info
from backend.api.survey_types import SurveyQuestion, question_shown
from backend.servicing.feedback import statistics
from backend.servicing.feedback.errors import DimensionUnknown
from backend.servicing.feedback.frames import Period, feedback_frame
from backend.servicing.feedback.ruleset import survey_rules, theme_rules


@strawberry.type(description="NPS from -100 to 100, CSAT in per cent, CES as mean; the interval holds it with 95 %.")
class FeedbackScore:
    value: Decimal
    low: Decimal | None
    high: Decimal | None


@strawberry.type(
    description="Of one group; `response` in per cent of the surveys sent, `distribution` from the lowest answer up."
)
class FeedbackCount:
    key: str
    asked: int
    replied: int
    answers: int
    response: Decimal | None
    score: FeedbackScore | None
    positive: int
    neutral: int
    negative: int
    distribution: list[int] = strawberry.field(directives=[Cost(weight=0, size=11)])


@strawberry.type(description="How often a theme was named, by the sentiment of the answers that name it.")
class FeedbackTheme:
    code: str
    words: str
    mentions: int
    positive: int
    neutral: int
    negative: int


@strawberry.type(description="Of one survey, asked from `since` on and before `until`.")
class FeedbackResults:
    since: date
    until: date
    question: SurveyQuestion
    total: FeedbackCount
    groups: list[FeedbackCount] = strawberry.field(directives=[Cost(weight=0, size=20)])
    months: list[FeedbackCount] = strawberry.field(directives=[Cost(weight=0, size=24)])
    themes: list[FeedbackTheme] = strawberry.field(directives=[Cost(weight=0, size=8)])


@strawberry.type
class FeedbackResultsQuery:
    @resolved("Results of a survey over a period, by product_code, channel, team, event or month.", weight=20)
    async def feedback_results(
        self, info: Info, survey: str, since: date, until: date, by: str = "product_code"
    ) -> FeedbackResults:
        return await info.context.read(lambda ctx: _results(ctx, survey, Period(since, until), by))


async def _results(ctx: Context, code: str, period: Period, by: str) -> FeedbackResults:
    if by not in statistics.DIMENSIONS:
        raise DimensionUnknown(field="by", given=by, known=", ".join(statistics.DIMENSIONS))
    asked = survey_rules(ctx.policies, ctx.now.date()).rules.named(code)
    frame = await feedback_frame(ctx, period, code)
    return FeedbackResults(
        since=period.since,
        until=period.until,
        question=question_shown(asked, ctx.actor.locale),
        total=_shown(statistics.counted(frame, asked.kind)),
        groups=[_shown(each) for each in statistics.by(frame, asked.kind, by)],
        months=[_shown(each) for each in statistics.by(frame, asked.kind, "month")],
        themes=_themes(ctx, frame),
    )


def _themes(ctx: Context, frame: pd.DataFrame) -> list[FeedbackTheme]:
    known = theme_rules(ctx.policies, ctx.now.date()).rules
    return [
        FeedbackTheme(
            code=each.code,
            words=known.said(each.code, ctx.actor.locale),
            mentions=each.mentions,
            positive=each.positive,
            neutral=each.neutral,
            negative=each.negative,
        )
        for each in statistics.themes(frame, [theme.code for theme in known.themes])
    ]


def _shown(each: statistics.Result) -> FeedbackCount:
    score = each.score
    return FeedbackCount(
        key=each.key,
        asked=each.asked,
        replied=each.replied,
        answers=each.answers,
        response=each.response,
        score=None if score is None else FeedbackScore(value=score.value, low=score.low, high=score.high),
        positive=each.positive,
        neutral=each.neutral,
        negative=each.negative,
        distribution=list(each.distribution),
    )
