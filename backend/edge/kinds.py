"""Every kind of rule-set that can be governed, gathered for each process that opens a platform."""

from functools import cache

import backend.edge.bars
import backend.reviews.rating_facts  # noqa: F401 - registers what rating learns from reviews
from backend.access.sign_in_rules import DIRECTORY as SIGN_IN
from backend.access.sign_in_rules import SignInRules
from backend.casework.queues import DIRECTORY as QUEUES
from backend.casework.queues import Queues
from backend.complaints.frames import PACK as COMPLAINT_PACK
from backend.complaints.ruleset import CLOCKS as COMPLAINT_CLOCKS
from backend.complaints.ruleset import HANDLING as COMPLAINT_HANDLING
from backend.complaints.ruleset import ComplaintClocks, ComplaintHandling
from backend.consent.rulesets import DIRECTORY as PURPOSES
from backend.consent.rulesets import Purposes
from backend.core.settings import Settings
from backend.customers.rulesets import DocumentRules, DuplicateRules, OwnershipRules, StageRules
from backend.governance import kinds
from backend.governance.access.kind import AccessKind
from backend.governance.yaml_kind import YamlKind
from backend.holdings.queries import open_by_version
from backend.onboarding.governed import OnboardingKind
from backend.product_reviews.ruleset import DIRECTORY as PRODUCT_REVIEWS
from backend.product_reviews.ruleset import ProductReviewRules
from backend.product_reviews.sources import register as register_source
from backend.product_reviews.what_if_questionnaire import QuestionnaireKind
from backend.products.governed import AttributesKind, GatesKind
from backend.products.registry import register_open_holdings
from backend.products.selling.ruleset import DIRECTORY as SELLING
from backend.products.selling.ruleset import SellingRules
from backend.reviews.governed import ReviewKind
from backend.rights.rulesets import REQUESTS, RETENTION, RequestRules, RetentionRules
from backend.risk.governed import RiskKind
from backend.risk.ruleset import DIRECTORY as RATING
from backend.risk.ruleset import RecordRules
from backend.screening.governed import AlertsKind, ListsKind, NamesKind


@cache
def gather() -> None:
    """Once a process. Another kind is another line; the capability brings the class."""
    kinds.register(AccessKind())
    kinds.register(OnboardingKind())
    kinds.register(ReviewKind())
    kinds.register(YamlKind("queues", "Queues and due times", QUEUES, Queues))
    kinds.register(YamlKind("documents", "Documents and reasons to refuse them", "customers/documents", DocumentRules))
    kinds.register(YamlKind("duplicates", "Duplicate customers", "customers/duplicates", DuplicateRules))
    kinds.register(QuestionnaireKind())
    kinds.register(YamlKind("selling", "What may be sold to whom", SELLING, SellingRules))
    kinds.register(YamlKind("product_reviews", "Reviews of products", PRODUCT_REVIEWS, ProductReviewRules))
    kinds.register(GatesKind())
    kinds.register(AttributesKind())
    kinds.register(YamlKind("ownership", "Beneficial owners", "customers/ownership", OwnershipRules))
    kinds.register(YamlKind("stages", "Stages of a customer", "customers/stages", StageRules))
    kinds.register(NamesKind())
    kinds.register(AlertsKind())
    kinds.register(ListsKind())
    kinds.register(YamlKind("rating_records", "Rating: what the record says to the models", RATING, RecordRules))
    kinds.register(YamlKind("privacy_purposes", "Purposes of processing and consent", PURPOSES, Purposes))
    kinds.register(YamlKind("privacy_requests", "Requests of data subjects", REQUESTS, RequestRules))
    kinds.register(YamlKind("privacy_retention", "How long records are kept", RETENTION, RetentionRules))
    kinds.register(YamlKind("complaint_clocks", "Complaints: clocks of the law", COMPLAINT_CLOCKS, ComplaintClocks))
    kinds.register(
        YamlKind("complaint_handling", "Complaints: words, letters and limits", COMPLAINT_HANDLING, ComplaintHandling)
    )
    kinds.register(YamlKind("sign_in", "Signing in, passwords and emergency access", SIGN_IN, SignInRules))


register_open_holdings("holdings", open_by_version)
register_source("complaints", COMPLAINT_PACK)
kinds.register(RiskKind(Settings().policies))
