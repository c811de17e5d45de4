"""Everything the page of a case shows, in words: why each thing is asked, and why an action is not open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.queries import staff_names
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.core.i18n import translate
from backend.core.rulesets import Wording
from backend.customers.models import Document
from backend.onboarding import queries
from backend.onboarding.acting import rules_of
from backend.onboarding.deciding import waivers
from backend.onboarding.errors import NotInThisState
from backend.onboarding.facts import FACTS
from backend.onboarding.models import (
    CaseApproval,
    CaseCheck,
    CaseCondition,
    CaseRequirement,
    CaseState,
    InformationRequest,
    OnboardingCase,
    RequirementStatus,
)
from backend.onboarding.queries import Found
from backend.onboarding.rules import SIGNATURES
from backend.onboarding.ruleset import OnboardingRules
from backend.onboarding.states import StateMachine, Verb, machine

TESTS: Final = {
    "equals": "{fact} is {operand}",
    "in": "{fact} is one of {operand}",
    "at_least": "{fact} is at least {operand}",
    "below": "{fact} is below {operand}",
    "missing": "{fact} is not known",
}
NEGATED: Final = {
    "equals": "{fact} is not {operand}",
    "in": "{fact} is none of {operand}",
    "at_least": "{fact} is not known or below {operand}",
    "below": "{fact} is not known or at least {operand}",
    "missing": "{fact} is known",
}
SIGNATURES_WORDING: Final = "Signature of a further person"


@dataclass(frozen=True, slots=True)
class BecauseView:
    rule: str
    wording: str
    source: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementView:
    row: CaseRequirement
    wording: str
    because: tuple[BecauseView, ...]
    accepts: tuple[str, ...]
    waivable: bool
    waiver_reason: str | None


@dataclass(frozen=True, slots=True)
class CheckView:
    """`latest` per kind, the whole history behind it; a kind without an answer has no row."""

    kind: str
    wording: str
    row: CaseCheck | None
    history: tuple[CaseCheck, ...]
    by_hand: bool


@dataclass(frozen=True, slots=True)
class ApprovalView:
    row: CaseApproval
    approver: str | None
    reasons: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class ConditionView:
    row: CaseCondition
    wording: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    row: InformationRequest
    wordings: tuple[str, ...]
    message: str | None


@dataclass(frozen=True, slots=True)
class ActionView:
    """`why_not` is None for what the actor may do now; else the words that a disabled button shows."""

    verb: Verb
    wording: str
    allowed: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of the rule-set that a form offers."""

    code: str
    wording: str
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseView:
    case: OnboardingCase
    state: str
    ruleset: str
    ruleset_title: str
    people: dict[UUID, str]
    requirements: tuple[RequirementView, ...]
    checks: tuple[CheckView, ...]
    documents: tuple[Document, ...]
    approvals: tuple[ApprovalView, ...]
    conditions: tuple[ConditionView, ...]
    requests: tuple[RequestView, ...]
    children: tuple[OnboardingCase, ...]
    work: WorkItem | None
    actions: tuple[ActionView, ...]
    proposal_reasons: tuple[str, ...]
    decision_reasons: tuple[str, ...]
    reason_choices: tuple[Choice, ...]
    condition_choices: tuple[Choice, ...]


async def case_view(ctx: Context, case_id: UUID) -> CaseView:
    """Raises CaseNotFound. Notes of approvers are for compliance; what is opened is noted as read."""
    found = await queries.found(ctx, case_id)
    case, locale = found.case, ctx.actor.locale
    loaded, states = rules_of(ctx, case), machine(ctx.policies, ctx.now.date())
    rules = loaded.rules
    seen = ctx.plan("customer", ["note", "compliance_note"]).of(found.facts())
    await ctx.vault.load([case.party_id])
    requirements = (await queries.requirements_of(ctx, [case_id])).get(case_id, [])
    checks = (await queries.checks_of(ctx, [case_id])).get(case_id, [])
    approvals = (await queries.approvals_of(ctx, [case_id])).get(case_id, [])
    people = await staff_names(ctx.session, _people(case, requirements, checks, approvals))
    conditions = (await queries.conditions_of(ctx, [case_id])).get(case_id, [])
    requests = (await queries.requests_of(ctx, [case_id])).get(case_id, [])
    return CaseView(
        case=case,
        state=states.states[CaseState(case.state)].wording.text(locale),
        ruleset=loaded.sha256,
        ruleset_title=rules.title.text(locale),
        people=people,
        requirements=tuple(_requirement(rules, row, locale) for row in requirements),
        checks=_checks(rules, requirements, checks, locale),
        documents=tuple(await queries.documents_of(ctx, case)),
        approvals=tuple(_approval(ctx, rules, row, people, seen["compliance_note"]) for row in approvals),
        conditions=tuple(_condition(ctx, rules, row) for row in conditions),
        requests=tuple(_request(ctx, rules, row, seen["note"]) for row in requests),
        children=tuple(await queries.children(ctx, case_id)),
        work=(await work.by_subjects(ctx, [case_id])).get(case_id),
        actions=await actions(ctx, found, states),
        proposal_reasons=_words(rules, case.proposal_reasons, locale),
        decision_reasons=_words(rules, case.decision_reasons, locale),
        reason_choices=tuple(Choice(c, r.wording.text(locale), frozenset(r.use)) for c, r in rules.reasons.items()),
        condition_choices=tuple(Choice(c, w.text(locale)) for c, w in rules.conditions.items()),
    )


