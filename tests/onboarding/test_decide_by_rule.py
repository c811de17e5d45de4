"""Customers of a bank that is taken over: what the rule-set decides alone, and what it leaves to people."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.holdings.models import HolderRole
from backend.onboarding import queries, service
from backend.onboarding.errors import RuleMayNotDecide
from backend.onboarding.models import OnboardingCase, Signature
from tests.factories import onboarding as make


async def _submitted(bank: make.Bank, **person: Any) -> OnboardingCase:
    known = await make.person(bank, **person)
    return await make.submitted(bank, known, purpose="migrated", channel="migration", products=["account"])


async def test_owner_of_a_plain_account_becomes_active_without_a_person(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    await make.account(bank, known.party_id, HolderRole.OWNER)
    case = await make.submitted(bank, known, purpose="migrated", channel="migration", products=["account"])
    decided = await bank.run("system", service.decide_by_rule, case.id)
    assert (decided.state, decided.decision_reasons) == ("approved", ["taken_over_complete"])


async def test_disponent_becomes_active_on_a_condition_with_a_date(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    await make.account(bank, known.party_id, HolderRole.DISPONENT)
    case = await make.submitted(bank, known, purpose="migrated", channel="migration", products=["account"])
    decided = await bank.run("system", service.decide_by_rule, case.id)
    async with bank.platform.transaction(bank.system) as ctx:
        (condition,) = (await queries.conditions_of(ctx, [case.id]))[case.id]
    assert (decided.state, condition.status, condition.due_on) == (
        "approved_with_conditions",
        "open",
        date(2027, 2, 20),
    )


async def test_arrears_wait_for_a_person_and_the_platform_cannot_be_that_person(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    await make.account(bank, known.party_id, HolderRole.OWNER, loan="running_in_debt")
    case = await make.submitted(bank, known, purpose="migrated", channel="migration", products=["account", "loan"])
    referred = await bank.run("system", service.decide_by_rule, case.id)
    assert (referred.state, referred.proposal) == ("pending_approval", "approve_with_conditions")
    with pytest.raises(NotAllowed):
        await bank.run("system", service.sign, case.id, Signature.APPROVE)
    signed = await bank.run("officer", service.sign, case.id, Signature.APPROVE)
    assert signed.state == "approved_with_conditions"


async def test_minor_without_a_guardian_waits_in_the_queue_of_the_take_over(bank: make.Bank) -> None:
    case = await _submitted(bank, born=date(2012, 3, 4), birth_number=None)
    waiting = await bank.run("system", service.decide_by_rule, case.id)
    async with bank.platform.transaction(bank["rm"]) as ctx:
        item = (await work.by_subjects(ctx, [case.id]))[case.id]
    assert (waiting.state, item.queue) == ("awaiting_information", "migration.information")
    assert "guardian_unproven" in waiting.decision_reasons


async def test_person_does_not_decide_by_rule(bank: make.Bank) -> None:
    case = await _submitted(bank)
    with pytest.raises(NotAllowed):
        await bank.run("head", service.decide_by_rule, case.id)


async def test_rule_set_that_only_prepares_decisions_takes_none(bank: make.Bank) -> None:
    case = await make.submitted(bank, await make.person(bank))
    with pytest.raises(RuleMayNotDecide):
        await bank.run("system", service.decide_by_rule, case.id)


async def test_requirements_that_stand_deferred_are_rows_with_that_status(bank: make.Bank) -> None:
    case = await _submitted(bank)
    async with bank.platform.transaction(bank.system) as ctx:
        rows = {row.code: row.status for row in (await queries.requirements_of(ctx, [case.id]))[case.id]}
    assert (rows["screening"], rows["rating"]) == ("deferred", "deferred")


async def test_information_that_never_comes_closes_the_case(bank: make.Bank, clock: Any) -> None:
    case = await _submitted(bank, born=date(2012, 3, 4), birth_number=None)
    await bank.run("system", service.decide_by_rule, case.id)
    clock.advance(timedelta(days=121))
    assert await bank.run("system", service.expire_due) == 1
