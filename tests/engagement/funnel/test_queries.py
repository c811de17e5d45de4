"""The journey of each customer as the record tells it, for whom the actor may see."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Stage
from backend.edge import applying  # noqa: F401 - wires applications
from backend.edge.platform import Platform
from backend.engagement.funnel.queries import journeys
from backend.engagement.prospects import service
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ProspectInput
from tests.factories.customers import Bank, open_bank, person
from tests.factories.ledger import book


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def test_a_prospect_who_applied_has_both_moments_and_its_source(bank: Bank, clock: FixedClock) -> None:
    row = await bank.run(bank.manager, service.record, person(), ProspectInput(source=Source.WEB))
    came = clock()
    clock.advance(timedelta(days=4))
    await bank.run(bank.manager, service.convert, row.id, purpose="new", jurisdiction="CZ", channel="branch")
    found = (await bank.run(bank.manager, journeys)).loc[row.party_id]
    assert (found.prospect, found.onboarding - found.prospect) == (
        pd.Timestamp(came.replace(tzinfo=None)), timedelta(days=4),
    )  # fmt: skip
    assert (found.channel, found.cohort) == ("web", "2026-Q4")
    assert pd.isna(found.active)


async def test_a_lost_prospect_has_left(bank: Bank) -> None:
    row = await bank.run(bank.manager, service.record, person(), ProspectInput(source=Source.BRANCH))
    await bank.run(bank.manager, service.lose, row.id, "price")
    assert not pd.isna((await bank.run(bank.manager, journeys)).loc[row.party_id].left)


async def test_a_customer_who_had_churned_when_first_placed_has_left(bank: Bank) -> None:
    party = await book(bank, opened=date(2026, 1, 1))

    async def placed(ctx: Context) -> None:
        customer = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party.id))).one()
        async with ctx.audit("customer.stage", ("customer", customer.id)):
            customer.stage = Stage.CHURNED

    await bank.run(bank.system, placed)
    assert not pd.isna((await bank.run(bank.manager, journeys)).loc[party.id].left)


async def test_a_customer_without_prospect_or_case_is_named_by_what_the_record_knows(bank: Bank) -> None:
    party = await book(bank, opened=date(2026, 1, 1))
    found = (await bank.run(bank.manager, journeys, segments=True)).loc[party.id]
    assert found.channel == "test"
    assert pd.isna(found.segment)


async def test_journeys_are_those_of_the_actor_s_scope(bank: Bank) -> None:
    await bank.customer()
    assert len(await bank.run(bank.manager, journeys)) == 1
    assert (await bank.run(bank.stranger, journeys)).empty
