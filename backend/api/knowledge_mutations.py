"""Articles written, proposed, approved, looked at again, and taken out of use; each answers with the article."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.knowledge import KnowledgeArticle, KnowledgeAudience, fetch_articles
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered,
    write,
)
from backend.api.request import Info
from backend.servicing.assistant import models, service

Act = Callable[[Context], Awaitable[Any]]

KnowledgeResult = Annotated[
    KnowledgeArticle | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("KnowledgeResult"),
]


@strawberry.input(description="Both languages; `questions` are what people ask that it answers.")
class ArticleTexts:
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    questions_en: list[str] = strawberry.field(default_factory=list)
    questions_zh: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class ArticleInput:
    code: str
    audience: KnowledgeAudience
    topic: str
    review_on: date
    owner_id: UUID | None = None


async def _done(info: Info, act: Act, id_of: Callable[[Any], UUID], key: str | None, *given: Any) -> KnowledgeResult:
    outcome = await write(info, act, id_of, key=key, given=[plain(each) for each in given], four_eyes=True)
    return await answered(info, outcome, fetch_articles)


def _of_version(row: models.KnowledgeVersion) -> UUID:
    return row.article_id


@strawberry.type
class KnowledgeMutation:
    @changes("Begins an article, with its first draft.")
    async def create_article(
        self, info: Info, given: Annotated[ArticleInput, INPUT], texts: ArticleTexts, idempotency_key: Key = None
    ) -> KnowledgeResult:
        told = plain(given)
        wanted = service.ArticleInput(**{**told, "audience": models.Audience(told["audience"])})
        written = service.Texts(**plain(texts))
        return await _done(
            info, lambda ctx: service.create(ctx, wanted, written), _of_version, idempotency_key, given, texts
        )

    @changes("Writes the draft anew, or begins the next version beside the one in force.")
    async def revise_article(
        self, info: Info, record_id: Id, texts: ArticleTexts, idempotency_key: Key = None
    ) -> KnowledgeResult:
        written = service.Texts(**plain(texts))
        return await _done(
            info, lambda ctx: service.revise(ctx, record_id, written), _of_version, idempotency_key, record_id, texts
        )

    @changes("Proposes a draft to a second person.")
    async def propose_article_version(self, info: Info, record_id: Id, idempotency_key: Key = None) -> KnowledgeResult:
        return await _done(info, lambda ctx: service.propose(ctx, record_id), _of_version, idempotency_key, record_id)

    @changes("Approves a version; it is quoted from its first day on, and the one before no more.")
    async def approve_article_version(
        self, info: Info, record_id: Id, valid_from: date | None = None, idempotency_key: Key = None
    ) -> KnowledgeResult:
        return await _done(
            info,
            lambda ctx: service.approve(ctx, record_id, valid_from),
            _of_version,
            idempotency_key,
            record_id,
            valid_from,
        )

    @changes("Rejects a version.")
    async def reject_article_version(self, info: Info, record_id: Id, idempotency_key: Key = None) -> KnowledgeResult:
        return await _done(info, lambda ctx: service.reject(ctx, record_id), _of_version, idempotency_key, record_id)

    @changes("Says that an article was looked at again and is right; the next time is by `reviewOn`.")
    async def review_article(
        self, info: Info, record_id: Id, review_on: date, idempotency_key: Key = None
    ) -> KnowledgeResult:
        return await _done(
            info,
            lambda ctx: service.reviewed(ctx, record_id, review_on),
            lambda row: row.id,
            idempotency_key,
            record_id,
            review_on,
        )

    @changes("Takes an article out of use at once.")
    async def retire_article(self, info: Info, record_id: Id, idempotency_key: Key = None) -> KnowledgeResult:
        return await _done(
            info, lambda ctx: service.retire(ctx, record_id), lambda row: row.id, idempotency_key, record_id
        )
