"""Who decides a case, what must be met before, and what follows from the decision."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.customers.models import Customer
from backend.onboarding import queries, service
from backend.onboarding.checks import registry
from backend.onboarding.checks.protocol import CheckResult
from backend.onboarding.checks.screening import ScreeningCheck
from backend.onboarding.dossier import Dossier
from backend.onboarding.errors import (
    AlreadySigned,
    ConditionsMissing,
    NotInThisState,
    ReasonMissing,
    RequirementsOpen,
    UnknownReason,
)
from backend.onboarding.models import CheckStatus, Decision, OnboardingCase, Signature
from backend.onboarding.ruleset import OnboardingRules
from backend.onboarding.service import ConditionInput
from tests.factories import onboarding as make

LATER = [ConditionInput("provide_tax_number", date(2027, 1, 31))]
APPROVE = (Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], LATER)


async def _events(bank: make.Bank) -> list[str]:
    async with bank.platform.transaction(bank.system) as ctx:
        return list(await ctx.session.scalars(text("SELECT name FROM outbox ORDER BY id")))


async def _risky(bank: make.Bank) -> OnboardingCase:
    """High risk: of a listed nationality and residence, so that one further person has to sign."""
    known = await make.person(
        bank, nationality="IR", country="IR", papers=("passport", "proof_of_address", "source_of_funds")
    )
    return await make.in_review(bank, known)


async def test_low_risk_is_decided_by_one_person_who_did_not_submit_it(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    decided = await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    assert decided.state == "approved_with_conditions"


async def test_approval_activates_the_relationship_and_says_so(bank: make.Bank) -> None:
    known = await make.person(bank)
    case = await make.in_review(bank, known)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    async with bank.platform.transaction(bank.system) as ctx:
        customer = await ctx.session.get(Customer, known.customer_id)
    assert customer is not None
    assert (customer.stage, customer.risk_level, customer.activated_at) == ("active", "low", bank.platform.clock())
    assert "customer.activated" in await _events(bank)


async def test_missing_document_blocks_approval(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, papers=()))
    with pytest.raises(RequirementsOpen, match="identity_document"):
        await bank.run("officer", service.propose_decision, case.id, *APPROVE)


@pytest.mark.parametrize("jurisdiction", ["CZ", "CN"])
async def test_approval_waits_until_a_list_is_loaded(bank: make.Bank, jurisdiction: str) -> None:
    case = await make.submitted(bank, await make.person(bank, nationality="SK"), jurisdiction=jurisdiction)
    await bank.run("officer", service.start_review, case.id)
    await bank.run("officer", service.run_checks, case.id)
    with pytest.raises(RequirementsOpen, match="screening"):
        await bank.run("officer", service.propose_decision, case.id, *APPROVE)


async def test_plain_approval_without_the_conditions_of_the_rule_set_is_refused(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    with pytest.raises(ConditionsMissing, match="provide_tax_number"):
        await bank.run("officer", service.propose_decision, case.id, Decision.APPROVE, ["requirements_met"])


async def test_decision_needs_a_reason(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    with pytest.raises(ReasonMissing):
        await bank.run("officer", service.propose_decision, case.id, Decision.REJECT, [])


async def test_reason_of_another_use_is_refused(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    with pytest.raises(UnknownReason):
        await bank.run("officer", service.propose_decision, case.id, Decision.REJECT, ["requirements_met"])


async def test_high_risk_waits_for_a_second_person(bank: make.Bank) -> None:
    case = await _risky(bank)
    proposed = await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    assert (proposed.state, proposed.decided_at) == ("pending_approval", None)


async def test_second_person_makes_the_approval_take_effect(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    signed = await bank.run("officer2", service.sign, case.id, Signature.APPROVE, note="agreed by phone")
    assert signed.state == "approved_with_conditions"


@pytest.mark.parametrize("login", ["officer", "rm", "lead", "auditor", "system"])
async def test_proposer_first_line_auditor_and_platform_cannot_sign(bank: make.Bank, login: str) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    with pytest.raises(NotAllowed):
        await bank.run(login, service.sign, case.id, Signature.APPROVE)


async def test_submitter_of_a_case_cannot_decide_it_whatever_the_role(bank: make.Bank) -> None:
    """A person who was moved from sales to compliance meets a case of their own."""
    case = await make.submitted(bank, await make.person(bank))
    bank.people["rm"] = make.in_role(bank["rm"], "head_of_compliance")
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.start_review, case.id)


async def test_database_refuses_a_signature_of_the_proposer(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    forged = (
        "INSERT INTO case_approval (id, tenant_id, entry_id, ver, case_id, round, decision, submitted_by, proposed_by,"
        " approver_id, reasons, party_id, decided_at) SELECT gen_random_uuid(), tenant_id, :e, 1, id, round, 'approve',"
        " submitted_by, proposed_by, proposed_by, '[]', party_id, opened_at FROM onboarding_case WHERE id = :id"
    )

    async def use_case(ctx: Context) -> None:
        async with ctx.audit("customer.kyc.sign", ("onboarding_case", case.id)) as entry:
            await ctx.session.execute(text(forged), {"e": entry, "id": case.id})

    with pytest.raises(Exception, match="four_eyes"):
        await bank.platform.run(bank.system, use_case)


async def test_returned_case_goes_back_to_its_reviewer_in_a_new_round(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    returned = await bank.run("officer2", service.sign, case.id, Signature.RETURN, ["data_missing"])
    async with bank.platform.transaction(bank["officer"]) as ctx:
        item = (await work.by_subjects(ctx, [case.id]))[case.id]
    assert (returned.state, returned.round, returned.proposal) == ("in_review", 2, None)
    assert (item.queue, item.owner_id) == ("onboarding.review", bank["officer"].id)


async def test_signatures_of_an_earlier_round_do_not_count(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    await bank.run("officer2", service.sign, case.id, Signature.RETURN, ["data_missing"])
    again = await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    assert again.state == "pending_approval"


async def test_rejection_by_the_second_person_drops_the_proposed_conditions(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    rejected = await bank.run("officer2", service.sign, case.id, Signature.REJECT, ["outside_risk_appetite"])
    async with bank.platform.transaction(bank["officer"]) as ctx:
        conditions = (await queries.conditions_of(ctx, [case.id]))[case.id]
    assert (rejected.state, [c.status for c in conditions]) == ("rejected", ["dropped"])


class Screening:
    """In place of the search of lists: it finds an office holder."""

    kind = "screening"

    async def run(self, ctx: Context, dossier: Dossier, rules: OnboardingRules) -> CheckResult:
        return CheckResult(CheckStatus.PASSED, (), {"politically_exposed": True})


@pytest.fixture
def screening() -> Iterator[None]:
    registry.unregister("screening")
    registry.register(Screening())
    yield
    registry.unregister("screening")
    registry.register(ScreeningCheck())


@pytest.mark.usefixtures("screening")
async def test_two_grounds_of_enhanced_due_diligence_need_two_further_persons(bank: make.Bank) -> None:
    case = await _risky(bank)
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    first = await bank.run("officer2", service.sign, case.id, Signature.APPROVE)
    assert first.state == "pending_approval"
    with pytest.raises(AlreadySigned):
        await bank.run("officer2", service.sign, case.id, Signature.APPROVE)
    assert (await bank.run("officer3", service.sign, case.id, Signature.APPROVE)).state == "approved_with_conditions"


async def test_decided_case_cannot_be_withdrawn(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    with pytest.raises(NotInThisState):
        await bank.run("rm", service.withdraw, case.id, "customer_withdrew")


async def test_condition_past_its_day_is_missed_and_queued(bank: make.Bank, clock: Any) -> None:
    case = await make.in_review(bank, await make.person(bank))
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    clock.advance(timedelta(days=90))
    assert await bank.run("system", service.miss_conditions) == 1
    async with bank.platform.transaction(bank.system) as ctx:
        queued = await work.queue(ctx, "onboarding.conditions")
    assert [item.kind for item in queued] == ["onboarding.condition_missed"]


async def test_condition_is_confirmed_by_somebody_who_did_not_decide(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    await bank.run("officer", service.propose_decision, case.id, *APPROVE)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        condition = (await queries.conditions_of(ctx, [case.id]))[case.id][0]
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.meet_condition, condition.id)
    assert (await bank.run("officer2", service.meet_condition, condition.id)).status == "met"
