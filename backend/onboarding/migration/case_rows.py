"""The rows of one migrant's case: what was asked and why, how it ended, what waits for whom."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from backend.access.context import Context
from backend.audit.copying import Batch, shared_json
from backend.casework.models import WorkItem, WorkState
from backend.casework.queues import queues_on
from backend.casework.rules import Deadlines, deadlines
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.onboarding.migration.assignment import Manager
from backend.onboarding.migration.migrant import PURPOSE, Migrant
from backend.onboarding.models import (
    CaseCondition,
    CaseRequirement,
    CaseState,
    ConditionStatus,
    InformationRequest,
    OnboardingCase,
    RequirementStatus,
)
from backend.onboarding.numbering import case_number
from backend.onboarding.rules import Assessment
from backend.onboarding.ruleset import OnboardingRules

DECIDED = frozenset({CaseState.APPROVED, CaseState.APPROVED_WITH_CONDITIONS})


class CaseRows:
    """One entry a case, which names the rule-set that decided it; one more for the work it leaves to people."""

    def __init__(self, ctx: Context, batch: Batch, rules: Loaded[OnboardingRules], jurisdiction: str) -> None:
        self._ctx, self.batch, self._rules, self._jurisdiction = ctx, batch, rules, jurisdiction
        self._queues = queues_on(ctx.policies, ctx.now.date())
        self._deadlines: dict[str, Deadlines] = {}
        self._because: dict[int, list[Jsonb]] = {}

    def write(
        self, party_id: UUID, customer_id: UUID, migrant: Migrant, assessment: Assessment, manager: Manager | None
    ) -> None:
        case_id, now, actor = new_id(), self._ctx.now, self._ctx.actor.id
        loaded, outcome = self._rules, assessment.outcome
        decided, proposed = outcome in DECIDED, outcome is CaseState.PENDING_APPROVAL
        reasons = list(assessment.reasons)
        entry = self.batch.entry(
            "customer.kyc.import", ("onboarding_case", case_id), reason=_reason(assessment), ruleset=loaded.sha256
        )
        self.batch.add(
            OnboardingCase,
            entry,
            id=case_id,
            number=case_number(case_id, now.date()),
            party_id=party_id,
            customer_id=customer_id,
            purpose=PURPOSE,
            jurisdiction=self._jurisdiction,
            products=sorted(migrant.products),
            channel="migration",
            state=outcome.value,
            ruleset=loaded.sha256,
            due_diligence=assessment.due_diligence.value,
            risk_points=assessment.risk_points,
            risk_level=assessment.risk_level,
            opened_by=actor,
            opened_at=now,
            submitted_by=actor,
            submitted_at=now,
            proposal=assessment.proposal.value if proposed else None,
            proposed_by=actor if proposed else None,
            proposal_reasons=reasons if proposed else None,
            decided_at=now if decided else None,
            decision_reasons=reasons if decided else None,
        )
        self._requirements(entry, case_id, assessment)
        for condition in assessment.conditions:
            self.batch.add(
                CaseCondition,
                entry,
                id=new_id(),
                case_id=case_id,
                code=condition.code,
                due_on=condition.due_on,
                status=ConditionStatus.OPEN if decided else ConditionStatus.PROPOSED,
            )
        due = self._ask(entry, case_id, party_id, assessment)
        self._work(case_id, party_id, assessment, due, None if manager is None else manager.team_id)
        if decided:
            self.batch.add(
                Outbox,
                id=new_id(),
                name="customer.activated",
                subject_id=customer_id,
                payload={"customer": str(customer_id), "case": str(case_id)},
                created_at=now,
            )

    def _requirements(self, entry: UUID, case_id: UUID, assessment: Assessment) -> None:
        """Assessments are shared between like cases, and so is the JSON of their grounds."""
        grounds = self._because.get(id(assessment))
        if grounds is None:
            grounds = [shared_json([b.as_json() for b in need.because]) for need in assessment.requirements]
            self._because[id(assessment)] = grounds
        for need, because in zip(assessment.requirements, grounds, strict=True):
            self.batch.add(
                CaseRequirement,
                entry,
                id=new_id(),
                case_id=case_id,
                code=need.code,
                kind=need.kind.value,
                status=need.status.value,
                because=because,
                changed_at=self._ctx.now,
            )

    def _ask(self, entry: UUID, case_id: UUID, party_id: UUID, assessment: Assessment) -> datetime | None:
        """What is missing is asked of the customer; the answer's due time is also that of the work."""
        if assessment.outcome is not CaseState.AWAITING_INFORMATION:
            return None
        now = self._ctx.now
        day = now.date() + timedelta(days=self._rules.rules.information_days)
        due = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self.batch.add(
            InformationRequest,
            entry,
            id=new_id(),
            case_id=case_id,
            party_id=party_id,
            requirements=[need.code for need in assessment.blocking],
            asked_by=self._ctx.actor.id,
            asked_at=now,
            due_at=due,
        )
        return due

    def _work(
        self, case_id: UUID, party_id: UUID, assessment: Assessment, due: datetime | None, team_id: UUID | None
    ) -> None:
        need = assessment.work
        if need is None:
            return
        item_id = new_id()
        times = self._deadlines.get(need.queue)
        if times is None:
            times = self._deadlines[need.queue] = deadlines(self._queues, need.queue, self._ctx.now)
        entry = self.batch.entry("work.open", ("work_item", item_id), reason=need.queue)
        self.batch.add(
            WorkItem,
            entry,
            id=item_id,
            queue=need.queue,
            kind=need.kind,
            subject_type="onboarding_case",
            subject_id=case_id,
            party_id=party_id,
            team_id=team_id,
            state=WorkState.OPEN,
            opened_at=self._ctx.now,
            due_at=due or times.due_at,
            escalate_at=max(times.escalate_at, due or times.escalate_at),
        )


def _reason(assessment: Assessment) -> str:
    """The outcome's first reason, and what was passed over for later because nothing answers it yet."""
    deferred = [need.code for need in assessment.requirements if need.status is RequirementStatus.DEFERRED]
    return assessment.reasons[0] + (f" deferred:{','.join(deferred)}" if deferred else "")
