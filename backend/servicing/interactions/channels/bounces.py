"""Delivery status notifications (RFC 3464): which of our messages a mail server tells of, and what it tells."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Final
from uuid import UUID

from backend.servicing.interactions.channels.mime import interaction_of
from backend.servicing.interactions.receipts import Receipt

_ORIGINALS: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})


@dataclass(frozen=True, slots=True)
class Bounce:
    interaction_id: UUID
    receipt: Receipt


def bounce_of(content: bytes) -> Bounce | None:
    """None for what is no report, or one of a message that is not ours; a delay tells nothing yet."""
    report = message_from_bytes(content, policy=policy.default)
    if report.get_content_type() != "multipart/report":
        return None
    parts = list(report.walk())
    receipt = next((told for part in parts if (told := _told(part)) is not None), None)
    original = next((named for part in parts if (named := _original(part)) is not None), None)
    return None if receipt is None or original is None else Bounce(original, receipt)


def _told(part: Message) -> Receipt | None:
    """The groups of fields of a message/delivery-status, of which those of recipients name an action."""
    if part.get_content_type() != "message/delivery-status":
        return None
    for group in _inner(part):
        action = str(group.get("Action", "")).strip().lower()
        if action == "failed":
            return Receipt.BOUNCED if str(group.get("Status", "")).strip().startswith("5") else Receipt.SOFT_BOUNCED
        if action == "delivered":
            return Receipt.DELIVERED
    return None


def _original(part: Message) -> UUID | None:
    if part.get_content_type() not in _ORIGINALS:
        return None
    content = part.get_payload(decode=True)
    written = message_from_bytes(content, policy=policy.default) if isinstance(content, bytes) else None
    original = next(iter(_inner(part)), written)
    return None if original is None else interaction_of(str(original.get("Message-ID", "")))


def _inner(part: Message) -> list[Message]:
    """The messages that a part holds."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
