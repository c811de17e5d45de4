"""Work of complaints: queued with the law's day, moved when it is about to end, ended with the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.complaints import service
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.jobs import complaints as jobs
from backend.jobs.subscriptions import FOLLOWED, SUBSCRIBERS
from backend.product_reviews.models import ProductReviewTrigger, ProductTrigger
from backend.products.models import ProductVersion
from tests.factories import complaints as make
from tests.factories import onboarding as banks
from tests.factories.suitability import product


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    return await banks.bank(platform, tenant)


async def test_a_complaint_is_work_that_is_due_before_the_laws_day(bank: banks.Bank) -> None:
    row = await make.received(bank)
    item = await bank.run("system", jobs.place_work, row.id)
    assert (item.queue, item.due_at) == (jobs.HANDLE, datetime(2026, 12, 17, 16, 0, tzinfo=UTC))


async def test_whoever_is_complained_of_is_kept_from_the_work(bank: banks.Bank) -> None:
    row = await make.received(bank, staff=[bank["officer"].id])
    assert (await bank.run("system", jobs.place_work, row.id)).excluded_id == bank["officer"].id


async def test_a_warning_moves_the_work_to_the_urgent_queue(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.received(bank)
    await bank.run("system", jobs.place_work, row.id)
    clock.advance(timedelta(days=27))
    await bank.run("system", jobs.watch, 10)
    assert (await bank.run("system", jobs.place_work, row.id)).queue == jobs.URGENT


async def test_an_answer_ends_the_work(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await bank.run("system", jobs.place_work, row.id)
    await make.answered(bank, row.id)
    assert await bank.run("system", jobs.place_work, row.id) is None

    async def left(ctx: Any) -> object:
        return await work.open_of(ctx, row.id)

    assert await bank.run("system", left) is None


async def test_a_product_whose_complaints_rose_is_reviewed_once_a_month(bank: banks.Bank) -> None:
    version = await product(bank, "savings")
    for _ in range(5):
        await make.received(bank, product_code="savings")
    for _ in range(2):
        assert await bank.run("system", jobs.look_for_spikes) == 1

    async def noted(ctx: Any) -> list[ProductReviewTrigger]:
        product_id = (await ctx.session.get_one(ProductVersion, version)).product_id
        mine = select(ProductReviewTrigger).where(col(ProductReviewTrigger.product_id) == product_id)
        return list(await ctx.session.scalars(mine))

    [trigger] = await bank.run("system", noted)
    assert (trigger.kind, trigger.figures) == (ProductTrigger.COMPLAINT_SPIKE, {"recent": 5, "usual": "0"})


async def test_placing_work_again_changes_nothing(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await bank.run("officer", service.investigate, row.id)
    first = await bank.run("system", jobs.place_work, row.id)
    assert (await bank.run("system", jobs.place_work, row.id)).id == first.id


def test_every_step_that_moves_work_has_its_job() -> None:
    steps = [name for name in SUBSCRIBERS if name.startswith("complaint.")]
    assert "complaints.work" in FOLLOWED
    assert {"complaint.received", "complaint.due_soon", "complaint.letter_sent", "complaint.closed"} <= set(steps)
