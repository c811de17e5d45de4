"""Every SELECT of articles and conversations, scoped to the actor."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.customers.queries.sight import facts_of
from backend.servicing.assistant.errors import ArticleNotFound, ConversationNotFound
from backend.servicing.assistant.models import (
    AssistantConversation,
    AssistantTurn,
    Audience,
    ConversationState,
    KnowledgeArticle,
    KnowledgeVersion,
    VersionState,
)
from backend.servicing.assistant.reading import CHINESE, paragraphs
from backend.servicing.assistant.retrieval import Entry

ARTICLES: Final = "knowledge"
CONVERSATIONS: Final = "assistant"


def standing(ctx: Context, maker_id: UUID | None = None) -> Facts:
    """Where articles and conversations stand: in the institution, made by somebody."""
    return Facts(tenant_id=ctx.actor.tenant_id, maker_id=maker_id, deciders=frozenset())


async def article(ctx: Context, article_id: UUID, *, lock: bool = False) -> KnowledgeArticle:
    """Raises ArticleNotFound."""
    ctx.require("view", ARTICLES, standing(ctx))
    query = select(KnowledgeArticle).where(col(KnowledgeArticle.id) == article_id)
    found = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if found is None:
        raise ArticleNotFound()
    return found


async def by_code(ctx: Context, code: str) -> KnowledgeArticle | None:
    return (await ctx.session.scalars(select(KnowledgeArticle).where(col(KnowledgeArticle.code) == code))).first()


async def articles(ctx: Context, *, topic: str | None = None) -> Sequence[KnowledgeArticle]:
    """In use, by topic and code."""
    ctx.require("view", ARTICLES, standing(ctx))
    query = select(KnowledgeArticle).where(col(KnowledgeArticle.retired_at).is_(None))
    if topic is not None:
        query = query.where(col(KnowledgeArticle.topic) == topic)
    return (await ctx.session.scalars(query.order_by(col(KnowledgeArticle.topic), col(KnowledgeArticle.code)))).all()


async def overdue(ctx: Context, after: UUID | None, limit: int) -> list[tuple[KnowledgeArticle, bool]]:
    """For the platform: in use and to be looked at again by today, and whether the owner still works here."""
    query = (
        sql(KnowledgeArticle, col(StaffUser.active))
        .outerjoin(StaffUser, col(StaffUser.id) == col(KnowledgeArticle.owner_id))
        .where(col(KnowledgeArticle.retired_at).is_(None), col(KnowledgeArticle.review_on) <= ctx.now.date())
        .order_by(col(KnowledgeArticle.id))
        .limit(limit)
    )
    if after is not None:
        query = query.where(col(KnowledgeArticle.id) > after)
    return [(row, bool(active)) for row, active in await ctx.session.execute(query)]


async def versions_of(ctx: Context, article_ids: Collection[UUID]) -> dict[UUID, list[KnowledgeVersion]]:
    """The newest first."""
    query = select(KnowledgeVersion).where(col(KnowledgeVersion.article_id).in_(set(article_ids)))
    found: dict[UUID, list[KnowledgeVersion]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(KnowledgeVersion.number).desc())):
        found[row.article_id].append(row)
    return dict(found)


async def version(ctx: Context, version_id: UUID) -> KnowledgeVersion:
    """Raises ArticleNotFound."""
    query = select(KnowledgeVersion).where(col(KnowledgeVersion.id) == version_id).with_for_update()
    found = (await ctx.session.scalars(query)).first()
    if found is None:
        raise ArticleNotFound()
    return found


async def versions(ctx: Context, version_ids: Collection[UUID]) -> dict[UUID, tuple[KnowledgeVersion, str]]:
    """With the code of each one's article."""
    query = (
        sql(KnowledgeVersion, col(KnowledgeArticle.code))
        .join(KnowledgeArticle, col(KnowledgeArticle.id) == col(KnowledgeVersion.article_id))
        .where(col(KnowledgeVersion.id).in_(set(version_ids)))
    )
    return {row.id: (row, code) for row, code in await ctx.session.execute(query)}


async def waiting(ctx: Context, limit: int) -> list[tuple[KnowledgeVersion, str]]:
    """Versions that need a second person, with the codes of their articles; the oldest first."""
    query = (
        sql(KnowledgeVersion, col(KnowledgeArticle.code))
        .join(KnowledgeArticle, col(KnowledgeArticle.id) == col(KnowledgeVersion.article_id))
        .where(col(KnowledgeVersion.state) == VersionState.PROPOSED)
        .order_by(col(KnowledgeVersion.id))
        .limit(limit)
    )
    return [(row, code) for row, code in await ctx.session.execute(query)]


async def stamp(ctx: Context) -> tuple[int, int]:
    """Changes whenever an article or a version does: each change of a row counts its version on."""
    articles, texts = (
        sql(func.coalesce(func.sum(col(model.ver)), 0)).scalar_subquery()
        for model in (KnowledgeArticle, KnowledgeVersion)
    )
    of_articles, of_texts = (await ctx.session.execute(sql(articles, texts))).one()
    return int(of_articles), int(of_texts)


