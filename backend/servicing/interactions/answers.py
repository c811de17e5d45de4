"""May somebody be contacted, by which channel, and if not now, when? The answer that everybody gets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """What stands against contact. The first group never ends by itself, the second ends some day, the third at a known
    instant."""

    ERASED = "erased"
    MERGED = "merged"
    DECEASED = "deceased"
    NO_CONTACT = "no_contact"
    EXITED = "exited"
    CHANNEL_UNFIT = "channel_unfit"
    NO_ADDRESS = "no_address"
    ADDRESS_CLOSED = "address_closed"
    ADDRESS_UNCONFIRMED = "address_unconfirmed"
    CONSENT_MISSING = "consent_missing"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    OBJECTED = "objected"

    RESTRICTED = "restricted"
    COMPLAINT = "complaint_open"

    CAP = "cap_reached"
    QUIET = "quiet_hours"
    HOLIDAY = "holiday"


HELD = frozenset({Reason.RESTRICTED, Reason.COMPLAINT})
TIMED = frozenset({Reason.CAP, Reason.QUIET, Reason.HOLIDAY})


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """`channel` is the one that would be used, None where there is none. `reasons` is empty exactly when `allowed`.

    `not_before`: refused for now alone; as things stand it is allowed at that instant and at none before.
    """

    allowed: bool
    channel: str | None
    reasons: tuple[Reason, ...] = ()
    not_before: datetime | None = None

    @property
    def waits(self) -> bool:
        """It may be allowed later, without anybody changing the customer's record."""
        return not self.allowed and all(reason in HELD or reason in TIMED for reason in self.reasons)
