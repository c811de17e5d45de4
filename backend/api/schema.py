"""The schema: every capability's queries and mutations, assembled once."""

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.api.account import AccountMutation, AccountQuery
from backend.api.assistant import AssistantMutation, AssistantQuery
from backend.api.assistant_figures import AssistantFiguresQuery
from backend.api.audit import AuditQuery
from backend.api.case_mutations import CaseMutation
from backend.api.case_queries import CaseQuery
from backend.api.colleague_mutations import ColleagueMutation
from backend.api.colleagues import ColleagueQuery
from backend.api.complaint_mutations import ComplaintMutation
from backend.api.complaint_queries import ComplaintQuery
from backend.api.complaint_statistics import ComplaintStatisticsQuery
from backend.api.consents import ConsentMutation, ConsentQuery
from backend.api.customer_holdings import HoldingMutation, HoldingQuery
from backend.api.customer_mutations import CustomerMutation
from backend.api.customers import CustomerQuery
from backend.api.emergency import EmergencyMutation, EmergencyQuery
from backend.api.explanations import ExplanationQuery
from backend.api.factor_resets import FactorResetMutation, FactorResetQuery
from backend.api.feedback import FeedbackQuery
from backend.api.feedback_mutations import FeedbackMutation
from backend.api.feedback_results import FeedbackResultsQuery
from backend.api.funnel import FunnelQuery
from backend.api.governance import GovernanceQuery
from backend.api.governance_mutations import GovernanceMutation
from backend.api.histories import RecordHistoryQuery
from backend.api.history import HistoryQuery
from backend.api.holding_imports import HoldingImportQuery
from backend.api.interaction_mutations import InteractionMutation
from backend.api.interaction_standing import ContactStandingQuery
from backend.api.interactions import InteractionQuery
from backend.api.knowledge import KnowledgeQuery
from backend.api.knowledge_mutations import KnowledgeMutation
from backend.api.loyalty_mutations import LoyaltyMutation
from backend.api.loyalty_programme import LoyaltyProgrammeQuery
from backend.api.loyalty_queries import LoyaltyQuery
from backend.api.message_templates import MessageTemplateMutation, MessageTemplateQuery
from backend.api.model_mutations import ModelMutation
from backend.api.models import ModelQuery
from backend.api.offer_mutations import OfferMutation
from backend.api.offer_statistics import OfferStatisticsQuery
from backend.api.offers import OfferQuery
from backend.api.parties import Organisation, Person
from backend.api.party_mutations import PartyMutation
from backend.api.past import PastQuery
from backend.api.playbook_courses import PlaybookCourseQuery
from backend.api.playbook_mutations import PlaybookMutation
from backend.api.playbooks import PlaybookQuery
from backend.api.portrait import PortraitMutation, PortraitQuery
from backend.api.privacy import PrivacyQuery
from backend.api.privacy_mutations import PrivacyMutation
from backend.api.product_mutations import ProductMutation
from backend.api.product_review_mutations import ProductReviewMutation
from backend.api.product_review_queries import ProductReviewQuery
from backend.api.product_what_if import ProductWhatIfMutation, ProductWhatIfQuery
from backend.api.products import ProductQuery
from backend.api.proofs import ProofQuery
from backend.api.prospect_mutations import ProspectMutation
from backend.api.prospects import ProspectQuery
from backend.api.reports import ReportMutation, ReportQuery
from backend.api.review_mutations import ReviewMutation
from backend.api.review_plans import ReviewPlanQuery
from backend.api.reviews import ReviewQuery
from backend.api.risk_findings import RiskFindingMutation, RiskFindingQuery
from backend.api.risk_mutations import RiskMutation
from backend.api.risk_queries import RiskQuery
from backend.api.scalars import SCALARS
from backend.api.screening_checks import NameCheckQuery
from backend.api.screening_list_mutations import ScreeningListMutation
from backend.api.screening_lists import ScreeningListQuery
from backend.api.screening_mutations import ScreeningMutation
from backend.api.screening_queries import ScreeningQuery
from backend.api.segment_mutations import SegmentMutation
from backend.api.segment_queries import SegmentQuery
from backend.api.selling import SellingQuery
from backend.api.selling_mutations import SellingMutation
from backend.api.signatures import SignatureQuery
from backend.api.staff import StaffQuery
from backend.api.stage_mutations import StageMutation
from backend.api.stages import StageQuery
from backend.api.suitability_mutations import SuitabilityMutation
from backend.api.suitability_queries import SuitabilityQuery
from backend.api.target_mutations import TargetMutation
from backend.api.targets import TargetQuery
from backend.api.task_ageing import TaskAgeingQuery
from backend.api.task_mutations import TaskMutation
from backend.api.tasks import TaskQuery
from backend.api.viewer import ViewerQuery
from backend.api.watch import WatchQuery
from backend.api.watch_mutations import WatchMutation
from backend.api.work import WorkQuery
from backend.api.work_mutations import WorkMutation


