"""An answer comes in: by the link, without anybody signed in, or by telephone through a colleague."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from backend.access.context import Context
from backend.customers.service.loading import party_for
from backend.servicing.feedback import queries, rules
from backend.servicing.feedback.errors import AnswerClosed, AskedTooLongAgo, LinkExpired
from backend.servicing.feedback.models import AnsweredBy, Survey, SurveyState
from backend.servicing.feedback.ruleset import TELEPHONE, Asked, theme_rules
from backend.servicing.feedback.service.following import follow
from backend.servicing.feedback.service.loading import asked, in_force, require, require_run, tell
from backend.servicing.feedback.service.opening import Occasion, opened


@dataclass(frozen=True, slots=True)
class Given:
    score: int | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a link may say: the question and the institution, nothing of whoever it was sent to."""

    institution: str
    survey: Asked
    state: SurveyState
    until: datetime
    locale: str


async def shown(ctx: Context, survey_id: UUID) -> Shown:
    require_run(ctx)
    row = await queries.survey(ctx, survey_id)
    name = await queries.institution(ctx)
    return Shown(name, asked(ctx, row), SurveyState(row.state), row.expires_at, row.locale)


async def answer(ctx: Context, survey_id: UUID, given: Given) -> Survey:
    """By whoever holds the link; another answer replaces the first until somebody acts on it. Raises AnswerClosed."""
    require_run(ctx)
    row = await queries.survey(ctx, survey_id, lock=True)
    if ctx.now >= row.expires_at:
        raise LinkExpired()
    await _write(ctx, row, given, AnsweredBy.LINK)
    return row


async def record(ctx: Context, survey_id: UUID, given: Given) -> Survey:
    """What a customer said on the telephone to a colleague, for some time also after the link has ended.

    Raises AnswerClosed, AskedTooLongAgo.
    """
    row = await queries.survey(ctx, survey_id, lock=True)
    await require(ctx, "record", row.party_id)
    if not rules.still_tells(in_force(ctx).rules.caps, row.sent_at, ctx.now):
        raise AskedTooLongAgo()
    await _write(ctx, row, given, AnsweredBy.TELEPHONE)
    return row


async def _write(ctx: Context, row: Survey, given: Given, by: AnsweredBy) -> None:
    if row.state == SurveyState.CLOSED:
        raise AnswerClosed()
    question, under = asked(ctx, row), in_force(ctx).rules
    score, words = rules.checked(question, given.score, given.comment, under.longest_comment)
    await ctx.vault.load([row.party_id])
    known = theme_rules(ctx.policies, ctx.now.date()).rules.themes
    async with ctx.audit("feedback.answer", (queries.OBJECT, row.id), reason=by, ruleset=row.ruleset):
        row.corrections += row.score is not None
        row.state, row.score, row.answered_at = SurveyState.ANSWERED, score, row.answered_at or ctx.now
        row.answered_by = by
        row.recorded_by = ctx.actor.id if by is AnsweredBy.TELEPHONE else None
        row.comment = ctx.vault.seal_optional("survey", "comment", row.id, row.party_id, words)
        row.themes = rules.themes(words, known)
    await follow(ctx, row, low=rules.is_low(question, score))
    await tell(ctx, row, "answered")


async def close_expired(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many answers can be corrected no more; call again while it answers `limit`."""
    require_run(ctx)
    rows = await queries.expired(ctx, limit)
    for row in rows:
        async with ctx.audit("feedback.close", (queries.OBJECT, row.id), reason="expired"):
            row.state = SurveyState.CLOSED
    return len(rows)


async def by_telephone(
    ctx: Context, party_id: UUID, code: str, given: Given, product_code: str | None = None
) -> Survey:
    """A survey put to a customer on the telephone by a colleague, and answered at once."""
    await party_for(ctx, party_id, "record", queries.OBJECT)
    about = uuid5(party_id, f"{code} {ctx.actor.request_id}")
    occasion = Occasion(
        event=TELEPHONE,
        party_id=party_id,
        about_id=about,
        product_code=product_code,
        channel=TELEPHONE,
        locale=ctx.actor.locale,
    )
    row = await opened(ctx, in_force(ctx).rules.named(code), occasion)
    await _write(ctx, row, given, AnsweredBy.TELEPHONE)
    return row
