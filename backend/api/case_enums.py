"""The states and kinds of onboarding as the contract has them; a value it does not know fails, it is never guessed."""

from enum import Enum

import strawberry


@strawberry.enum
class CaseState(Enum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    AWAITING_INFORMATION = "awaiting_information"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@strawberry.enum
class DueDiligence(Enum):
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    ENHANCED = "enhanced"


@strawberry.enum
class RequirementKind(Enum):
    DATA = "data"
    DOCUMENT = "document"
    CHECK = "check"
    APPROVAL = "approval"


@strawberry.enum
class RequirementStatus(Enum):
    OPEN = "open"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    DEFERRED = "deferred"
    DROPPED = "dropped"


@strawberry.enum
class CheckStatus(Enum):
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    REFERRED = "referred"
    WAIVED = "waived"


@strawberry.enum
class Decision(Enum):
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REJECT = "reject"


@strawberry.enum(description="What a further person answers to a proposal; RETURN sends it back to review.")
class Signature(Enum):
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


@strawberry.enum
class ConditionStatus(Enum):
    PROPOSED = "proposed"
    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


@strawberry.enum(description="What can be done to a case; each is a mutation of its own.")
class CaseVerb(Enum):
    EDIT = "edit"
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    RUN_CHECKS = "run_checks"
    RECORD_CHECK = "record_check"
    WAIVE_CHECK = "waive_check"
    WAIVE_REQUIREMENT = "waive_requirement"
    REQUEST_INFORMATION = "request_information"
    RECEIVE_INFORMATION = "receive_information"
    PROPOSE_DECISION = "propose_decision"
    SIGN = "sign"
    DECIDE_BY_RULE = "decide_by_rule"
    REBASE = "rebase"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
