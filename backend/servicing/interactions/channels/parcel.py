"""What an adapter is handed, and what it reports: sent, certainly not sent, or nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Outcome(StrEnum):
    """`NOT_SENT` may be tried again, `REJECTED`: the address takes nothing, `UNKNOWN`: it may have left."""

    SENT = "sent"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`code` is a word for the log, never the text of an answer: that could name the customer."""

    outcome: Outcome
    adapter: str
    code: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message to one address, in clear; it exists in the memory of the worker alone.

    `traced`: the rule-set wants to know when it is opened.
    """

    id: UUID
    tenant_id: UUID
    claim_id: UUID
    channel: str
    to: str
    subject: str
    body: str
    locale: str
    institution: str
    made_at: datetime
    traced: bool = False
    html: str | None = None
    files: Sequence[Attachment] = field(default=())


class Adapter(Protocol):
    """Sends one parcel. Never raises: what went wrong is an outcome."""

    async def deliver(self, parcel: Parcel) -> Delivery: ...
