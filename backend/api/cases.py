"""Onboarding cases: what was applied for, what is asked and why, what was checked, who decided."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import case_loading as loading
from backend.api import graph
from backend.api.case_actions import Action, fetch_actions
from backend.api.case_enums import CaseState, Decision, DueDiligence
from backend.api.case_parts import Approval, Check, Condition, InformationRequest, Requirement
from backend.api.case_rules import Choice, Reason, RuleSetVersion, words
from backend.api.costs import resolved
from backend.api.graph import LazyCustomer, LazyParty, LazyWorkItem
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.onboarding import queries
from backend.onboarding.models import OnboardingCase


@strawberry.type(description="An onboarding case. It runs on the rule-set version it was submitted under.")
class Case:
    id: UUID
    version: int = strawberry.field(description="What editCase repeats, so that nobody overwrites another's change.")
    number: str
    purpose: str
    jurisdiction: str
    products: list[str]
    channel: str
    state: CaseState
    due_diligence: DueDiligence
    risk_points: int | None
    risk_level: str | None
    round: int
    opened_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    expires_at: datetime | None
    proposal: Decision | None
    party_id: UUID
    row: strawberry.Private[OnboardingCase]

    @classmethod
    def of(cls, row: OnboardingCase) -> "Case":
        return cls(
            id=row.id,
            version=row.ver,
            number=row.number,
            purpose=row.purpose,
            jurisdiction=row.jurisdiction,
            products=list(row.products),
            channel=row.channel,
            state=CaseState(row.state),
            due_diligence=DueDiligence(row.due_diligence),
            risk_points=row.risk_points,
            risk_level=row.risk_level,
            round=row.round,
            opened_at=row.opened_at,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
            expires_at=row.expires_at,
            proposal=None if row.proposal is None else Decision(row.proposal),
            party_id=row.party_id,
            row=row,
        )

    @strawberry.field
    def ruleset(self, info: Info) -> RuleSetVersion | None:
        return words(info, self.row).version

    @resolved(size=5)
    def proposal_reasons(self, info: Info) -> list[Reason]:
        return [words(info, self.row).reason(code) for code in self.row.proposal_reasons or []]

    @resolved(size=5)
    def decision_reasons(self, info: Info) -> list[Reason]:
        return [words(info, self.row).reason(code) for code in self.row.decision_reasons or []]

    @resolved("Reasons that a decision, request, waiver or withdrawal may give.", size=30)
    def reason_choices(self, info: Info) -> list[Choice]:
        return words(info, self.row).reasons()

    @resolved("Conditions that an approval may carry.", size=10)
    def condition_choices(self, info: Info) -> list[Choice]:
        return words(info, self.row).conditions()

    @strawberry.field
    def opened_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.opened_by)

    @strawberry.field
    def submitted_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.submitted_by)

    @strawberry.field
    def reviewer(self, info: Info) -> Agent | None:
        return agent(info, self.row.reviewer_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved(weight=2)
    async def customer(self, info: Info) -> LazyCustomer | None:
        return None if self.row.customer_id is None else await graph.customer_of(info, self.row.party_id)

    @resolved("The organisation's case that asked for this owner's case.", weight=2)
    async def parent(self, info: Info) -> "Case | None":
        return await graph.case(info, self.row.parent_id)

    @resolved("The cases of the beneficial owners.", weight=5, size=5)
    async def children(self, info: Info) -> list["Case"]:
        return [Case.of(row) for row in await _load(info, loading.fetch_children, self.id)]

    @resolved(weight=2, size=15)
    async def requirements(self, info: Info) -> list[Requirement] | None:
        known = words(info, self.row)
        return [Requirement.of(row, known) for row in await _load(info, loading.fetch_requirements, self.id)]

    @resolved(weight=2, size=8)
    async def checks(self, info: Info) -> list[Check] | None:
        return [Check.of(row, told) for row, told in await _load(info, loading.fetch_checks, self.id)]

    @resolved(weight=2, size=4)
    async def approvals(self, info: Info) -> list[Approval]:
        known = words(info, self.row)
        return [Approval.of(row, known, note) for row, note in await _load(info, loading.fetch_approvals, self.id)]

    @resolved(weight=2, size=4)
    async def conditions(self, info: Info) -> list[Condition] | None:
        known = words(info, self.row)
        return [Condition.of(row, known) for row in await _load(info, loading.fetch_conditions, self.id)]

    @resolved(weight=2, size=4)
    async def information_requests(self, info: Info) -> list[InformationRequest]:
        return [InformationRequest.of(*pair) for pair in await _load(info, loading.fetch_requests, self.id)]

    @resolved("The open piece of work on this case.", weight=2)
    async def work(self, info: Info) -> LazyWorkItem | None:
        return await graph.work_on(info, self.id)

    @resolved("What the viewer could do, and why not where not.", weight=20, size=15)
    async def actions(self, info: Info) -> list[Action]:
        return await _load(info, fetch_actions, self.id)


async def _load(info: Info, fetch: Any, case_id: UUID) -> list[Any]:
    found: list[Any] = await info.context.loader(fetch, []).get(case_id)
    return found


async def fetch_cases(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, OnboardingCase | None]:
    return {**await queries.cases_by_ids(ctx, ids)}


async def cases_of_party(info: Info, party_id: UUID) -> list[Case]:
    return [Case.of(row) for row in await _load(info, loading.fetch_cases_of_parties, party_id)]
