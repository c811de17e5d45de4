"""A list that is stale, or whose file was refused, waits in a queue until it is in order."""

from datetime import timedelta
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.jobs import list_work
from backend.screening import service
from tests.factories import customers as make
from tests.factories import screening


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.open_bank(platform, tenant)


@pytest.fixture
async def list_id(bank: make.Bank) -> UUID:
    of = await screening.set_up(bank.platform, bank.system)
    await screening.load(bank.platform, bank.system)
    return of.id


async def _waiting(bank: make.Bank, list_id: UUID) -> tuple[str, str] | None:
    await bank.run(bank.system, list_work.place_work, list_id)
    async with bank.platform.transaction(bank.system) as ctx:
        item = await work.open_of(ctx, list_id)
        return None if item is None else (item.queue, item.kind)


async def _broken_file(bank: make.Bank) -> None:
    files = {"main": b"id,kind,name\nP-1,person"}
    loaded = await bank.platform.run(bank.system, lambda ctx: service.load_list(ctx, code="TEST", files=files))
    assert loaded.refusal is not None


async def test_a_list_in_order_is_nobodys_work(bank: make.Bank, list_id: UUID) -> None:
    assert await _waiting(bank, list_id) is None


async def test_a_stale_list_is_work_until_a_file_was_found_good(
    bank: make.Bank, list_id: UUID, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=3))
    assert await _waiting(bank, list_id) == ("screening.lists", "screening.list_stale")
    await screening.load(bank.platform, bank.system)
    assert await _waiting(bank, list_id) is None


async def test_a_refused_file_is_work_and_told_before_age(bank: make.Bank, list_id: UUID, clock: FixedClock) -> None:
    clock.advance(timedelta(days=3))
    await _waiting(bank, list_id)
    await _broken_file(bank)
    assert await _waiting(bank, list_id) == ("screening.lists", "screening.list_refused")
    clock.advance(timedelta(minutes=1))
    await screening.load(bank.platform, bank.system)
    assert await _waiting(bank, list_id) is None


async def test_a_list_that_is_out_of_use_is_nobodys_work(bank: make.Bank, list_id: UUID) -> None:
    await _broken_file(bank)
    await bank.platform.run(bank.system, lambda ctx: service.use_list(ctx, list_id, active=False))
    assert await _waiting(bank, list_id) is None


async def test_placing_twice_changes_nothing(bank: make.Bank, list_id: UUID) -> None:
    await _broken_file(bank)
    assert await bank.run(bank.system, list_work.place_work, list_id) is True
    assert await bank.run(bank.system, list_work.place_work, list_id) is False