async def actions(ctx: Context, found: Found, states: StateMachine) -> tuple[ActionView, ...]:
    """Every verb that leads on from an open case, as the policy and the state machine answer for this actor."""
    signed = await queries.signers(ctx, found.case)
    waived = await waivers(ctx, found.case.id)
    return tuple(
        _action(ctx, found, states, transition.verb, signed, waived)
        for transition in states.transitions
        if not states.final(found.case.state)
    )


def _action(
    ctx: Context, found: Found, states: StateMachine, verb: Verb, signed: frozenset[UUID], waived: frozenset[UUID]
) -> ActionView:
    transition, locale = states.transition(verb), ctx.actor.locale
    facts = found.facts()
    if verb is Verb.SIGN:
        submitter = frozenset(id_ for id_ in (found.case.submitted_by,) if id_ is not None)
        facts = found.facts(found.case.proposed_by, signed | waived | submitter)
    elif verb is Verb.PROPOSE_DECISION:
        facts = found.facts(deciders=waived)
    why_not = None
    if found.case.state not in transition.from_:
        state = states.states[CaseState(found.case.state)].wording.text(locale)
        why_not = translate(locale, NotInThisState.text, state=state, verb=transition.wording.text(locale))
    elif not ctx.may(transition.action, transition.object, facts):
        why_not = ctx.policy.explain(ctx.actor, transition.action, transition.object, facts).words(locale)
    return ActionView(verb, transition.wording.text(locale), why_not is None, why_not)


def because_in_words(rules: OnboardingRules, because: Sequence[dict[str, Any]], locale: str) -> tuple[BecauseView, ...]:
    """Rules and tests as sentences; a rule that a re-based case no longer knows shows its id."""
    known = {rule.id: rule for rule in rules.all_rules()}
    views = []
    for ground in because:
        rule = known.get(ground["rule"])
        wording, source = ("", "") if rule is None else (rule.wording.text(locale), rule.source)
        facts = tuple(_test(test, locale) for test in ground["facts"])
        views.append(BecauseView(ground["rule"], wording, source, facts))
    return tuple(views)


def _test(test: dict[str, Any], locale: str) -> str:
    template = (TESTS if test["held"] else NEGATED)[test["operator"]]
    fact = translate(locale, FACTS[test["fact"]].meaning)
    operand = test["operand"]
    if isinstance(operand, list):
        operand = ", ".join(operand)
    elif isinstance(operand, bool):
        operand = translate(locale, "yes" if operand else "no")
    return translate(locale, template, fact=fact, operand=operand)


def _requirement(rules: OnboardingRules, row: CaseRequirement, locale: str) -> RequirementView:
    type_ = rules.requirements.get(row.code)
    wording = translate(locale, SIGNATURES_WORDING) if row.code == SIGNATURES else row.code
    return RequirementView(
        row=row,
        wording=wording if type_ is None else type_.wording.text(locale),
        because=because_in_words(rules, row.because, locale),
        accepts=() if type_ is None else type_.accepts,
        waivable=type_ is not None and type_.waivable and row.status == RequirementStatus.OPEN,
        waiver_reason=None if row.waiver_reason is None else rules.reason_text(row.waiver_reason, locale),
    )


def _checks(
    rules: OnboardingRules, requirements: Sequence[CaseRequirement], rows: Sequence[CaseCheck], locale: str
) -> tuple[CheckView, ...]:
    views = []
    for requirement in requirements:
        type_ = rules.requirements.get(requirement.code)
        if type_ is None or type_.check is None or requirement.status == RequirementStatus.DROPPED:
            continue
        history = tuple(row for row in rows if row.kind == type_.check)
        latest = history[-1] if history else None
        views.append(CheckView(type_.check, type_.wording.text(locale), latest, history, type_.by_hand))
    return tuple(views)


def _approval(
    ctx: Context, rules: OnboardingRules, row: CaseApproval, people: dict[UUID, str], seen: Visibility
) -> ApprovalView:
    note = None
    if seen is Visibility.CLEAR and row.note is not None:
        note = ctx.vault.open("case_approval", "note", row.id, row.party_id, row.note)
        ctx.saw(("party", row.party_id), "compliance_note")
    return ApprovalView(row, people.get(row.approver_id), _words(rules, row.reasons, ctx.actor.locale), note)


def _condition(ctx: Context, rules: OnboardingRules, row: CaseCondition) -> ConditionView:
    wording = rules.conditions.get(row.code, Wording(en=row.code, zh_CN=row.code)).text(ctx.actor.locale)
    return ConditionView(row, wording, row.status == "open" and row.due_on < ctx.now.date())


def _request(ctx: Context, rules: OnboardingRules, row: InformationRequest, seen: Visibility) -> RequestView:
    message = None
    if seen is Visibility.CLEAR and row.message is not None:
        message = ctx.vault.open("information_request", "message", row.id, row.party_id, row.message)
        ctx.saw(("party", row.party_id), "note")
    known = (rules.requirements.get(code) for code in row.requirements)
    wordings = tuple(type_.wording.text(ctx.actor.locale) for type_ in known if type_ is not None)
    return RequestView(row, wordings, message)


def _words(rules: OnboardingRules, codes: Sequence[str] | None, locale: str) -> tuple[str, ...]:
    return tuple(rules.reason_text(code, locale) for code in codes or ())


def _people(
    case: OnboardingCase,
    requirements: Sequence[CaseRequirement],
    checks: Sequence[CaseCheck],
    approvals: Sequence[CaseApproval],
) -> set[UUID]:
    ids = {case.opened_by, case.submitted_by, case.reviewer_id, case.proposed_by}
    ids |= {row.waived_by for row in requirements} | {row.performed_by for row in checks}
    ids |= {row.approver_id for row in approvals}
    return {id_ for id_ in ids if id_ is not None}
