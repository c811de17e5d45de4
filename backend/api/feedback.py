"""Surveys, what customers answered, and the follow-up of low answers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.request import Info
from backend.api.survey_types import (
    FollowUpFigures,
    Survey,
    SurveyFollowUp,
    SurveyQuestion,
    follow_up_shown,
    question_shown,
    survey_shown,
)
from backend.servicing.feedback import models, queries
from backend.servicing.feedback.ruleset import survey_rules

T = TypeVar("T", Survey, SurveyFollowUp)
_COMMENTS: Final = "survey comments"
_FOLLOW_UPS: Final = "survey follow-ups"


@strawberry.type
class FeedbackQuery:
    @resolved("The surveys of the rule-set that is in force.", weight=2, size=6)
    async def survey_questions(self, info: Info) -> list[SurveyQuestion]:
        async def found(ctx: Context) -> list[SurveyQuestion]:
            surveys = survey_rules(ctx.policies, ctx.now.date()).rules.surveys
            return [question_shown(survey, ctx.actor.locale) for survey in surveys]

        return await info.context.read(found)

    @resolved("A survey that may be seen.", weight=3)
    async def survey(self, info: Info, record_id: Id) -> Survey:
        async def found(ctx: Context) -> Survey:
            return survey_shown(ctx, await queries.survey(ctx, record_id))

        return await info.context.read(found)

    @resolved("All surveys of a customer, the newest first.", weight=3, size=10)
    async def surveys_of(self, info: Info, party_id: UUID) -> list[Survey]:
        async def found(ctx: Context) -> list[Survey]:
            return [survey_shown(ctx, row) for row in await queries.of_party(ctx, party_id)]

        return await info.context.read(found)

    @resolved("Answers with words, the newest first.", weight=5, sliced_by="first")
    async def survey_comments(
        self,
        info: Info,
        survey: str | None = None,
        product: str | None = None,
        theme: str | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Survey]:
        listed, limit = f"{_COMMENTS} {survey} {product} {theme}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[Survey]:
            rows = await queries.answered(
                ctx, code=survey, product_code=product, theme=theme, after=start, limit=limit + 1
            )
            return [survey_shown(ctx, row) for row in rows]

        return _page(info, listed, limit, await info.context.read(page), lambda each: each.answered_at or each.sent_at)

    @resolved(
        "Follow-ups of low answers: open ones with what is due first, or closed ones.", weight=5, sliced_by="first"
    )
    async def survey_follow_ups(
        self,
        info: Info,
        is_open: Annotated[bool, strawberry.argument(name="open")] = True,
        first: First = 20,
        after: After = None,
    ) -> Connection[SurveyFollowUp]:
        listed, limit = f"{_FOLLOW_UPS} {is_open}", page_size(first)
        state = models.FollowUpState.OPEN if is_open else models.FollowUpState.CLOSED
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[SurveyFollowUp]:
            rows = await queries.follow_ups(ctx, state, after=start, limit=limit + 1)
            return [await follow_up_shown(ctx, row) for row in rows]

        return _page(info, listed, limit, await info.context.read(page), lambda each: each.due_at)

    @resolved("A follow-up that may be seen.", weight=3)
    async def survey_follow_up(self, info: Info, record_id: Id) -> SurveyFollowUp:
        async def found(ctx: Context) -> SurveyFollowUp:
            return await follow_up_shown(ctx, await queries.follow_up(ctx, record_id))

        return await info.context.read(found)

    @resolved(weight=3)
    async def survey_follow_up_figures(self, info: Info) -> FollowUpFigures:
        waiting, overdue = await info.context.read(queries.open_follow_ups)
        return FollowUpFigures(waiting=waiting, overdue=overdue)


def _page(info: Info, listed: str, limit: int, rows: Sequence[T], at: Callable[[T], datetime]) -> Connection[T]:
    more = instant_place(at(rows[limit - 1]), rows[limit - 1].id) if len(rows) > limit else None
    return Connection.of(info, listed, rows[:limit], more)


def _after(text: str | None) -> queries.After | None:
    return None if text is None else queries.After(*read_instant_place(text))
