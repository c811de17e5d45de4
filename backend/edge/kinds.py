"""Every kind of rule-set that can be governed, gathered for each process that opens a platform."""

from functools import cache

import backend.edge.applying
import backend.edge.bars
import backend.edge.engaging
import backend.edge.loyalty
import backend.edge.loyalty_sources
import backend.edge.merging
import backend.edge.portraits
import backend.edge.prospect_files
import backend.edge.targeting
import backend.reviews.rating_facts  # noqa: F401 - registers what rating learns from reviews
from backend.access.sign_in_rules import DIRECTORY as SIGN_IN
from backend.access.sign_in_rules import SignInRules
from backend.casework.queues import DIRECTORY as QUEUES
from backend.casework.queues import Queues
from backend.casework.tasks.ruleset import DIRECTORY as TASKS
from backend.casework.tasks.ruleset import TaskRules
from backend.complaints.frames import PACK as COMPLAINT_PACK
from backend.complaints.ruleset import CLOCKS as COMPLAINT_CLOCKS
from backend.complaints.ruleset import HANDLING as COMPLAINT_HANDLING
from backend.complaints.ruleset import ComplaintClocks, ComplaintHandling
from backend.consent.rulesets import DIRECTORY as PURPOSES
from backend.consent.rulesets import Purposes
from backend.core.settings import Settings
from backend.customers.rulesets import DocumentRules, DuplicateRules, LanguageRules, OwnershipRules, StageRules
from backend.engagement.fact_rules import BOOK as LIFE_FACTS
from backend.engagement.fact_rules import FactRules
from backend.engagement.models.ruleset import BOOK as MODELS
from backend.engagement.models.ruleset import ModelRules
from backend.engagement.offers.ruleset import DIRECTORY as OFFERS
from backend.engagement.offers.ruleset import OfferRules
from backend.engagement.playbooks.governed import PlaybookKind
from backend.engagement.portrait.ruleset import LIFE_EVENTS, LifeEventRules
from backend.engagement.prospects.ruleset import DIRECTORY as PROSPECTS
from backend.engagement.prospects.ruleset import ProspectRules
from backend.engagement.segments.governed import SegmentsKind
from backend.engagement.segments.ruleset import CLUSTERS, ClusterRules
from backend.engagement.stages.ruleset import DIRECTORY as LIFE_STAGES
from backend.engagement.stages.ruleset import StagePolicy
from backend.engagement.targets.ruleset import TARGETS, TargetRules
from backend.engagement.watch.ruleset import DIRECTORY as WATCH
from backend.engagement.watch.ruleset import WatchPolicy
from backend.governance import kinds
from backend.governance.access.kind import AccessKind
from backend.governance.yaml_kind import YamlKind
from backend.holdings.queries import open_by_version
from backend.loyalty.ruleset import DIRECTORY as LOYALTY
from backend.loyalty.ruleset import Programme
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
from backend.servicing.assistant.ruleset import DIRECTORY as ASSISTANT
from backend.servicing.assistant.ruleset import AssistantRules
from backend.servicing.feedback.frames import PACK as FEEDBACK_PACK
from backend.servicing.feedback.ruleset import SURVEYS, THEMES, SurveyRules, ThemeRules
from backend.servicing.interactions.ruleset import DIRECTORY as CONTACT
from backend.servicing.interactions.ruleset import ContactRules


@cache
def gather() -> None:
    """Once a process. Another kind is another line; the capability brings the class."""
    kinds.register(AccessKind())
    kinds.register(OnboardingKind())
    kinds.register(ReviewKind())
    kinds.register(YamlKind("queues", "Queues and due times", QUEUES, Queues))
    kinds.register(YamlKind("documents", "Documents and reasons to refuse them", "customers/documents", DocumentRules))
    kinds.register(YamlKind("duplicates", "Duplicate customers", "customers/duplicates", DuplicateRules))
    kinds.register(YamlKind("languages", "Languages customers are written to in", "customers/languages", LanguageRules))
    kinds.register(QuestionnaireKind())
    kinds.register(YamlKind("selling", "What may be sold to whom", SELLING, SellingRules))
    kinds.register(YamlKind("product_reviews", "Reviews of products", PRODUCT_REVIEWS, ProductReviewRules))
    kinds.register(GatesKind())
    kinds.register(AttributesKind())
    kinds.register(YamlKind("ownership", "Beneficial owners", "customers/ownership", OwnershipRules))
    kinds.register(YamlKind("stages", "Stages of a customer", "customers/stages", StageRules))
    kinds.register(YamlKind("life_facts", "Facts of a customer's life: how movements are read", LIFE_FACTS, FactRules))
    kinds.register(YamlKind("life_stages", "Stages: how they are computed", LIFE_STAGES, StagePolicy))
    kinds.register(YamlKind("early_warnings", "Early warnings and their signals", WATCH, WatchPolicy))
    kinds.register(YamlKind("prospects", "Prospects: sources, reasons and follow-up", PROSPECTS, ProspectRules))
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
    kinds.register(YamlKind("loyalty", "Loyalty programme", LOYALTY, Programme))
    kinds.register(SegmentsKind())
    kinds.register(YamlKind("clusters", "Groups that the portfolio falls into", CLUSTERS, ClusterRules))
    kinds.register(YamlKind("targets", "Measures and targets", TARGETS, TargetRules))
    kinds.register(YamlKind("life_events", "Events in a customer’s life", LIFE_EVENTS, LifeEventRules))
    kinds.register(YamlKind("models", "Models of the customer's life", MODELS, ModelRules))
    kinds.register(YamlKind("tasks", "Tasks: departments, periods and checklists", TASKS, TaskRules))
    kinds.register(YamlKind("surveys", "Surveys: what is asked, after what, how often", SURVEYS, SurveyRules))
    kinds.register(YamlKind("survey_themes", "Surveys: words that name a theme", THEMES, ThemeRules))
    kinds.register(YamlKind("contact", "Contact with customers: caps, quiet hours, channels", CONTACT, ContactRules))
    kinds.register(PlaybookKind())
    kinds.register(YamlKind("offers", "Next best offers: worth, consents, silence", OFFERS, OfferRules))
    kinds.register(YamlKind("assistant", "Assistant: when it answers itself", ASSISTANT, AssistantRules))
    kinds.register(YamlKind("sign_in", "Signing in, passwords and emergency access", SIGN_IN, SignInRules))


register_open_holdings("holdings", open_by_version)
register_source("complaints", COMPLAINT_PACK)
register_source("feedback", FEEDBACK_PACK)
kinds.register(RiskKind(Settings().policies))
