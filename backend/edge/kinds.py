"""Every kind of rule-set that can be governed, gathered for each process that opens a platform."""

from functools import cache

import backend.reviews.rating_facts  # noqa: F401 - registers what rating learns from reviews
from backend.casework.queues import DIRECTORY as QUEUES
from backend.casework.queues import Queues
from backend.core.settings import Settings
from backend.customers.rulesets import DocumentRules, DuplicateRules, OwnershipRules
from backend.governance import kinds
from backend.governance.access.kind import AccessKind
from backend.governance.yaml_kind import YamlKind
from backend.onboarding.governed import OnboardingKind
from backend.risk.governed import RiskKind


@cache
def gather() -> None:
    """Once a process. Another kind is another line; the capability brings the class."""
    kinds.register(AccessKind())
    kinds.register(OnboardingKind())
    kinds.register(YamlKind("queues", "Queues and due times", QUEUES, Queues))
    kinds.register(YamlKind("documents", "Documents and reasons to refuse them", "customers/documents", DocumentRules))
    kinds.register(YamlKind("duplicates", "Duplicate customers", "customers/duplicates", DuplicateRules))
    kinds.register(YamlKind("ownership", "Beneficial owners", "customers/ownership", OwnershipRules))


kinds.register(RiskKind(Settings().policies))
