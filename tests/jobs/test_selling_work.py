"""Advice and sales as work: what waits for a second person, until it was decided."""

from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.edge.platform import Platform
from backend.jobs import selling_work as jobs
from backend.products.selling import service
from tests.factories import onboarding as make
from tests.factories.suitability import fund, insisting, investor, sold


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def placed(bank: make.Bank, party_id: UUID, record_id: UUID) -> WorkItem | None:
    await bank.run("system", jobs.place_work, party_id)
    item: WorkItem | None = await bank.run("system", work.open_of, record_id)
    return item


async def test_a_sale_against_a_warning_is_work_of_somebody_who_did_not_sell_it_until_it_is_signed(
    bank: make.Bank,
) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    sale = await sold(bank, party_id, "fund", told=True, insisted=insisting())
    item = await placed(bank, party_id, sale.id)
    assert item is not None
    assert (item.queue, item.excluded_id) == (jobs.SIGN, bank["rm"].id)
    assert await bank.run("system", jobs.place_work, party_id) == 0
    await bank.run("lead", service.sign, sale.id)
    assert await placed(bank, party_id, sale.id) is None


async def test_a_sale_that_needs_nobody_else_is_no_work(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank)
    sale = await sold(bank, party_id, "fund")
    assert await placed(bank, party_id, sale.id) is None
