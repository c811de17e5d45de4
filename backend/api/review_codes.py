"""The vocabulary of reviews as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class ReviewState(Enum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    AWAITING_INFORMATION = "awaiting_information"
    PENDING_APPROVAL = "pending_approval"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@strawberry.enum
class ReviewTriggerKind(Enum):
    PERIODIC = "periodic"
    LIST_HIT = "list_hit"
    FACTOR_MOVED = "factor_moved"
    DOCUMENT_EXPIRED = "document_expired"
    ASSESSMENT_EXPIRED = "assessment_expired"
    BEHAVIOUR = "behaviour"
    ADVERSE_INFORMATION = "adverse_information"
    PRODUCT_CHANGED = "product_changed"
    OWNERS_CHANGED = "owners_changed"
    REQUEST = "request"


@strawberry.enum
class ReviewDepth(Enum):
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    ENHANCED = "enhanced"


@strawberry.enum
class ReviewOutcome(Enum):
    KEEP = "keep"
    CHANGE_LEVEL = "change_level"
    RESTRICT = "restrict"
    EXIT = "exit"


@strawberry.enum
class ReviewAnswerKind(Enum):
    SATISFIED = "satisfied"
    CONCERN = "concern"
    NOT_APPLICABLE = "not_applicable"
