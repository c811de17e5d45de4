"""The vocabulary of models as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class ModelKind(Enum):
    CHURN = "churn"
    VALUE = "value"
    ACTIVITY = "activity"
    RFM = "rfm"
    PROPENSITY = "propensity"
    UPLIFT = "uplift"


@strawberry.enum
class ModelVersionState(Enum):
    DRAFT = "draft"
    TRAINED = "trained"
    IN_VALIDATION = "in_validation"
    VALIDATED = "validated"
    REJECTED = "rejected"
    CHALLENGER = "challenger"
    CHAMPION = "champion"
    RETIRED = "retired"
