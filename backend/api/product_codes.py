"""The vocabulary of products as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class ProductKind(Enum):
    DEPOSIT = "deposit"
    PAYMENT = "payment"
    CARD = "card"
    LOAN = "loan"
    MORTGAGE = "mortgage"
    FUND = "fund"
    STRUCTURED = "structured"
    LIFE = "life"
    HEALTH = "health"
    MOTOR = "motor"
    PROPERTY = "property"


@strawberry.enum
class ProductState(Enum):
    CONCEPT = "concept"
    DESIGN = "design"
    TARGET_MARKET = "target_market"
    TESTING = "testing"
    APPROVAL = "approval"
    ON_SALE = "on_sale"
    UNDER_REVIEW = "under_review"
    REMEDIATION = "remediation"
    WITHDRAWN = "withdrawn"
    RUN_OFF = "run_off"
    RETIRED = "retired"


@strawberry.enum(description="Where a version stands: in preparation, approved, or given up.")
class ProductVersionStage(Enum):
    CONCEPT = "concept"
    DESIGN = "design"
    TARGET_MARKET = "target_market"
    TESTING = "testing"
    APPROVAL = "approval"
    APPROVED = "approved"
    ABANDONED = "abandoned"


@strawberry.enum(description="How much can go wrong for customers; it decides what the gates ask for.")
class ProductRisk(Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@strawberry.enum
class SaleChannel(Enum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    WEB = "web"
    APP = "app"
    PARTNER = "partner"
    MAIL = "mail"


@strawberry.enum
class ProductPriceSort(Enum):
    FEE = "fee"
    RATE = "rate"


@strawberry.enum
class ProductStepState(Enum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


@strawberry.enum
class ProductVote(Enum):
    AGREE = "agree"
    REFUSE = "refuse"


@strawberry.enum
class ProductGateSort(Enum):
    ARTEFACT = "artefact"
    DOCUMENT = "document"
    TARGET_MARKET = "target_market"
    SIGNATURE = "signature"
    COMMITTEE = "committee"
    COOLING = "cooling"
    DAY = "day"


@strawberry.enum
class ProductVerb(Enum):
    EDIT = "edit"
    BEGIN_VERSION = "begin_version"
    PROPOSE = "propose"
    SUSPEND = "suspend"


@strawberry.enum
class DifferenceSort(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@strawberry.enum
class DocumentLanguage(Enum):
    EN = "en"
    ZH = "zh"
