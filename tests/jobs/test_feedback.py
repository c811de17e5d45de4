"""Surveys as jobs: which events ask whom, and which do not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.models import Tenant
from backend.complaints import service as complaints
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.edge.survey_links import survey_links
from backend.holdings import queries as holdings
from backend.holdings.contracts import NewHolding, record_holdings
from backend.holdings.ledger import NewClaim, record_claims
from backend.holdings.models import Holding
from backend.jobs import feedback as jobs
from backend.jobs.subscriptions import SUBSCRIBERS
from backend.onboarding.migration.migrant import PURPOSE
from backend.onboarding.models import CaseState, OnboardingCase
from backend.product_reviews.models import ProductReviewTrigger, ProductTrigger
from backend.products.models import Product
from backend.servicing.feedback import queries
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.rules import sampled
from backend.servicing.feedback.ruleset import survey_rules
from tests.factories import complaints as make_complaint
from tests.factories import feedback as make
from tests.factories import onboarding as banks
from tests.factories import reviews
from tests.factories.catalogue import approved_product
from tests.factories.suitability import product, sold


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


async def test_a_confirmed_sale_is_asked_about_with_its_product_where_it_is_drawn(bank: banks.Bank) -> None:
    """Half of the sales are drawn, each by its own id: customers buy until one is."""
    await product(bank, "savings")
    asked = None
    while asked is None:
        party_id = await reviews.customer(bank, birth_number=None)
        sale = await sold(bank, party_id, "savings")
        asked = await followed(bank, jobs.after_sale, party_id)
        known = survey_rules(bank.platform.policies, sale.sold_at.date()).rules.named("sale")
        assert (asked is not None) is sampled(known, sale.id)
    assert (asked.code, asked.party_id, asked.about_id) == ("sale", party_id, sale.id)
    assert (asked.product_code, asked.channel) == ("savings", "branch")


async def claimed(bank: banks.Bank, party_id: UUID, state: str, settled_on: date) -> None:
    async def insure(ctx: Any) -> None:
        [version] = await approved_product(ctx, f"motor-{state}", date(2020, 1, 1))
        policy = NewHolding(f"policy-{state}", party_id, "motor", version, "policy", "CZK", date(2024, 1, 1))
        await record_holdings(ctx, new_id(), [policy])

    async def claim(ctx: Any) -> None:
        [policy_id] = (await holdings.ids_by_ref(ctx, Holding, [f"policy-{state}"])).values()
        money = (Decimal(9_000), Decimal(0), "CZK")
        happened = settled_on - timedelta(days=9)
        await record_claims(ctx, new_id(), [NewClaim(state, policy_id, happened, happened, *money, state, settled_on)])

    await bank.run("system", insure)
    await bank.run("system", claim)


async def surveys_of(bank: banks.Bank, party_id: UUID) -> list[Survey]:
    return list(await bank.run("system", queries.of_party, party_id))


async def test_a_paid_claim_is_asked_about_once_with_the_policys_product(bank: banks.Bank) -> None:
    party_id, today = (await banks.person(bank)).party_id, bank.platform.clock().date()
    await claimed(bank, party_id, "paid", today - timedelta(days=2))
    links = survey_links(bank.platform)
    assert await bank.run("system", jobs.after_claims, links) == 1
    assert await bank.run("system", jobs.after_claims, links) == 0
    [asked] = await surveys_of(bank, party_id)
    assert (asked.code, asked.event, asked.product_code) == ("claim", "claim.paid", "motor-paid")


@pytest.mark.parametrize(("state", "days"), [("declined", 2), ("paid", 15)])
async def test_a_claim_that_was_declined_or_paid_long_ago_is_not_asked_about(
    bank: banks.Bank, state: str, days: int
) -> None:
    party_id, today = (await banks.person(bank)).party_id, bank.platform.clock().date()
    await claimed(bank, party_id, state, today - timedelta(days=days))
    assert await bank.run("system", jobs.after_claims, survey_links(bank.platform)) == 0


async def triggers_of(bank: banks.Bank, code: str) -> list[ProductReviewTrigger]:
    async def found(ctx: Any) -> list[ProductReviewTrigger]:
        joined = select(ProductReviewTrigger).join(Product, col(Product.id) == col(ProductReviewTrigger.product_id))
        return list(await ctx.session.scalars(joined.where(col(Product.code) == code)))

    rows: list[ProductReviewTrigger] = await bank.run("system", found)
    return rows


async def test_a_product_whose_customers_are_not_content_is_reviewed_once_a_month(
    bank: banks.Bank, clock: FixedClock
) -> None:
    await product(bank, "savings")
    party_id = (await banks.person(bank)).party_id
    await make.opinions(bank, party_id, [1] * 16 + [5] * 4, "sale", "savings")
    for _ in range(2):
        assert await bank.run("system", jobs.look_at_products) == 1
    [noted] = await triggers_of(bank, "savings")
    assert (noted.kind, noted.source) == (ProductTrigger.LOW_SATISFACTION, "sale 2026-11")
    assert noted.figures == {
        "measure": "csat",
        "answers": 20,
        "score": "20.0 %",
        "low": "8.1 %",
        "high": "41.6 %",
        "expected": "60 %",
    }


async def test_what_nobody_sells_is_not_reviewed_for_its_answers(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    await make.opinions(bank, party_id, [1] * 20, "sale", "forgotten")
    assert await bank.run("system", jobs.look_at_products) == 1
    assert await triggers_of(bank, "forgotten") == []


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
