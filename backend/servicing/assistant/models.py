"""Knowledge articles in versions that two people stand behind, and the conversations that were answered from them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, sealed_column, utc_column


class Audience(StrEnum):
    """Whom an article is for; colleagues read what is for customers as well."""

    CUSTOMER = "customer"
    STAFF = "staff"


class VersionState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"


class Outcome(StrEnum):
    """How the assistant dealt with a question."""

    ANSWERED = "answered"
    REFUSED = "refused"
    UNSURE = "unsure"


class ConversationState(StrEnum):
    OPEN = "open"
    HANDED_OVER = "handed_over"
    REPLIED = "replied"


class KnowledgeArticle(Audited, table=True):
    """`owner_id` answers for its being right, and looks at it again by `review_on`."""

    __tablename__ = "knowledge_article"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9-]{2,60}$'", name="code"),
        CheckConstraint("audience IN ('customer', 'staff')", name="audience"),
    )

    code: str
    audience: str
    topic: str
    owner_id: UUID
    review_on: date
    created_by: UUID
    created_at: datetime = utc_column()
    retired_at: datetime | None = utc_column(nullable=True, default=None)


class KnowledgeVersion(Audited, table=True):
    """Both languages, side by side; a paragraph of a body ends with an empty line and is what an answer quotes.

    `questions` are what people ask that it answers, in their words. One version at a time is approved and in force.
    """

    __tablename__ = "knowledge_version"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint("decided_by IS NULL OR state <> 'approved' OR decided_by <> written_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('approved', 'replaced') OR valid_from IS NOT NULL", name="valid"),
        Index(
            "uq_knowledge_version_approved",
            "article_id",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
        Index(
            "uq_knowledge_version_open",
            "article_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'proposed')"),
        ),
    )

    article_id: UUID = Field(foreign_key="knowledge_article.id", index=True)
    number: int
    state: str = VersionState.DRAFT
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    questions_en: list[str] = Field(sa_type=JSONB)
    questions_zh: list[str] = Field(sa_type=JSONB)
    written_by: UUID
    written_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)
    valid_from: date | None = None
    valid_to: date | None = None


class AssistantConversation(Audited, table=True):
    """`owner_id` is whose key seals it: the customer where one is known, else the conversation itself.

    `token_sha256` is what its page is found by: whoever holds the token is who asked. `asked_by` is the colleague, if
    one did.
    """

    __tablename__ = "assistant_conversation"
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("(state = 'open') = (reason IS NULL)", name="reasoned"),
        CheckConstraint("(state = 'replied') = (replied_at IS NOT NULL)", name="replied"),
        CheckConstraint("party_id IS NULL OR owner_id = party_id", name="owner"),
        Index("ix_assistant_conversation_state", "tenant_id", "state", "last_at"),
    )

    owner_id: UUID = Field(index=True)
    party_id: UUID | None = Field(default=None, foreign_key="party.id", index=True)
    token_sha256: str
    asked_by: UUID | None = Field(default=None, index=True)
    audience: str
    locale: str
    started_at: datetime = utc_column()
    last_at: datetime = utc_column()
    state: str = ConversationState.OPEN
    reason: str | None = None
    expected_by: datetime | None = utc_column(nullable=True, default=None)
    contact: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    reply: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    replied_by: UUID | None = None
    replied_at: datetime | None = utc_column(nullable=True, default=None)
    forgotten_at: datetime | None = utc_column(nullable=True, default=None)


class AssistantTurn(Audited, table=True):
    """A question and what was answered. `citations`: [{"version": id, "paragraph": n}], the best first."""

    __tablename__ = "assistant_turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        CheckConstraint("outcome <> 'answered' OR jsonb_array_length(citations) > 0", name="cited"),
        CheckConstraint("confidence BETWEEN 0 AND 1000", name="confidence"),
        Index("ix_assistant_turn_at", "tenant_id", "at", "outcome"),
    )

    conversation_id: UUID = Field(foreign_key="assistant_conversation.id", index=True)
    owner_id: UUID
    number: int
    locale: str
    question: bytes = sealed_column(owner="owner_id")
    outcome: str
    topic: str | None = None
    confidence: int
    citations: list[dict[str, object]] = Field(sa_type=JSONB)
    wording: bytes | None = sealed_column(owner="owner_id", nullable=True, default=None)
    helpful: bool | None = None
    ruleset: str
    at: datetime = utc_column()
