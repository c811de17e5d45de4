"""The schema: every capability's queries and mutations, assembled once."""

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.api.account import AccountMutation, AccountQuery
from backend.api.audit import AuditQuery
from backend.api.case_mutations import CaseMutation
from backend.api.case_queries import CaseQuery
from backend.api.colleague_mutations import ColleagueMutation
from backend.api.colleagues import ColleagueQuery
from backend.api.complaint_mutations import ComplaintMutation
from backend.api.complaint_statistics import ComplaintStatisticsQuery
from backend.api.complaints import ComplaintQuery
from backend.api.consents import ConsentMutation, ConsentQuery
from backend.api.customer_holdings import HoldingMutation, HoldingQuery
from backend.api.customer_mutations import CustomerMutation
from backend.api.customers import CustomerQuery
from backend.api.emergency import EmergencyMutation, EmergencyQuery
from backend.api.explanations import ExplanationQuery
from backend.api.factor_resets import FactorResetMutation, FactorResetQuery
from backend.api.governance import GovernanceQuery
from backend.api.governance_mutations import GovernanceMutation
from backend.api.history import HistoryQuery
from backend.api.holding_imports import HoldingImportQuery
from backend.api.parties import Organisation, Person
from backend.api.party_mutations import PartyMutation
from backend.api.past import PastQuery
from backend.api.privacy import PrivacyQuery
from backend.api.privacy_mutations import PrivacyMutation
from backend.api.product_mutations import ProductMutation
from backend.api.product_review_mutations import ProductReviewMutation
from backend.api.product_reviews import ProductReviewQuery
from backend.api.product_what_if import ProductWhatIfMutation, ProductWhatIfQuery
from backend.api.products import ProductQuery
from backend.api.proofs import ProofQuery
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
from backend.api.selling import SellingQuery
from backend.api.selling_mutations import SellingMutation
from backend.api.signatures import SignatureQuery
from backend.api.staff import StaffQuery
from backend.api.suitability import SuitabilityQuery
from backend.api.suitability_mutations import SuitabilityMutation
from backend.api.viewer import ViewerQuery
from backend.api.work import WorkQuery
from backend.api.work_mutations import WorkMutation


@strawberry.type
class Query(
    ViewerQuery,
    CustomerQuery,
    CaseQuery,
    WorkQuery,
    HistoryQuery,
    PastQuery,
    AuditQuery,
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
    ColleagueQuery,
):
    pass


@strawberry.type
class Mutation(
    PartyMutation,
    CustomerMutation,
    CaseMutation,
    WorkMutation,
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
    ProductWhatIfMutation,
    HoldingMutation,
    SuitabilityMutation,
    SellingMutation,
    ComplaintMutation,
    ColleagueMutation,
    ConsentMutation,
    PrivacyMutation,
    ReportMutation,
):
    pass


schema: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Person, Organisation],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
)
