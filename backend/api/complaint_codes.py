"""The vocabulary of complaints as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class ComplaintState(Enum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    RESOLVED = "resolved"
    FINAL_RESPONSE = "final_response"
    REFERRED_TO_OMBUDSMAN = "referred_to_ombudsman"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


@strawberry.enum
class ComplaintChannel(Enum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    MAIL = "mail"
    EMAIL = "email"
    APP = "app"
    PARTNER = "partner"


@strawberry.enum
class ComplaintOutcome(Enum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


@strawberry.enum
class ComplaintLetterKind(Enum):
    ACKNOWLEDGEMENT = "acknowledgement"
    SUMMARY = "summary"
    FINAL_RESPONSE = "final_response"


@strawberry.enum
class ComplaintLetterState(Enum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SENT = "sent"


@strawberry.enum
class ComplaintRedressState(Enum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAID = "paid"
