"""What every verb on a case begins and ends with: seen, locked, allowed, in the right state; then the next state."""

from dataclasses import dataclass, replace
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.service import Placement
from backend.core.rulesets import Loaded
from backend.onboarding import dossier as dossiers
from backend.onboarding import queries
from backend.onboarding.dossier import Dossier
from backend.onboarding.models import CaseState, OnboardingCase
from backend.onboarding.queries import Found
from backend.onboarding.rules import Assessment, assess
from backend.onboarding.ruleset import OnboardingRules, book, choose
from backend.onboarding.states import StateMachine, Transition, Verb, machine


@dataclass(frozen=True, slots=True)
class Step:
    """One verb under way on one locked case."""

    ctx: Context
    found: Found
    machine: StateMachine
    transition: Transition
    loaded: Loaded[OnboardingRules]

    @property
    def case(self) -> OnboardingCase:
        return self.found.case

    @property
    def rules(self) -> OnboardingRules:
        return self.loaded.rules

    @property
    def subject(self) -> tuple[str, UUID]:
        return subject(self.case.id)

    def under(self, loaded: Loaded[OnboardingRules]) -> "Step":
        return replace(self, loaded=loaded)

    async def dossier(self) -> Dossier:
        return await dossiers.load(self.ctx, self.case, self.found.party)

    def judge(self, dossier: Dossier) -> Assessment:
        today = self.ctx.now.date()
        return assess(dossiers.facts(dossier, today), self.rules, today, dossiers.evidence(dossier))


def subject(case_id: UUID) -> tuple[str, UUID]:
    return ("onboarding_case", case_id)


def rules_of(ctx: Context, case: OnboardingCase) -> Loaded[OnboardingRules]:
    """The version it was submitted under; a draft follows the one effective today."""
    if case.ruleset is not None:
        return book(ctx.policies).by_hash(case.ruleset)
    return choose(ctx.policies, case.jurisdiction, case.purpose, ctx.now.date())


async def begin(
    ctx: Context, case_id: UUID, verb: Verb, *, maker_id: UUID | None = None, deciders: frozenset[UUID] = frozenset()
) -> Step:
    """Raises CaseNotFound, NotAllowed, NotInThisState, in this order."""
    return allow(ctx, await queries.found(ctx, case_id, lock=True), verb, maker_id=maker_id, deciders=deciders)


def allow(
    ctx: Context, found: Found, verb: Verb, *, maker_id: UUID | None = None, deciders: frozenset[UUID] = frozenset()
) -> Step:
    step = within(ctx, found, verb)
    ctx.require(step.transition.action, step.transition.object, found.facts(maker_id, deciders))
    step.machine.allowed(verb, found.case.state)
    return step


def within(ctx: Context, found: Found, verb: Verb) -> Step:
    """A step of a use case that was allowed on another case of the family."""
    states = machine(ctx.policies, ctx.now.date())
    return Step(ctx, found, states, states.transition(verb), rules_of(ctx, found.case))


def enter(step: Step, state: CaseState) -> None:
    """Inside an audit entry. Raises NotInThisState for a way the state machine does not know."""
    step.machine.allowed(step.transition.verb, step.case.state, state)
    step.case.state, step.case.expires_at = state, step.machine.expiry(state, step.ctx.now)


def queue_of(step: Step, state: CaseState) -> str | None:
    return step.rules.queues.get(state) or step.machine.states[state].queue


async def hand_over(step: Step, **where: object) -> None:
    """The case's one open piece of work follows its state; a closed case has none."""
    case, customer = step.case, step.found.customer
    queue = queue_of(step, CaseState(case.state))
    placement = None
    if queue is not None and not step.machine.final(case.state):
        team = None if customer is None else customer.team_id
        placement = Placement(queue=queue, kind=f"onboarding.{case.state}", team_id=team, **where)  # type: ignore[arg-type]
    await casework.move(step.ctx, step.subject, placement, case.party_id)


async def announce(step: Step, name: str | None = None) -> None:
    event = name or step.transition.event
    if event is not None:
        case = step.case
        payload = {"case": str(case.id), "party": str(case.party_id), "state": case.state, "number": case.number}
        await step.ctx.emit(event, case.id, payload)
