"""Ratings follow what changed about a customer, and about whoever owns one."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.models import Tenant
from backend.customers.models import Customer
from backend.edge.platform import Platform
from backend.jobs.rating import rate_changed
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def level(bank: make.Bank, party_id: UUID) -> str | None:
    async def found(ctx: Any) -> str | None:
        return await ctx.session.scalar(select(Customer.risk_level).where(col(Customer.party_id) == party_id))

    rated: str | None = await bank.run("system", found)
    return rated


async def test_who_changed_is_rated_and_so_is_the_company_that_they_own(bank: make.Bank) -> None:
    owner = await make.person(bank)
    company = await make.organisation(bank, {owner.party_id: "1"})
    stranger = await make.person(bank, birth_number=None)
    await bank.run("system", rate_changed, owner.party_id)
    assert await level(bank, owner.party_id) is not None
    assert await level(bank, company.party_id) is not None
    assert await level(bank, stranger.party_id) is None
