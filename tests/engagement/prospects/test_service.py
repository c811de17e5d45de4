"""A prospect is recorded with its source and consent, followed up, and becomes an application or is closed."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.consent.queries import recorded
from backend.consent.rules import consent_in_force
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Party, Stage
from backend.customers.queries.book import merges_of
from backend.customers.service.relations import customer_of
from backend.edge import applying  # noqa: F401 - wires applications
from backend.edge.platform import Platform
from backend.engagement.facts import portfolio_facts
from backend.engagement.prospects import queries, service
from backend.engagement.prospects.errors import (
    AlreadyCustomer,
    CampaignUnknown,
    NextStepPast,
    ProductUnknown,
    ProspectEnded,
    ProspectNotFound,
    ProspectOpen,
    ReferrerUnknown,
    SourceIncomplete,
    WordUnknown,
)
from backend.engagement.prospects.models import Prospect, ProspectState, Source
from backend.engagement.prospects.service import ConsentGiven, ProspectInput
from backend.onboarding import queries as cases
from backend.rights.queries import facts_of as kept
from tests.factories.customers import Bank, open_bank, partner, person


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def recorded_prospect(bank: Bank, actor: Any = None, name: str = "Petra Dvořáková", **given: Any) -> Prospect:
    wanted = ProspectInput(**{"source": Source.BRANCH, **given})
    found: Prospect = await bank.run(actor or bank.manager, service.record, person(name), wanted)
    return found


async def customer(bank: Bank, row: Prospect) -> Customer:
    found: Customer = await bank.run(bank.system, customer_of, row.party_id)
    return found


async def test_a_prospect_stands_in_the_recorder_s_book_with_a_day_for_the_first_contact(bank: Bank) -> None:
    row = await recorded_prospect(bank)
    relation = await customer(bank, row)
    assert (relation.stage, relation.manager_id) == (Stage.PROSPECT, bank.manager.id)
    assert (row.state, row.next_step_on) == (ProspectState.NEW, date(2026, 11, 25))


async def test_a_prospect_can_be_recorded_for_a_colleague_who_follows_up(bank: Bank) -> None:
    row = await recorded_prospect(bank, actor=bank.lead, manager_id=bank.colleague.id)
    assert (await customer(bank, row)).manager_id == bank.colleague.id
    followed = await bank.run(bank.colleague, service.follow_up, row.id, "call", note="Wants a loan")
    assert followed.state == ProspectState.FOLLOWED_UP


async def test_consent_is_recorded_with_the_text_that_was_read_and_the_evidence_of_the_source(bank: Bank) -> None:
    row = await recorded_prospect(bank, source=Source.WEB, consent=ConsentGiven(text_version=1, channel="email"))
    today = date(2026, 11, 22)
    found = await bank.run(bank.system, recorded, [row.party_id], "marketing", ["email", "phone"], today)
    acts = found.parties[row.party_id].acts
    assert consent_in_force(acts, "email", today)
    assert not consent_in_force(acts, "phone", today)


async def test_a_prospect_who_may_be_somebody_on_record_is_noted_for_people_to_judge(bank: Bank) -> None:
    known = await bank.customer(person("Petra Dvořáková", birth_date="1980-02-02"))
    wanted = ProspectInput(source=Source.BRANCH)
    row = await bank.run(bank.manager, service.record, person("Petra Dvořáková", birth_date="1980-02-02"), wanted)
    pairs = (await bank.run(bank.manager, merges_of, [row.party_id]))[row.party_id]
    assert {side.id for pair in pairs for side in (pair.first, pair.second)} == {known.id, row.party_id}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"source": Source.CAMPAIGN}, SourceIncomplete),
        ({"source": Source.WEB, "campaign": "welcome_bonus"}, SourceIncomplete),
        ({"source": Source.REFERRAL}, SourceIncomplete),
        ({"source": Source.CAMPAIGN, "campaign": "spring_savings"}, CampaignUnknown),
        ({"source": Source.BRANCH, "interest": ["perpetual_motion"]}, ProductUnknown),
        ({"source": Source.BRANCH, "next_step_on": date(2026, 11, 21)}, NextStepPast),
    ],
)
async def test_a_prospect_without_a_true_source_is_refused(bank: Bank, given: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        await recorded_prospect(bank, **given)


async def test_a_referral_names_a_customer_whom_the_recorder_may_see(bank: Bank) -> None:
    referrer = await bank.customer()
    row = await recorded_prospect(bank, source=Source.REFERRAL, referred_by_id=referrer.id)
    assert row.referred_by_id == referrer.id
    with pytest.raises(ReferrerUnknown):
        await recorded_prospect(bank, actor=bank.stranger, source=Source.REFERRAL, referred_by_id=referrer.id)


async def test_a_prospect_becomes_an_application_that_carries_where_it_came_from(bank: Bank) -> None:
    row = await recorded_prospect(bank, source=Source.WEB)
    done = await bank.run(bank.manager, service.convert, row.id, purpose="new", jurisdiction="CZ")
    case = (await bank.run(bank.manager, cases.found, done.case_id)).case
    assert (case.party_id, case.channel) == (row.party_id, "online")
    assert (await customer(bank, row)).stage == Stage.ONBOARDING
    assert (done.state, done.next_step_on) == (ProspectState.CONVERTED, None)
    facts = await bank.run(bank.system, portfolio_facts, date(2026, 11, 22))
    assert facts.loc[row.party_id].channel == "web"


async def test_a_prospect_ends_once(bank: Bank) -> None:
    row = await recorded_prospect(bank)
    await bank.run(bank.manager, service.lose, row.id, "price", "Too dear")
    with pytest.raises(ProspectEnded):
        await bank.run(bank.manager, service.convert, row.id, purpose="new", jurisdiction="CZ")
    with pytest.raises(ProspectEnded):
        await bank.run(bank.manager, service.follow_up, row.id, "call")


async def test_words_are_those_of_the_rule_set(bank: Bank) -> None:
    row = await recorded_prospect(bank)
    with pytest.raises(WordUnknown):
        await bank.run(bank.manager, service.follow_up, row.id, "telepathy")
    with pytest.raises(WordUnknown):
        await bank.run(bank.manager, service.lose, row.id, "no reason")


async def test_a_lost_prospect_can_be_won_again_but_not_twice_at_once(bank: Bank) -> None:
    row = await recorded_prospect(bank)
    again = ProspectInput(source=Source.WEB)
    with pytest.raises(ProspectOpen):
        await bank.run(bank.manager, service.record_known, row.party_id, again)
    await bank.run(bank.manager, service.lose, row.id, "not_reached")
    second = await bank.run(bank.manager, service.record_known, row.party_id, again)
    assert [each.id for each in await bank.run(bank.manager, queries.of_party, row.party_id)] == [second.id, row.id]


async def test_a_customer_is_no_prospect(bank: Bank) -> None:
    party: Party = await bank.customer()
    row = await bank.run(bank.manager, service.record_known, party.id, ProspectInput(source=Source.WEB))
    await bank.run(bank.manager, service.convert, row.id, purpose="new", jurisdiction="CZ")
    with pytest.raises(AlreadyCustomer):
        await bank.run(bank.manager, service.record_known, party.id, ProspectInput(source=Source.WEB))


async def test_a_partner_records_and_sees_its_own_referrals_alone(bank: Bank) -> None:
    mine = partner(bank.tenant)
    row = await recorded_prospect(bank, actor=mine, source=Source.PARTNER)
    assert (await bank.run(mine, queries.prospect, row.id)).id == row.id
    with pytest.raises(ProspectNotFound):
        await bank.run(partner(bank.tenant), queries.prospect, row.id)
    with pytest.raises(NotAllowed):
        await bank.run(mine, service.follow_up, row.id, "call")


async def test_a_stranger_sees_no_prospect_of_another_team(bank: Bank) -> None:
    row = await recorded_prospect(bank)
    with pytest.raises(ProspectNotFound):
        await bank.run(bank.stranger, queries.prospect, row.id)
    assert (await bank.run(bank.stranger, queries.prospects, queries.Filters(), None, 10))[0] == []


async def test_what_is_due_is_found_by_its_day(bank: Bank, clock: FixedClock) -> None:
    row = await recorded_prospect(bank)
    due = queries.Filters(due_by=clock().date())
    assert (await bank.run(bank.manager, queries.prospects, due, None, 10))[0] == []
    clock.advance(timedelta(days=3))
    due = queries.Filters(due_by=clock().date())
    assert [each.id for each in (await bank.run(bank.manager, queries.prospects, due, None, 10))[0]] == [row.id]


async def test_the_retention_period_of_a_prospect_begins_with_the_last_contact(bank: Bank, clock: FixedClock) -> None:
    row = await recorded_prospect(bank)
    clock.advance(timedelta(days=100))
    await bank.run(bank.manager, service.lose, row.id, "not_interested")
    found = await bank.run(bank.system, kept, [row.party_id], ())
    assert found[row.party_id].last_activity == date(2027, 3, 2)
    assert found[row.party_id].relationship is None
