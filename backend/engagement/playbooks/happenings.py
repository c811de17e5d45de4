"""Business events that a playbook may begin by: those of the outbox about one customer, and paid claims."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PARTY: Final = "party"
CUSTOMER: Final = "customer"
SUBJECT: Final = ""
"""The event's subject is the customer itself; the others name the key of the payload under which the customer is."""
CLAIM_PAID: Final = "claim.paid"
"""Claims come in files without an event each: these are read from the claims."""

_BY_CUSTOMER: Final = (
    "complaint.received",
    "complaint.decided",
    "complaint.closed",
    "complaint.breached",
    "complaint.reopened",
    "contact.address_closed",
    "loyalty.enrolled",
    "loyalty.left",
    "loyalty.tier_changed",
)
_BY_PARTY: Final = (
    "assessment.expired",
    "consent.changed",
    "customer.assigned",
    "document.expired",
    "feedback.answered",
    "feedback.follow_up_opened",
    "holding.ended",
    "holding.reinstated",
    "offer.accepted",
    "offer.declined",
    "offer.later",
    "onboarding.approved",
    "prospect.converted",
    "prospect.recorded",
    "review.completed",
    "sale.cancelled",
    "sale.confirmed",
)
_BY_SUBJECT: Final = ("life_event.recorded", "rating.changed")

OUTBOX: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(_BY_CUSTOMER, CUSTOMER) | dict.fromkeys(_BY_PARTY, PARTY) | dict.fromkeys(_BY_SUBJECT, SUBJECT)
)
"""Where the event says whom it is about."""
KNOWN: Final = frozenset({*OUTBOX, CLAIM_PAID})
TRIGGER: Final = "event"


def event_of(trigger: str, source: str) -> str | None:
    """The event in the source of an enrolment; None where something else took the customer up."""
    return source.split(":")[1] if trigger == TRIGGER else None
