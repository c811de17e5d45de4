"""Articles: written in both languages, proposed, approved by somebody else, replaced by the next version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.servicing.assistant import queries
from backend.servicing.assistant.errors import (
    ArticleCodeInvalid,
    ArticleCodeTaken,
    ArticleIncomplete,
    ArticleRetired,
    ReviewDayPassed,
    TopicUnknown,
    VersionStateForbids,
)
from backend.servicing.assistant.models import Audience, KnowledgeArticle, KnowledgeVersion, VersionState
from backend.servicing.assistant.queries import ARTICLES, standing
from backend.servicing.assistant.ruleset import AssistantRules, assistant_rules

_CODE: Final = re.compile(r"[a-z0-9-]{2,60}\Z")
SUBJECT: Final = "knowledge_article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Both languages; a paragraph ends with an empty line."""

    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    questions_en: Sequence[str] = ()
    questions_zh: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleInput:
    """`owner_id` None is oneself."""

    code: str
    audience: Audience
    topic: str
    review_on: date
    owner_id: UUID | None = None


def rules_of(ctx: Context) -> Loaded[AssistantRules]:
    return assistant_rules(ctx.policies, ctx.now.date())


async def create(ctx: Context, given: ArticleInput, texts: Texts) -> KnowledgeVersion:
    """With its first draft."""
    ctx.require("edit", ARTICLES, standing(ctx))
    if not _CODE.match(given.code):
        raise ArticleCodeInvalid(field="code")
    if await queries.by_code(ctx, given.code) is not None:
        raise ArticleCodeTaken(given=given.code)
    _check(ctx, given.topic, given.review_on)
    article = KnowledgeArticle(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=given.code,
        audience=given.audience,
        topic=given.topic,
        owner_id=given.owner_id or ctx.actor.id,
        review_on=given.review_on,
        created_by=ctx.actor.id,
        created_at=ctx.now,
    )
    draft = _draft(ctx, article, 1, texts)
    async with ctx.audit("knowledge.create", (SUBJECT, article.id), reason=given.topic):
        ctx.session.add(article)
        await ctx.session.flush()
        ctx.session.add(draft)
    return draft


def _check(ctx: Context, topic: str, review_on: date) -> None:
    under, today = rules_of(ctx).rules, ctx.now.date()
    if under.topic(topic) is None:
        raise TopicUnknown(field="topic", given=topic, known=", ".join(each.code for each in under.topics))
    if not today < review_on <= today + timedelta(days=under.review_within_days):
        raise ReviewDayPassed(field="review_on", days=under.review_within_days)


def _draft(ctx: Context, article: KnowledgeArticle, number: int, texts: Texts) -> KnowledgeVersion:
    row = KnowledgeVersion(
        id=new_id(),
        tenant_id=article.tenant_id,
        article_id=article.id,
        number=number,
        title_en="",
        title_zh="",
        body_en="",
        body_zh="",
        questions_en=[],
        questions_zh=[],
        written_by=ctx.actor.id,
        written_at=ctx.now,
    )
    return _written(ctx, row, texts)


def _written(ctx: Context, row: KnowledgeVersion, texts: Texts) -> KnowledgeVersion:
    """Raises ArticleIncomplete."""
    told = {name: getattr(texts, name).strip() for name in ("title_en", "title_zh", "body_en", "body_zh")}
    for name, value in told.items():
        if not value:
            raise ArticleIncomplete(field=name)
        setattr(row, name, value.replace("\r\n", "\n"))
    row.questions_en = [each.strip() for each in texts.questions_en if each.strip()]
    row.questions_zh = [each.strip() for each in texts.questions_zh if each.strip()]
    row.written_by, row.written_at = ctx.actor.id, ctx.now
    return row


