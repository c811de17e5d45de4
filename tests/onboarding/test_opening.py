"""The first line's half: opened once, filled in on the version seen, submitted on the rules of the day, owners too."""

from datetime import timedelta
from typing import Any

import pytest

from backend.access.errors import NotAllowed
from backend.customers.models import Stage
from backend.customers.service import relations as customers
from backend.onboarding import queries, service
from backend.onboarding.errors import CaseAlreadyOpen, CaseChanged, CaseNotFound, RequirementsOpen
from backend.onboarding.models import Decision
from tests.factories import onboarding as make

ALICE, BOB = "0.6", "0.4"


async def _codes(bank: make.Bank, case_id: Any, *statuses: str) -> set[str]:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = (await queries.requirements_of(ctx, [case_id]))[case_id]
    return {row.code for row in rows if not statuses or row.status in statuses}


async def test_second_open_case_of_the_same_purpose_is_refused(bank: make.Bank) -> None:
    known = await make.person(bank)
    await make.draft(bank, known)
    with pytest.raises(CaseAlreadyOpen):
        await make.draft(bank, known)


async def test_colleague_of_the_team_cannot_open_a_case_in_another_book(bank: make.Bank) -> None:
    known = await make.person(bank)
    with pytest.raises(NotAllowed):
        await bank.run(
            "rm2",
            service.open_case,
            party_id=known.party_id,
            purpose="new",
            jurisdiction="CZ",
            products=[],
            channel="branch",
        )


async def test_a_case_begins_the_relationship_of_a_party_that_had_none(bank: make.Bank) -> None:
    known = await make.person(bank, customer=False)
    case = await make.draft(bank, known)
    async with bank.platform.transaction(bank.system) as ctx:
        customer = await customers.customer_of(ctx, known.party_id)
    assert customer is not None
    assert customer.id == case.customer_id
    assert customer.stage == Stage.ONBOARDING


async def test_edit_of_an_old_version_is_refused(bank: make.Bank) -> None:
    case = await make.draft(bank, await make.person(bank))
    await bank.run("rm", service.edit_case, case.id, ver=case.ver, products=["loan"])
    with pytest.raises(CaseChanged):
        await bank.run("rm", service.edit_case, case.id, ver=case.ver, products=["mortgage"])


async def test_products_that_are_added_open_requirements_and_removed_ones_drop_them(bank: make.Bank) -> None:
    case = await make.draft(bank, await make.person(bank))
    more = await bank.run("rm", service.edit_case, case.id, ver=case.ver, products=["securities"])
    assert "source_of_funds" in await _codes(bank, case.id, "open")
    await bank.run("rm", service.edit_case, case.id, ver=more.ver, products=["basic_account"])
    assert "source_of_funds" in await _codes(bank, case.id, "dropped")


async def test_accepted_document_satisfies_its_requirement_and_a_revision_does_not(bank: make.Bank) -> None:
    known = await make.person(bank, papers=())
    case = await make.draft(bank, known)
    await make.hand_in(bank, known.party_id, "passport", "revision")
    await bank.run("system", service.recompute_party, known.party_id)
    assert "identity_document" in await _codes(bank, case.id, "open")
    document = await make.hand_in(bank, known.party_id, "passport")
    await bank.run("system", service.recompute_party, known.party_id)
    async with bank.platform.transaction(bank.system) as ctx:
        rows = {row.code: row for row in (await queries.requirements_of(ctx, [case.id]))[case.id]}
    assert (rows["identity_document"].status, rows["identity_document"].satisfied_by) == ("satisfied", document)


async def test_submitted_case_keeps_the_rule_set_it_was_submitted_under(bank: make.Bank) -> None:
    case = await make.submitted(bank, await make.person(bank))
    same = await bank.run("officer", service.rebase, case.id)
    assert case.ruleset is not None
    assert same.ruleset == case.ruleset


async def test_organisation_gets_a_case_for_each_beneficial_owner_and_waits_for_them(bank: make.Bank) -> None:
    alice, bob = await make.person(bank, customer=False), await make.person(bank, customer=False)
    director = await make.person(bank, customer=False)
    firm = await make.organisation(bank, {alice.party_id: ALICE, bob.party_id: BOB}, director=director.party_id)
    case = await make.in_review(bank, firm)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        children = await queries.children(ctx, case.id)
    assert {child.party_id for child in children} == {alice.party_id, bob.party_id}
    assert "owners_identified" in await _codes(bank, case.id, "open")
    with pytest.raises(RequirementsOpen, match="owners_identified"):
        await bank.run("officer", service.propose_decision, case.id, Decision.APPROVE, ["requirements_met"])


async def test_organisation_can_go_on_once_its_owners_are_approved(bank: make.Bank) -> None:
    alice, director = await make.person(bank, customer=False), await make.person(bank, customer=False)
    firm = await make.organisation(bank, {alice.party_id: "1"}, director=director.party_id)
    case = await make.in_review(bank, firm)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        (child,) = await queries.children(ctx, case.id)
    await bank.run("officer", service.start_review, child.id)
    await bank.run("officer", service.run_checks, child.id)
    done = await bank.run("officer", service.propose_decision, child.id, Decision.APPROVE, ["requirements_met"])
    assert done.state == "approved"
    assert "owners_identified" in await _codes(bank, case.id, "satisfied")
    await bank.run("officer", service.run_checks, case.id)
    assert "ownership_check" in await _codes(bank, case.id, "satisfied")


async def test_owner_who_holds_too_little_gets_no_case(bank: make.Bank) -> None:
    alice, bob = await make.person(bank, customer=False), await make.person(bank, customer=False)
    firm = await make.organisation(bank, {alice.party_id: "0.8", bob.party_id: "0.2"})
    case = await make.submitted(bank, firm)
    async with bank.platform.transaction(bank["officer"]) as ctx:
        children = await queries.children(ctx, case.id)
    assert [child.party_id for child in children] == [alice.party_id]


async def test_owners_cases_end_with_the_case_that_asked_for_them(bank: make.Bank) -> None:
    alice = await make.person(bank, customer=False)
    case = await make.submitted(bank, await make.organisation(bank, {alice.party_id: "1"}))
    await bank.run("rm", service.withdraw, case.id, "customer_withdrew")
    async with bank.platform.transaction(bank["officer"]) as ctx:
        assert [child.state for child in await queries.children(ctx, case.id)] == ["withdrawn"]


async def test_draft_expires_after_its_time(bank: make.Bank, clock: Any) -> None:
    case = await make.draft(bank, await make.person(bank))
    clock.advance(timedelta(days=89))
    assert await bank.run("system", service.expire_due) == 0
    clock.advance(timedelta(days=1))
    assert await bank.run("system", service.expire_due) == 1
    async with bank.platform.transaction(bank.system) as ctx:
        assert (await queries.found(ctx, case.id)).case.state == "expired"


async def test_case_of_another_institution_does_not_exist(bank: make.Bank) -> None:
    case = await make.draft(bank, await make.person(bank))
    stranger = make.elsewhere(bank["officer"])
    with pytest.raises(CaseNotFound):
        await bank.platform.run(stranger, lambda ctx: service.start_review(ctx, case.id))