async def quotable(
    ctx: Context, audience: Audience, locale: str, looked_at_since: date | None, day: date
) -> list[Entry]:
    """What may be quoted on the day: approved, in force, in use, meant for who asks, and not left unlooked at for long:
    due to be looked at again on `looked_at_since` or later."""
    query = (
        sql(KnowledgeVersion, col(KnowledgeArticle.code))
        .join(KnowledgeArticle, col(KnowledgeArticle.id) == col(KnowledgeVersion.article_id))
        .where(
            col(KnowledgeVersion.state) == VersionState.APPROVED,
            col(KnowledgeVersion.valid_from) <= day,
            col(KnowledgeVersion.valid_to).is_(None) | (col(KnowledgeVersion.valid_to) >= day),
            col(KnowledgeArticle.retired_at).is_(None),
        )
        .order_by(col(KnowledgeArticle.code))
    )
    if looked_at_since is not None:
        query = query.where(col(KnowledgeArticle.review_on) >= looked_at_since)
    if audience is Audience.CUSTOMER:
        query = query.where(col(KnowledgeArticle.audience) == Audience.CUSTOMER)
    return [entry(row, code, locale) for row, code in await ctx.session.execute(query)]


def entry(row: KnowledgeVersion, code: str, locale: str) -> Entry:
    title, body = (row.title_zh, row.body_zh) if locale == CHINESE else (row.title_en, row.body_en)
    questions = row.questions_zh if locale == CHINESE else row.questions_en
    return Entry(row.id, code, title, tuple(questions), tuple(paragraphs(body)))


async def by_token(ctx: Context, token_sha256: str, *, lock: bool = False) -> AssistantConversation:
    """Whoever holds the token may read it. Raises ConversationNotFound."""
    query = select(AssistantConversation).where(col(AssistantConversation.token_sha256) == token_sha256)
    found = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if found is None:
        raise ConversationNotFound()
    return found


async def conversation(ctx: Context, conversation_id: UUID, *, lock: bool = False) -> AssistantConversation:
    """Raises ConversationNotFound."""
    ctx.require("answer", CONVERSATIONS, standing(ctx))
    query = select(AssistantConversation).where(col(AssistantConversation.id) == conversation_id)
    found = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if found is None:
        raise ConversationNotFound()
    return found


async def handed_over(ctx: Context, *, replied: bool = False, limit: int = 50) -> Sequence[AssistantConversation]:
    """Those that wait for a colleague, the longest first; or those that had their reply, the newest first."""
    ctx.require("answer", CONVERSATIONS, standing(ctx))
    state = ConversationState.REPLIED if replied else ConversationState.HANDED_OVER
    order = col(AssistantConversation.last_at).desc() if replied else col(AssistantConversation.last_at)
    query = select(AssistantConversation).where(col(AssistantConversation.state) == state).order_by(order)
    return (await ctx.session.scalars(query.limit(limit))).all()


async def of_party(ctx: Context, party_id: UUID, limit: int) -> Sequence[AssistantConversation]:
    """The newest first; none for whoever may not see the customer, or may read no conversations."""
    seen = (await facts_of(ctx, [party_id])).get(party_id)
    if seen is None or not ctx.may("view", "customer", seen) or not ctx.may("answer", CONVERSATIONS, standing(ctx)):
        return []
    query = select(AssistantConversation).where(col(AssistantConversation.party_id) == party_id)
    return (await ctx.session.scalars(query.order_by(col(AssistantConversation.last_at).desc()).limit(limit))).all()


async def of_asker(ctx: Context, limit: int) -> Sequence[AssistantConversation]:
    """What the actor asked as a colleague, the newest first."""
    ctx.require("ask", CONVERSATIONS, standing(ctx))
    query = select(AssistantConversation).where(col(AssistantConversation.asked_by) == ctx.actor.id)
    return (await ctx.session.scalars(query.order_by(col(AssistantConversation.last_at).desc()).limit(limit))).all()


async def forgettable(ctx: Context, before: datetime, limit: int) -> Sequence[AssistantConversation]:
    """Of people whom nobody knows, over since before that and not waiting for anybody."""
    query = select(AssistantConversation).where(
        col(AssistantConversation.party_id).is_(None),
        col(AssistantConversation.forgotten_at).is_(None),
        col(AssistantConversation.state) != ConversationState.HANDED_OVER,
        col(AssistantConversation.last_at) < before,
    )
    return (await ctx.session.scalars(query.order_by(col(AssistantConversation.last_at)).limit(limit))).all()


async def turns(ctx: Context, conversation_id: UUID) -> Sequence[AssistantTurn]:
    query = select(AssistantTurn).where(col(AssistantTurn.conversation_id) == conversation_id)
    return (await ctx.session.scalars(query.order_by(col(AssistantTurn.number)))).all()


@dataclass(frozen=True, slots=True)
class Tally:
    """Of a period: turns by outcome, what was said of answers, and conversations by state."""

    outcomes: dict[str, int]
    helpful: int
    unhelpful: int
    states: dict[str, int]


async def tally(ctx: Context, since: date) -> Tally:
    ctx.require("report", CONVERSATIONS, standing(ctx))
    after = func.date(col(AssistantTurn.at)) >= since
    outcomes = sql(col(AssistantTurn.outcome), func.count()).where(after).group_by(col(AssistantTurn.outcome))
    said = sql(
        func.count().filter(col(AssistantTurn.helpful).is_(True)),
        func.count().filter(col(AssistantTurn.helpful).is_(False)),
    ).where(after)
    states = (
        sql(col(AssistantConversation.state), func.count())
        .where(func.date(col(AssistantConversation.started_at)) >= since)
        .group_by(col(AssistantConversation.state))
    )
    yes, no = (await ctx.session.execute(said)).one()
    return Tally(
        {outcome: int(count) for outcome, count in await ctx.session.execute(outcomes)},
        int(yes),
        int(no),
        {state: int(count) for state, count in await ctx.session.execute(states)},
    )