async def revise(ctx: Context, article_id: UUID, texts: Texts) -> KnowledgeVersion:
    """The open draft, or a new version beside the one that is in force."""
    ctx.require("edit", ARTICLES, standing(ctx))
    article = await queries.article(ctx, article_id, lock=True)
    if article.retired_at is not None:
        raise ArticleRetired()
    known = (await queries.versions_of(ctx, [article.id])).get(article.id, [])
    draft = next((row for row in known if row.state == VersionState.DRAFT), None)
    waiting = next((row for row in known if row.state == VersionState.PROPOSED), None)
    if waiting is not None:
        raise VersionStateForbids(state=waiting.state)
    async with ctx.audit("knowledge.revise", (SUBJECT, article.id)):
        if draft is None:
            draft = _draft(ctx, article, known[0].number + 1, texts)
            ctx.session.add(draft)
        else:
            _written(ctx, draft, texts)
    return draft


async def propose(ctx: Context, version_id: UUID) -> KnowledgeVersion:
    ctx.require("edit", ARTICLES, standing(ctx))
    row = await _in(ctx, version_id, VersionState.DRAFT)
    async with ctx.audit("knowledge.propose", (SUBJECT, row.article_id)):
        row.state = VersionState.PROPOSED
    await ctx.emit("knowledge.proposed", row.article_id, {"version": str(row.id)})
    return row


async def approve(ctx: Context, version_id: UUID, valid_from: date | None = None) -> KnowledgeVersion:
    """By somebody else than who wrote it; the version that was in force ends. Run SERIALIZABLE."""
    row = await _in(ctx, version_id, VersionState.PROPOSED)
    ctx.require("approve", ARTICLES, standing(ctx, row.written_by))
    begins = max(valid_from or ctx.now.date(), ctx.now.date())
    known = (await queries.versions_of(ctx, [row.article_id])).get(row.article_id, [])
    before = next((each for each in known if each.state == VersionState.APPROVED), None)
    async with ctx.audit("knowledge.approve", (SUBJECT, row.article_id)):
        if before is not None:
            before.state, before.valid_to = VersionState.REPLACED, ctx.now.date()
            await ctx.session.flush()
        row.state, row.valid_from = VersionState.APPROVED, begins
        row.decided_by, row.decided_at = ctx.actor.id, ctx.now
    await ctx.emit("knowledge.approved", row.article_id, {"version": str(row.id)})
    return row


async def reject(ctx: Context, version_id: UUID) -> KnowledgeVersion:
    row = await _in(ctx, version_id, VersionState.PROPOSED)
    ctx.require("approve", ARTICLES, standing(ctx, row.written_by))
    async with ctx.audit("knowledge.reject", (SUBJECT, row.article_id)):
        row.state, row.decided_by, row.decided_at = VersionState.REJECTED, ctx.actor.id, ctx.now
    await ctx.emit("knowledge.rejected", row.article_id, {"version": str(row.id)})
    return row


async def reviewed(ctx: Context, article_id: UUID, review_on: date) -> KnowledgeArticle:
    """Somebody looked at it and found it right; the next time is by `review_on`."""
    ctx.require("edit", ARTICLES, standing(ctx))
    article = await queries.article(ctx, article_id, lock=True)
    if article.retired_at is not None:
        raise ArticleRetired()
    _check(ctx, article.topic, review_on)
    async with ctx.audit("knowledge.review", (SUBJECT, article.id)):
        article.review_on = review_on
    await casework.move(ctx, (SUBJECT, article.id), None)
    return article


async def retire(ctx: Context, article_id: UUID) -> KnowledgeArticle:
    """Taken out of use at once: nothing is quoted from it any more."""
    ctx.require("edit", ARTICLES, standing(ctx))
    article = await queries.article(ctx, article_id, lock=True)
    if article.retired_at is not None:
        raise ArticleRetired()
    async with ctx.audit("knowledge.retire", (SUBJECT, article.id)):
        article.retired_at = ctx.now
    await casework.move(ctx, (SUBJECT, article.id), None)
    return article


async def _in(ctx: Context, version_id: UUID, state: VersionState) -> KnowledgeVersion:
    row = await queries.version(ctx, version_id)
    if row.state != state:
        raise VersionStateForbids(state=row.state)
    return row
