"""One history of contact with each customer, the texts that are sent, and where nobody may be reached any more."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.core.tables import Audited, personal_column, sealed_column, utc_column


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Channel(StrEnum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    MAIL = "mail"
    EMAIL = "email"
    SMS = "sms"
    APP = "app"
    WECHAT = "wechat"
    WEB_CHAT = "web_chat"
    PARTNER = "partner"


class State(StrEnum):
    """A message waits, is claimed by one worker, and is sent; what was said or came in is recorded."""

    RECORDED = "recorded"
    WAITING = "waiting"
    DEFERRED = "deferred"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    BOUNCED = "bounced"
    FAILED = "failed"
    STUCK = "stuck"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class TemplateState(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETIRED = "retired"


class BarKind(StrEnum):
    DECEASED = "deceased"
    NO_CONTACT = "no_contact"


class MessageTemplate(Audited, table=True):
    """A version of a text in both languages. The database lets nobody approve their own, nor change what was approved.

    `fields` are the merge fields that it names.
    """

    __tablename__ = "message_template"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", "version"),
        CheckConstraint("decided_by IS NULL OR decided_by <> drafted_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('approved', 'retired') OR decided_by IS NOT NULL", name="approved"),
        Index(
            "uq_message_template_in_use", "tenant_id", "code", unique=True, postgresql_where=text("state = 'approved'")
        ),
    )

    code: str
    version: int
    purpose: str
    channels: list[str] = Field(sa_type=JSONB)
    subject_en: str
    subject_zh: str
    body_en: str
    body_zh: str
    fields: list[str] = Field(sa_type=JSONB)
    state: str = TemplateState.DRAFTED
    drafted_by: UUID
    drafted_at: datetime = utc_column()
    decided_by: UUID | None = None
    decided_at: datetime | None = utc_column(nullable=True, default=None)


class Interaction(Audited, table=True):
    """One contact, inbound or outbound; subject and text are sealed with the customer's key.

    `reference` is the caller's: the same one is never sent twice. `reasons` are codes of what stood against sending
    when it was last asked; `address_id` is the record (party_contact or party_address) that it went to.
    """

    __tablename__ = "interaction"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reference"),
        CheckConstraint("direction <> 'inbound' OR state = 'recorded'", name="inbound_is_recorded"),
        CheckConstraint("(state = 'claimed') <= (claim_id IS NOT NULL AND claimed_at IS NOT NULL)", name="claimed"),
        CheckConstraint(
            "state NOT IN ('sent', 'delivered', 'opened', 'bounced') OR sent_at IS NOT NULL", name="was_sent"
        ),
        Index("ix_interaction_party", "party_id", "happened_at"),
        Index(
            "ix_interaction_due",
            "tenant_id",
            "not_before",
            postgresql_where=text("state IN ('waiting', 'deferred', 'claimed')"),
        ),
        Index("ix_interaction_state", "tenant_id", "state", "recorded_at"),
    )

    party_id: UUID = Field(foreign_key="party.id")
    direction: str
    channel: str
    wanted_channel: str | None = None
    purpose: str | None = None
    topic: str | None = personal_column(default=None)
    subject: bytes | None = sealed_column(nullable=True, default=None)
    body: bytes | None = sealed_column(nullable=True, default=None)
    locale: str
    template_id: UUID | None = Field(default=None, foreign_key="message_template.id")
    reference: str | None = None
    record_type: str | None = None
    record_id: UUID | None = None
    happened_at: datetime = utc_column()
    recorded_at: datetime = utc_column()
    recorded_by: UUID
    state: str
    reasons: list[str] = Field(sa_type=JSONB, default_factory=list)
    ruleset: str | None = None
    not_before: datetime | None = utc_column(nullable=True, default=None)
    expires_at: datetime | None = utc_column(nullable=True, default=None)
    attempts: int = 0
    claim_id: UUID | None = None
    claimed_at: datetime | None = utc_column(nullable=True, default=None)
    address_id: UUID | None = None
    adapter: str | None = None
    sent_at: datetime | None = utc_column(nullable=True, default=None)
    delivered_at: datetime | None = utc_column(nullable=True, default=None)
    opened_at: datetime | None = utc_column(nullable=True, default=None)
    bounced_at: datetime | None = utc_column(nullable=True, default=None)
    settled_by: UUID | None = None


class ContactAddress(Audited, table=True):
    """What is known of an address as a way to reach somebody by one channel; without a row nothing is known yet."""

    __tablename__ = "contact_address"
    __table_args__ = (UniqueConstraint("address_id", "channel"),)

    party_id: UUID = Field(foreign_key="party.id", index=True)
    address_id: UUID
    channel: str
    confirmed_at: datetime | None = utc_column(nullable=True, default=None)
    confirmed_by: UUID | None = None
    bounces: int = 0
    closed_at: datetime | None = utc_column(nullable=True, default=None)


class ContactBar(Audited, table=True):
    """Somebody has died, or wants to hear nothing; open until it is lifted."""

    __tablename__ = "contact_bar"
    __table_args__ = (Index("ix_contact_bar_party", "party_id", "until"),)

    party_id: UUID = Field(foreign_key="party.id")
    kind: str
    since: datetime = utc_column()
    set_by: UUID
    until: datetime | None = utc_column(nullable=True, default=None)
    lifted_by: UUID | None = None