@strawberry.type
class Query(
    ViewerQuery,
    CustomerQuery,
    CaseQuery,
    WorkQuery,
    TaskQuery,
    TaskAgeingQuery,
    HistoryQuery,
    PastQuery,
    AuditQuery,
    RecordHistoryQuery,
    ProofQuery,
    ReportQuery,
    ExplanationQuery,
    StaffQuery,
    ConsentQuery,
    PrivacyQuery,
    RiskQuery,
    ReviewQuery,
    ReviewPlanQuery,
    RiskFindingQuery,
    ScreeningQuery,
    ScreeningListQuery,
    NameCheckQuery,
    AccountQuery,
    FactorResetQuery,
    SignatureQuery,
    EmergencyQuery,
    GovernanceQuery,
    ProductQuery,
    ProductReviewQuery,
    ProductWhatIfQuery,
    HoldingQuery,
    HoldingImportQuery,
    SuitabilityQuery,
    SellingQuery,
    ComplaintQuery,
    ComplaintStatisticsQuery,
    InteractionQuery,
    ContactStandingQuery,
    MessageTemplateQuery,
    FeedbackQuery,
    FeedbackResultsQuery,
    LoyaltyQuery,
    LoyaltyProgrammeQuery,
    KnowledgeQuery,
    AssistantQuery,
    AssistantFiguresQuery,
    PortraitQuery,
    SegmentQuery,
    PlaybookQuery,
    PlaybookCourseQuery,
    OfferQuery,
    OfferStatisticsQuery,
    TargetQuery,
    ColleagueQuery,
    ModelQuery,
    StageQuery,
    FunnelQuery,
    WatchQuery,
    ProspectQuery,
):
    pass


@strawberry.type
class Mutation(
    PartyMutation,
    CustomerMutation,
    CaseMutation,
    WorkMutation,
    TaskMutation,
    RiskMutation,
    RiskFindingMutation,
    ReviewMutation,
    ScreeningMutation,
    ScreeningListMutation,
    AccountMutation,
    FactorResetMutation,
    EmergencyMutation,
    GovernanceMutation,
    ProductMutation,
    ProductReviewMutation,
    ModelMutation,
    ProductWhatIfMutation,
    HoldingMutation,
    SuitabilityMutation,
    SellingMutation,
    ComplaintMutation,
    InteractionMutation,
    MessageTemplateMutation,
    FeedbackMutation,
    LoyaltyMutation,
    KnowledgeMutation,
    AssistantMutation,
    PortraitMutation,
    SegmentMutation,
    PlaybookMutation,
    OfferMutation,
    TargetMutation,
    ColleagueMutation,
    ConsentMutation,
    PrivacyMutation,
    ReportMutation,
    StageMutation,
    WatchMutation,
    ProspectMutation,
):
    pass


schema: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Person, Organisation],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
)
