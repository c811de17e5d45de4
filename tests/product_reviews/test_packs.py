import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.holdings.models import Holding
from backend.jobs import product_reviews as jobs
from backend.product_reviews import service
from backend.product_reviews.errors import PackInputsGone, PackUnderWay
from backend.product_reviews.models import PackState, ProductReviewPack
from backend.product_reviews.queries import packs
from backend.product_reviews.snapshots import Recorded
from backend.servicing.feedback import service as feedback
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Given, Occasion
from backend.servicing.feedback.service.opening import opened
from tests.product_reviews.conftest import FEE, HOLDERS, INTEREST, Shelf


async def test_a_pack_sums_what_the_ledger_holds_to_the_cent(held: Shelf) -> None:
    _, pack = await held.packed()
    flows = json.loads(pack.body or "")["flows"]
    assert Decimal(flows["fees_minor"]) / 100 == 2 * HOLDERS * FEE
    assert Decimal(flows["benefits_minor"]) / 100 == 2 * HOLDERS * INTEREST


async def test_a_pack_counts_who_holds_and_who_left(held: Shelf) -> None:
    _, pack = await held.packed()
    stayed = json.loads(pack.body or "")["persistency"]
    assert stayed["lapsed"] == HOLDERS // 8
    assert stayed["in_force"] == HOLDERS - HOLDERS // 8


async def test_groups_by_age_come_from_sealed_dates_of_birth(held: Shelf) -> None:
    _, pack = await held.packed()
    ages = next(t for t in json.loads(pack.body or "")["value"] if t["dimension"] == "age_band")
    assert {row["group"] for row in ages["groups"]} == {"30 to 44", "45 to 59", "60 to 74"}


async def test_what_customers_answered_about_the_product_stands_in_its_pack(held: Shelf) -> None:
    october = replace(held.platform, clock=FixedClock(held.makers.clock() - timedelta(days=40)))

    async def answer(ctx: Context) -> None:
        party_id = (await ctx.session.scalars(select(Holding.party_id).order_by(col(Holding.id)))).first()
        asked = survey_rules(ctx.policies, ctx.now.date()).rules.named("sale")
        for score in (5, 4, 1):
            about = Occasion(
                event="sale.confirmed", party_id=party_id, about_id=new_id(), product_code=held.product.code
            )
            row = await opened(ctx, asked, about)
            await feedback.answer(ctx, row.id, Given(score))

    await october.run(held.makers.system, answer)
    _, pack = await held.packed()
    [measure] = json.loads(pack.body or "")["feedback"]["measures"]
    assert (measure["survey"], measure["answers"]) == ("csat", 3)


async def test_a_holding_without_a_recorded_sale_is_of_unknown_market(held: Shelf) -> None:
    _, pack = await held.packed()
    assert json.loads(pack.body or "")["rows"]["sales"] == HOLDERS


async def test_a_pack_computed_again_from_its_recorded_inputs_is_equal(held: Shelf) -> None:
    _, pack = await held.packed()
    again = await jobs.replay(held.platform, held.makers.system, pack.id, lambda *_: None)
    assert again.equal
    assert again.computed == pack.digest


async def test_a_pack_replays_after_the_record_has_changed(held: Shelf) -> None:
    _, pack = await held.packed()

    async def close(ctx: Context) -> None:
        async with ctx.audit("holding.end", ("product", held.product.id)) as entry:
            await ctx.session.execute(
                text("UPDATE holding SET channel = 'mail', entry_id = :entry, ver = ver + 1"), {"entry": entry}
            )

    await held.run("system", close)
    assert (await jobs.replay(held.platform, held.makers.system, pack.id, lambda *_: None)).equal


async def test_recorded_tables_hold_no_key_of_a_customer(held: Shelf) -> None:
    _, pack = await held.packed()
    inputs = {table: Recorded.of(each) for table, each in (pack.inputs or {}).items()}
    loaded = jobs.store_of(held.platform, pack.tenant_id).load(inputs)
    columns = set(loaded.holdings.columns) | {name for batch in loaded.movements for name in batch.columns}
    assert not columns & {"id", "party_id", "account_id", "owner_id", "source_ref", "birth_date"}


async def test_a_recorded_table_that_was_changed_is_refused(held: Shelf) -> None:
    _, pack = await held.packed()
    name = (pack.inputs or {})["holdings"]["sha256"]
    path = jobs.folder_of(held.platform.settings.data_dir, pack.tenant_id) / f"{name}.parquet"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PackInputsGone):
        await jobs.replay(held.platform, held.makers.system, pack.id, lambda *_: None)


async def test_progress_is_told_stage_by_stage(held: Shelf) -> None:
    row = await held.taken()
    asked = await held.run("maker", service.request, row.id)
    seen: list[str] = []
    await jobs.compute_one(held.platform, held.makers.system, asked.id, lambda stage, *_: seen.append(stage))
    assert list(dict.fromkeys(seen)) == ["holdings", "record", "movements", "sections", "groups", "drift"]


async def test_one_pack_of_a_product_is_computed_at_a_time(held: Shelf) -> None:
    row = await held.taken()
    await held.run("maker", service.request, row.id)
    with pytest.raises(PackUnderWay):
        await held.run("maker", service.request, row.id)


async def test_the_worker_computes_what_waits(held: Shelf) -> None:
    row = await held.taken()
    asked = await held.run("maker", service.request, row.id)
    assert await jobs.compute_waiting(held.platform, held.makers.tenant.id) == 1
    assert (await held.run("system", packs.pack, asked.id)).state == PackState.READY


async def test_a_pack_whose_process_ended_is_computed_by_another(held: Shelf) -> None:
    row = await held.taken()
    asked = await held.run("maker", service.request, row.id)
    await held.run("system", service.begin)
    held.makers.clock.advance(timedelta(minutes=6))
    assert await jobs.compute_waiting(held.platform, held.makers.tenant.id) == 1
    assert (await held.run("system", packs.pack, asked.id)).state == PackState.READY


async def test_a_pack_that_cannot_be_computed_says_why(held: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await held.taken()
    asked = await held.run("maker", service.request, row.id)

    def broken(*_: object) -> object:
        raise PackInputsGone(table="holdings")

    monkeypatch.setattr(jobs, "recompute", broken)
    assert await jobs.compute_one(held.platform, held.makers.system, asked.id, lambda *_: None) is None
    failed: ProductReviewPack = await held.run("system", packs.pack, asked.id)
    assert (failed.state, failed.failure) == (PackState.FAILED, PackInputsGone.code)


async def test_products_without_a_review_are_watched_once_a_month(held: Shelf) -> None:
    assert await held.run("system", service.request_watch, 10) == 1
    await jobs.compute_waiting(held.platform, held.makers.tenant.id)
    assert await held.run("system", service.request_watch, 10) == 0
    held.makers.clock.advance(timedelta(days=31))
    assert await held.run("system", service.request_watch, 10) == 1


async def test_who_does_not_review_products_computes_no_pack(held: Shelf) -> None:
    row = await held.taken()
    with pytest.raises(TenureError) as refused:
        await held.run("officer", service.request, row.id)
    assert isinstance(refused.value, NotAllowed)
