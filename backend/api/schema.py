"""The schema: every capability's queries and mutations, assembled once."""

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.api.audit import AuditQuery
from backend.api.case_mutations import CaseMutation
from backend.api.case_queries import CaseQuery
from backend.api.customer_mutations import CustomerMutation
from backend.api.customers import CustomerQuery
from backend.api.explanations import ExplanationQuery
from backend.api.history import HistoryQuery
from backend.api.parties import Organisation, Person
from backend.api.party_mutations import PartyMutation
from backend.api.past import PastQuery
from backend.api.scalars import SCALARS
from backend.api.staff import StaffQuery
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
    ExplanationQuery,
    StaffQuery,
):
    pass


@strawberry.type
class Mutation(PartyMutation, CustomerMutation, CaseMutation, WorkMutation):
    pass


schema: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[Person, Organisation],
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
)
