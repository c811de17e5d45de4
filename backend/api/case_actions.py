"""Which verbs the viewer could use on a case now, and for each that is closed, whether state or policy closes it."""

from collections.abc import Collection
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.case_enums import CaseVerb
from backend.api.case_parts import Action
from backend.core.i18n import translate
from backend.onboarding import queries
from backend.onboarding.errors import NotInThisState
from backend.onboarding.models import CheckStatus
from backend.onboarding.queries import Found
from backend.onboarding.states import StateMachine, Transition, Verb, machine


async def fetch_actions(ctx: Context, case_ids: Collection[UUID]) -> dict[UUID, list[Action]]:
    states = machine(ctx.policies, ctx.now.date())
    return {case_id: await _actions(ctx, states, case_id) for case_id in case_ids}


async def _actions(ctx: Context, states: StateMachine, case_id: UUID) -> list[Action]:
    found = await queries.found(ctx, case_id)
    waivers, signers = await _waivers(ctx, case_id), await _signers(ctx, found)
    facts = {transition: _facts(found, transition.verb, waivers, signers) for transition in states.transitions}
    return [_action(ctx, found, transition, known) for transition, known in facts.items()]


def _facts(found: Found, verb: Verb, waivers: frozenset[UUID], signers: frozenset[UUID]) -> Facts:
    """The same four eyes as the services: nobody signs after having submitted, waived, proposed or signed."""
    if verb is Verb.SIGN:
        submitter = frozenset(each for each in (found.case.submitted_by,) if each is not None)
        return found.facts(found.case.proposed_by, signers | waivers | submitter)
    return found.facts(deciders=waivers) if verb is Verb.PROPOSE_DECISION else found.facts()


def _action(ctx: Context, found: Found, transition: Transition, facts: Facts) -> Action:
    locale = ctx.actor.locale
    why_not = None
    if found.case.state not in transition.from_:
        why_not = translate(locale, NotInThisState.text, verb=transition.verb.value, state=found.case.state)
    elif not ctx.may(transition.action, transition.object, facts):
        why_not = ctx.policy.explain(ctx.actor, transition.action, transition.object, facts).words(locale)
    return Action(
        verb=CaseVerb(transition.verb.value),
        words=transition.wording.text(locale),
        available=why_not is None,
        why_not=why_not,
    )


async def _waivers(ctx: Context, case_id: UUID) -> frozenset[UUID]:
    requirements = (await queries.requirements_of(ctx, [case_id])).get(case_id, [])
    checks = (await queries.checks_of(ctx, [case_id])).get(case_id, [])
    waived = {check.performed_by for check in checks if check.status == CheckStatus.WAIVED}
    return frozenset(waived | {row.waived_by for row in requirements if row.waived_by is not None})


async def _signers(ctx: Context, found: Found) -> frozenset[UUID]:
    approvals = (await queries.approvals_of(ctx, [found.case.id])).get(found.case.id, [])
    return frozenset(approval.approver_id for approval in approvals if approval.round == found.case.round)
