"""Surveys as jobs: which events ask whom, and which do not."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.complaints import service as complaints
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.edge.survey_links import survey_links
from backend.jobs import feedback as jobs
from backend.jobs.subscriptions import SUBSCRIBERS
from backend.onboarding.migration.migrant import PURPOSE
from backend.onboarding.models import CaseState, OnboardingCase
from backend.servicing.feedback.models import Survey
from tests.factories import complaints as make_complaint
from tests.factories import feedback as make
from tests.factories import onboarding as banks


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    made = await banks.bank(platform, tenant)
    await make.worded(made)
    return made


async def followed(bank: banks.Bank, follow: jobs.Follow, record_id: UUID) -> Survey | None:
    row: Survey | None = await bank.run("system", follow, survey_links(bank.platform), record_id)
    return row


async def approved_case(bank: banks.Bank, party_id: UUID, purpose: str) -> None:
    async def write(ctx: Any) -> None:
        case = OnboardingCase(
            id=new_id(),
            tenant_id=bank.tenant.id,
            number=f"N{party_id.hex[-6:]}",
            party_id=party_id,
            purpose=purpose,
            jurisdiction="CZ",
            products=["current_account"],
            channel="branch",
            state=CaseState.APPROVED,
            opened_by=bank["rm"].id,
            opened_at=ctx.now,
            decided_at=ctx.now,
        )
        async with ctx.audit("customer.create", ("onboarding_case", case.id)):
            ctx.session.add(case)

    await bank.run("system", write)


async def test_a_closed_complaint_of_a_customer_is_asked_about(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make_complaint.received(bank, party_id, product_code="motor")
    assert await followed(bank, jobs.after_complaint, row.id) is None
    await make_complaint.answered(bank, row.id)
    await bank.run("officer", complaints.close, row.id)
    asked = await followed(bank, jobs.after_complaint, row.id)
    assert asked is not None
    assert (asked.party_id, asked.product_code, asked.channel, asked.about_id) == (party_id, "motor", "branch", row.id)


async def test_somebody_who_is_on_no_record_is_not_asked(bank: banks.Bank) -> None:
    row = await make_complaint.received(bank)
    await make_complaint.answered(bank, row.id)
    await bank.run("officer", complaints.close, row.id)
    assert await followed(bank, jobs.after_complaint, row.id) is None


async def test_an_approved_application_is_asked_about_and_a_take_over_is_not(bank: banks.Bank) -> None:
    came, moved = (await banks.person(bank)).party_id, (await banks.person(bank, birth_number=None)).party_id
    await approved_case(bank, came, "new")
    await approved_case(bank, moved, PURPOSE)
    asked = await followed(bank, jobs.after_onboarding, came)
    assert asked is not None
    assert (asked.code, asked.product_code) == ("onboarding", "current_account")
    assert await followed(bank, jobs.after_onboarding, moved) is None


async def test_somebody_who_bought_nothing_is_not_asked_about_it(bank: banks.Bank) -> None:
    assert await followed(bank, jobs.after_sale, (await banks.person(bank)).party_id) is None


async def test_an_institution_without_a_text_for_the_message_asks_nobody(platform: Platform, tenant: Tenant) -> None:
    made = await banks.bank(platform, tenant)
    row = await make.invited(made, (await banks.person(made)).party_id)
    assert row is None


async def test_a_days_run_asks_nobody_twice(bank: banks.Bank, clock: FixedClock) -> None:
    links = survey_links(bank.platform)
    assert await bank.run("system", jobs.ask_daily, links) == 0
    clock.advance(timedelta(days=1))
    assert await bank.run("system", jobs.ask_daily, links) == 0


@pytest.mark.parametrize(
    ("event", "job"),
    [
        ("onboarding.approved", "feedback.onboarded"),
        ("complaint.closed", "feedback.complained"),
        ("sale.confirmed", "feedback.sold"),
    ],
)
def test_an_event_that_is_asked_about_has_its_job(event: str, job: str) -> None:
    assert job in SUBSCRIBERS[event]
    assert job in jobs.FOLLOWED
