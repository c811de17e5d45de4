"""A draft tried on real holders and sales: who may ask, what is found, and that it is kept as it was found."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.ids import new_id
from backend.edge import product_what_if
from backend.edge.platform import Platform
from backend.governance.documents import Customer, Document
from backend.holdings.contracts import NewHolding, record_holdings
from backend.product_reviews import what_if_service as service
from backend.product_reviews.what_if_errors import NothingToCompare, WhatIfOver
from backend.product_reviews.what_if_models import ProductWhatIf
from backend.products.models import ProductVersion
from tests.factories import onboarding as make
from tests.factories import suitability as suit
from tests.factories.catalogue import draft


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def hold(bank: make.Bank, party_id: UUID, version_id: UUID) -> None:
    held = NewHolding(new_id().hex, party_id, "fund", version_id, "fund", "CZK", date(2025, 1, 1))
    await bank.run("system", record_holdings, new_id(), [held])


async def compare(bank: make.Bank, version_id: UUID) -> tuple[ProductWhatIf, Document]:
    async def begin(ctx: Context) -> UUID:
        return (await service.begin(ctx, version_id)).id

    run_id = await bank.run("system", begin)
    await product_what_if.carry_out(bank.platform, bank.system, run_id)
    run = await bank.run("system", service.latest, version_id)
    return run, Document.of_json(run.document)


@pytest.fixture
async def held(bank: make.Bank) -> tuple[UUID, UUID]:
    """A cautious holder of a fund of the lowest risk, to whom it was sold; version and customer."""
    version_id = await suit.fund(bank, risk="R1")
    party_id = await suit.investor(bank)
    await suit.sold(bank, party_id, "fund", told=True)
    await hold(bank, party_id, version_id)
    return version_id, party_id


async def test_a_higher_grade_is_told_before_it_is_approved(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    _, found = await compare(bank, tried)
    fallen = found.statements[0].words.params
    assert (fallen["fallen"], fallen["holders"]) == (1, 1)
    named = [
        cell.party_id for table in found.tables for row in table.rows for cell in row if isinstance(cell, Customer)
    ]
    assert held[1] in named


async def test_a_market_by_age_opens_birth_dates_and_counts_by_age(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    market = {"positive": [{"id": "old", "fact": "age", "op": "at_least", "value": 99}]}
    tried = await bank.run("system", draft, held[0], target_market=market)
    _, found = await compare(bank, tried)
    assert found.matrices[0].counts[0][1] + found.matrices[0].counts[2][1] == 1


async def test_a_draft_that_changes_nothing_moves_nobody(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], names={"en": "Other name", "zh": "新名称"})
    _, found = await compare(bank, tried)
    assert [matrix.counts[0][0] + matrix.counts[1][1] for matrix in found.matrices] == [1, 1]


async def test_holders_of_other_products_are_left_out(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    other = await suit.fund(bank, "other", risk="R1")
    tried = await bank.run("system", draft, other, risk_grade="R5")
    _, found = await compare(bank, tried)
    assert found.statements[0].words.params["holders"] == 0


async def test_the_log_names_the_digest_of_what_was_found(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    run, _ = await compare(bank, tried)

    async def reason(ctx: Context) -> str:
        return str(await ctx.session.scalar(text("SELECT reason FROM audit_entry WHERE action = 'product.simulate'")))

    assert await bank.run("system", reason) == f"version={run.sha256} result={service.digest(run)}"


async def test_a_result_is_outdated_when_the_draft_moves_on(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    run, _ = await compare(bank, tried)

    async def edit(ctx: Context) -> bool:
        row = await ctx.session.get_one(ProductVersion, tried)
        async with ctx.audit("holding.import", ("product", row.product_id)):
            row.sha256 = "0" * 64
        return await service.outdated(ctx, run)

    async def before(ctx: Context) -> bool:
        return await service.outdated(ctx, run)

    assert (await bank.run("system", before), await bank.run("system", edit)) == (False, True)


async def test_the_first_version_has_nothing_to_be_compared_with(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    with pytest.raises(NothingToCompare):
        await bank.run("system", service.begin, held[0])


async def test_a_run_ends_once(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    run, found = await compare(bank, tried)
    with pytest.raises(WhatIfOver):
        await bank.run("system", service.finish, run.id, found)


async def test_a_run_whose_process_is_gone_is_taken_up(bank: make.Bank, held: tuple[UUID, UUID], clock: Any) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    await bank.run("system", service.begin, tried)
    clock.advance(timedelta(minutes=3))
    taken = await product_what_if.take_up_abandoned(bank.platform, bank.tenant.id, "test")
    run = await bank.run("system", service.latest, tried)
    assert (taken, run.state) == (1, "done")


async def test_somebody_without_the_right_asks_in_vain(bank: make.Bank, held: tuple[UUID, UUID]) -> None:
    tried = await bank.run("system", draft, held[0], risk_grade="R5")
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.begin, tried)
