"""Knowledge articles with their versions, as they are read."""

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.servicing.assistant import models, queries
from backend.servicing.assistant.ruleset import AssistantRules, assistant_rules

_TEXTS: Final = ("title_en", "title_zh", "body_en", "body_zh", "questions_en", "questions_zh")


@strawberry.enum
class KnowledgeAudience(Enum):
    CUSTOMER = "customer"
    STAFF = "staff"


@strawberry.enum
class KnowledgeState(Enum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"


@strawberry.type(description="A version of an article in both languages; an empty line ends a paragraph.")
class KnowledgeVersion:
    id: UUID
    number: int
    state: KnowledgeState
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    written_at: datetime
    decided_at: datetime | None
    valid_from: date | None
    valid_to: date | None
    may_approve: bool
    row: strawberry.Private[models.KnowledgeVersion]
    questions_en: list[str] = strawberry.field(directives=[Cost(weight=0, size=6)])
    questions_zh: list[str] = strawberry.field(directives=[Cost(weight=0, size=6)])

    @strawberry.field
    def written_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.written_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)


@strawberry.type(description="An article: what it is about, for whom, who answers for it, and its versions.")
class KnowledgeArticle(Recorded):
    id: UUID
    code: str
    audience: KnowledgeAudience
    topic: str
    topic_words: str
    title: str
    review_on: date
    overdue: bool = strawberry.field(description="The day to look at it again has come.")
    withheld: bool = strawberry.field(description="Nothing is quoted from it until somebody has looked at it again.")
    retired_at: datetime | None
    may_edit: bool
    row: strawberry.Private[models.KnowledgeArticle]
    versions: list[KnowledgeVersion] = strawberry.field(directives=[Cost(weight=0, size=5)])

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.ARTICLE, str(self.id)

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.row.owner_id)


@strawberry.type(description="A topic of articles, in the reader's language.")
class KnowledgeTopic:
    code: str
    words: str


def _version(ctx: Context, row: models.KnowledgeVersion) -> KnowledgeVersion:
    same: dict[str, Any] = {name: getattr(row, name) for name in ("id", "number", *_TEXTS)}
    times = {name: getattr(row, name) for name in ("written_at", "decided_at", "valid_from", "valid_to")}
    waits = row.state == models.VersionState.PROPOSED
    return KnowledgeVersion(
        **same,
        **times,
        state=KnowledgeState(row.state),
        may_approve=waits and ctx.may("approve", queries.ARTICLES, queries.standing(ctx, row.written_by)),
        row=row,
    )


async def _shown(ctx: Context, rows: Collection[models.KnowledgeArticle]) -> list[KnowledgeArticle]:
    under, locale = assistant_rules(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
    known = await queries.versions_of(ctx, [row.id for row in rows])
    may_edit = ctx.may("edit", queries.ARTICLES, queries.standing(ctx))
    return [_article(ctx, row, known.get(row.id, []), under, locale, may_edit) for row in rows]


def _article(
    ctx: Context,
    row: models.KnowledgeArticle,
    versions: list[models.KnowledgeVersion],
    under: AssistantRules,
    locale: str,
    may_edit: bool,
) -> KnowledgeArticle:
    """Called by the version in force, or the newest."""
    today, topic = ctx.now.date(), under.topic(row.topic)
    since = under.looked_at_since(today)
    first = next((each for each in versions if each.state == models.VersionState.APPROVED), versions[0])
    return KnowledgeArticle(
        id=row.id,
        code=row.code,
        audience=KnowledgeAudience(row.audience),
        topic=row.topic,
        topic_words=row.topic if topic is None else topic.text(locale),
        title=first.title_zh if locale == "zh_CN" else first.title_en,
        review_on=row.review_on,
        overdue=row.review_on <= today,
        withheld=since is not None and row.review_on < since,
        retired_at=row.retired_at,
        may_edit=may_edit,
        versions=[_version(ctx, each) for each in versions],
        row=row,
    )


async def fetch_articles(ctx: Context, ids: Collection[UUID]) -> dict[UUID, KnowledgeArticle | None]:
    rows = [await queries.article(ctx, each) for each in ids]
    return {article.id: article for article in await _shown(ctx, rows)}


@strawberry.type
class KnowledgeQuery:
    @resolved("Articles in use, by topic.", weight=4, size=40)
    async def knowledge_articles(self, info: Info, topic: str | None = None) -> list[KnowledgeArticle]:
        async def found(ctx: Context) -> list[KnowledgeArticle]:
            return await _shown(ctx, await queries.articles(ctx, topic=topic))

        return await info.context.read(found)

    @resolved("An article with all its versions.", weight=3)
    async def knowledge_article(self, info: Info, record_id: Id) -> KnowledgeArticle:
        async def found(ctx: Context) -> KnowledgeArticle:
            return (await _shown(ctx, [await queries.article(ctx, record_id)]))[0]

        return await info.context.read(found)

    @resolved("Topics of articles.", size=10)
    async def knowledge_topics(self, info: Info) -> list[KnowledgeTopic]:
        async def found(ctx: Context) -> list[KnowledgeTopic]:
            topics = assistant_rules(ctx.policies, ctx.now.date()).rules.topics
            return [KnowledgeTopic(code=each.code, words=each.text(ctx.actor.locale)) for each in topics]

        return await info.context.read(found)
