"""The vocabulary of product reviews as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class ProductReviewState(Enum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    PENDING_SIGNATURE = "pending_signature"
    DECIDED = "decided"
    CANCELLED = "cancelled"


@strawberry.enum
class ProductTriggerKind(Enum):
    SCHEDULED = "scheduled"
    COMPLAINT_SPIKE = "complaint_spike"
    LOSS_RATIO_DRIFT = "loss_ratio_drift"
    PERSISTENCY_DRIFT = "persistency_drift"
    POPULATION_DRIFT = "population_drift"
    OUT_OF_MARKET = "out_of_market"
    VALUE_OUTLIER = "value_outlier"
    LOW_SATISFACTION = "low_satisfaction"
    SIGNIFICANT_CHANGE = "significant_change"
    REQUEST = "request"


@strawberry.enum
class ProductDecision(Enum):
    CONTINUE = "continue"
    CHANGE = "change"
    RESTRICT_CHANNEL = "restrict_channel"
    SUSPEND = "suspend"
    REMEDIATE = "remediate"
    WITHDRAW = "withdraw"


@strawberry.enum
class FindingSeverity(Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@strawberry.enum
class ReviewActionState(Enum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
