"""The second line's half: checks answer from the record, people answer for the rest, and what is waived is named."""

from datetime import date, timedelta

import pytest

from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.onboarding import queries, service
from backend.onboarding.errors import CheckNotByHand, DueDateInvalid, NotWaivable, RequirementsOpen, UnknownRequirement
from backend.onboarding.models import CaseCheck, CheckStatus, Decision
from backend.onboarding.service import ConditionInput
from tests.factories import onboarding as make

RISKY = {"nationality": "IR", "country": "IR", "papers": ("passport", "source_of_funds")}


async def _check(bank: make.Bank, kind: str, **person: object) -> CaseCheck:
    case = await make.in_review(bank, await make.person(bank, **person))
    async with bank.platform.transaction(bank.system) as ctx:
        rows = (await queries.checks_of(ctx, [case.id]))[case.id]
    return next(row for row in reversed(rows) if row.kind == kind)


async def test_person_with_number_paper_and_one_birth_date_passes_identity(bank: make.Bank) -> None:
    check = await _check(bank, "identity")
    assert (check.status, check.result["codes"]) == ("passed", [])


async def test_birth_date_that_contradicts_the_number_fails_identity(bank: make.Bank) -> None:
    check = await _check(bank, "identity", born=date(1971, 7, 10))
    assert (check.status, check.result["codes"]) == ("failed", ["birth_date_disagrees"])


async def test_number_with_a_wrong_check_digit_fails_identity(bank: make.Bank) -> None:
    check = await _check(bank, "identity", birth_number=str(int(make.BIRTH_NUMBER) + 1))
    assert (check.status, check.result["codes"]) == ("failed", ["identifier_invalid"])


async def test_identity_without_papers_stays_open(bank: make.Bank) -> None:
    check = await _check(bank, "identity", papers=())
    assert (check.status, check.result["codes"]) == ("open", ["document_missing"])


async def test_expired_document_keeps_identity_open(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    await make.hand_in(bank, known.party_id, "passport", expires_on=date(2026, 11, 21))
    case = await make.in_review(bank, known)
    async with bank.platform.transaction(bank.system) as ctx:
        checks = {check.kind: check for check in (await queries.checks_of(ctx, [case.id]))[case.id]}
    found = checks["identity"]
    assert (found.status, found.result["codes"]) == ("open", ["document_expired"])


async def test_check_that_finds_nothing_new_is_not_recorded_again(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    assert await bank.run("officer", service.run_checks, case.id) == []


async def test_outcome_of_a_person_stands_until_the_record_changes(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    case = await make.in_review(bank, known)
    await bank.run("officer", service.record_check, case.id, "identity", CheckStatus.PASSED, ["seen_in_person"])
    assert await bank.run("officer", service.run_checks, case.id) == []
    await make.hand_in(bank, known.party_id, "passport", expires_on=date(2026, 11, 21))
    (again,) = await bank.run("officer", service.run_checks, case.id)
    assert again.result["codes"] == ["document_expired"]


async def test_screening_cannot_be_answered_by_hand(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    with pytest.raises(CheckNotByHand):
        await bank.run("head", service.record_check, case.id, "screening", CheckStatus.PASSED)


async def test_address_paper_that_is_too_old_keeps_the_check_open(bank: make.Bank) -> None:
    known = await make.person(bank, **RISKY)
    await make.hand_in(bank, known.party_id, "proof_of_address", issued_on=date(2026, 1, 1), expires_on=None)
    case = await make.in_review(bank, known)
    async with bank.platform.transaction(bank.system) as ctx:
        rows = (await queries.checks_of(ctx, [case.id]))[case.id]
    assert {row.kind: row.result["codes"] for row in rows}["address"] == ["proof_too_old"]


async def test_waiver_names_who_and_why_and_satisfies_the_case(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, **RISKY))
    row = await bank.run("head", service.waive_requirement, case.id, "address_proof", "evidence_elsewhere")
    assert (row.status, row.waived_by, row.waiver_reason) == ("waived", bank["head"].id, "evidence_elsewhere")


async def test_officer_cannot_waive(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, **RISKY))
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.waive_requirement, case.id, "address_proof", "evidence_elsewhere")


async def test_identity_document_is_never_waived(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, papers=()))
    with pytest.raises(NotWaivable):
        await bank.run("head", service.waive_requirement, case.id, "identity_document", "evidence_elsewhere")


async def test_whoever_waived_something_does_not_propose_the_decision(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, **RISKY))
    await bank.run("head", service.waive_requirement, case.id, "address_proof", "evidence_elsewhere")
    with pytest.raises(NotAllowed):
        await bank.run("head", service.propose_decision, case.id, Decision.REJECT, ["outside_risk_appetite"])


async def test_request_moves_the_work_to_the_manager_until_the_day_it_is_due(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, papers=()))
    request = await bank.run(
        "officer", service.request_information, case.id, requirements=["identity_document"], message="Passport, please"
    )
    async with bank.platform.transaction(bank["rm"]) as ctx:
        (item,) = await work.my_work(ctx)
    assert (item.queue, item.subject_id, item.due_at) == ("onboarding.information", case.id, request.due_at)


async def test_information_that_arrived_puts_the_case_back_to_its_reviewer(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, papers=()))
    await bank.run("officer", service.request_information, case.id, requirements=["identity_document"])
    resumed = await bank.run("rm", service.receive_information, case.id)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        (item,) = await work.my_work(ctx)
        (request,) = (await queries.requests_of(ctx, [case.id]))[case.id]
    assert (resumed.state, item.subject_id) == ("in_review", case.id)
    assert request.answered_at == bank.platform.clock()


async def test_what_is_not_open_cannot_be_asked_for(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    with pytest.raises(UnknownRequirement):
        await bank.run("officer", service.request_information, case.id, requirements=["identity_document"])


async def test_information_cannot_be_due_in_the_past(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank, papers=()))
    due = bank.platform.clock() - timedelta(hours=1)
    with pytest.raises(DueDateInvalid):
        await bank.run("officer", service.request_information, case.id, requirements=["identity_document"], due_at=due)


async def test_minor_without_a_proven_guardian_is_not_approved(bank: make.Bank) -> None:
    known = await make.person(bank, born=date(2012, 3, 4), birth_number=None)
    case = await make.in_review(bank, known)
    later = [ConditionInput("provide_tax_number", date(2027, 1, 31))]
    decision = (Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], later)
    with pytest.raises(RequirementsOpen, match="guardian"):
        await bank.run("officer", service.propose_decision, case.id, *decision)
