"""The funnel of a large portfolio is kept by the run for whoever sees everybody; all others look for themselves."""

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.edge.platform import Platform
from backend.engagement.funnel import service
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ProspectInput, record
from tests.factories.customers import Bank, open_bank, person, with_roles


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


async def come(bank: Bank) -> None:
    await bank.run(bank.manager, record, person(), ProspectInput(source=Source.WEB))


async def test_what_is_kept_is_what_was_there_to_be_seen(bank: Bank) -> None:
    await come(bank)
    seen = {by: await bank.run(bank.auditor, service.steps, by) for by in (None, *service.DIMENSIONS)}
    assert await bank.run(bank.system, service.keep, 1) == len(seen)
    assert {by: await bank.run(bank.auditor, service.steps, by) for by in seen} == seen


async def test_whoever_sees_everybody_is_told_what_was_kept_and_others_what_is(bank: Bank) -> None:
    await come(bank)
    await bank.run(bank.system, service.keep, 1)
    await come(bank)
    entered = [(await bank.run(actor, service.steps))[0].entered for actor in (bank.auditor, bank.manager)]
    assert entered == [1, 2]


async def test_of_a_small_portfolio_nothing_is_kept_any_longer(bank: Bank) -> None:
    await come(bank)
    await bank.run(bank.system, service.keep, 1)
    assert await bank.run(bank.system, service.keep) == 0
    await come(bank)
    assert (await bank.run(bank.auditor, service.steps))[0].entered == 2


async def test_only_who_may_run_stages_has_a_funnel_kept(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(with_roles(bank.manager, "relationship_manager"), service.keep)
