"""What the page of a case shows to whom, and in which words."""

from datetime import date

import pytest

from backend.core.actor import Actor
from backend.onboarding import queries, service
from backend.onboarding.errors import CaseNotFound
from backend.onboarding.models import CaseState, Decision, Signature
from backend.onboarding.queries import After, CaseFilter
from backend.onboarding.service import ConditionInput
from backend.onboarding.states import Verb
from backend.onboarding.view import CaseView, case_view
from tests.factories import onboarding as make

RISKY = ("passport", "proof_of_address", "source_of_funds")


async def _view(bank: make.Bank, who: Actor, case_id: object) -> CaseView:
    return await bank.platform.run(who, lambda ctx: case_view(ctx, case_id))


async def test_requirement_says_why_it_is_asked_in_the_readers_language(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    chinese = make.speaking(bank["officer"], "zh_CN")
    view = await _view(bank, chinese, case.id)
    identity = next(r for r in view.requirements if r.row.code == "identity_document")
    assert identity.wording == "身份证件"
    assert identity.because[0].facts == ("当事人类别为 person",)


async def test_actions_follow_state_and_right_and_give_the_reason(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    seen = {action.verb: action for action in (await _view(bank, bank["officer"], case.id)).actions}
    assert seen[Verb.PROPOSE_DECISION].allowed
    assert seen[Verb.SUBMIT].why_not == "A case that is In review does not allow this (Submit)."
    assert "none of your roles allows it" in (seen[Verb.WAIVE_REQUIREMENT].why_not or "")


async def test_proposer_is_told_why_signing_is_not_open(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, nationality="IR", country="IR", papers=RISKY))
    conditions = [ConditionInput("provide_tax_number", date(2027, 1, 31))]
    decision = (Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], conditions)
    await bank.run("officer", service.propose_decision, case.id, *decision)
    mine = {action.verb: action for action in (await _view(bank, bank["officer"], case.id)).actions}
    others = {action.verb: action for action in (await _view(bank, bank["officer2"], case.id)).actions}
    assert "you neither made the record" in (mine[Verb.SIGN].why_not or "")
    assert others[Verb.SIGN].allowed


async def test_note_of_an_approver_is_hidden_from_the_first_line(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, nationality="IR", country="IR", papers=RISKY))
    await bank.run("officer", service.propose_decision, case.id, Decision.REJECT, ["outside_risk_appetite"])
    await bank.run("officer2", service.sign, case.id, Signature.APPROVE, note="seen elsewhere")
    assert (await _view(bank, bank["officer"], case.id)).approvals[0].note == "seen elsewhere"
    assert (await _view(bank, bank["rm"], case.id)).approvals[0].note is None


async def test_case_outside_book_and_team_does_not_exist(bank: make.Bank) -> None:
    case = await make.draft(bank, await make.person(bank))
    with pytest.raises(CaseNotFound):
        await _view(bank, make.of_team(bank["rm2"], None), case.id)


async def test_pages_of_cases_join_without_gap_or_repetition(bank: make.Bank) -> None:
    made = [await make.draft(bank, await make.person(bank)) for _ in range(5)]
    async with bank.platform.transaction(bank["officer"]) as ctx:
        wanted = CaseFilter(states=frozenset({CaseState.DRAFT}))
        first = await queries.cases(ctx, wanted, limit=2)
        rest = await queries.cases(ctx, wanted, after=After(first[-1].opened_at, first[-1].id), limit=9)
    assert [c.id for c in (*first, *rest)] == sorted((c.id for c in made), reverse=True)


async def test_figures_count_what_the_actor_may_see(bank: make.Bank) -> None:
    await make.draft(bank, await make.person(bank))
    async with bank.platform.transaction(bank["officer"]) as ctx:
        assert [(f.state, f.cases) for f in await queries.figures(ctx)] == [(CaseState.DRAFT, 1)]
    async with bank.platform.transaction(make.of_team(bank["rm2"], None)) as ctx:
        assert await queries.figures(ctx) == []
