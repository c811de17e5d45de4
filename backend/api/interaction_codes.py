"""The vocabulary of contact as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class InteractionDirection(Enum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


@strawberry.enum
class ContactChannel(Enum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    MAIL = "mail"
    EMAIL = "email"
    SMS = "sms"
    APP = "app"
    WECHAT = "wechat"
    WEB_CHAT = "web_chat"
    PARTNER = "partner"


@strawberry.enum
class InteractionState(Enum):
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


@strawberry.enum
class MessageTemplateState(Enum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETIRED = "retired"


@strawberry.enum
class ContactBarKind(Enum):
    DECEASED = "deceased"
    NO_CONTACT = "no_contact"
