"""Contracts on a customer's page, files of holdings, and what a version would do: as their readers meet them."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.models import Party
from backend.edge import product_what_if
from backend.holdings.contracts import NewHolding, record_holdings
from backend.product_reviews import what_if_service
from tests.factories.catalogue import approved_product, draft
from tests.factories.customers import Bank
from tests.web.conftest import Browser

YOUNG = {"positive": [{"id": "young", "fact": "party_type", "op": "is", "value": "organisation"}]}


@pytest.fixture
async def version_id(bank: Bank) -> UUID:
    return (await bank.run(bank.system, approved_product, "savings"))[0]


@pytest.fixture
async def party(bank: Bank, version_id: UUID) -> Party:
    customer = await bank.customer()
    held = NewHolding("file:h1", customer.id, "savings", version_id, "deposit", "CZK", date(2025, 1, 1), number="C-77")
    await bank.run(bank.system, record_holdings, new_id(), [held])
    return customer


async def _holding(bank: Bank) -> tuple[UUID, str]:
    async with bank.platform.transaction(bank.system) as ctx:
        return tuple((await ctx.session.execute(text("SELECT id, status FROM holding"))).one())


async def test_a_manager_reads_the_product_of_a_contract(bank: Bank, browser: Browser, party: Party) -> None:
    await browser.sign_in("manager")
    page = (await browser.get(f"/customers/{party.id}/holdings")).text
    assert "Savings" in page


async def test_a_manager_ends_a_contract_for_a_reason(bank: Bank, browser: Browser, party: Party) -> None:
    await browser.sign_in("manager")
    await browser.get(f"/customers/{party.id}/holdings")
    holding_id, _ = await _holding(bank)
    path = f"/customers/{party.id}/holdings/{holding_id}/end"
    response = await browser.post(path, {"ending": "CLOSED:customer_wish", "on": "2026-03-01"})
    assert (response.status_code, (await _holding(bank))[1]) == (303, "closed")


async def test_an_end_before_the_opening_is_refused_on_the_page(bank: Bank, browser: Browser, party: Party) -> None:
    await browser.sign_in("manager")
    await browser.get(f"/customers/{party.id}/holdings")
    holding_id, _ = await _holding(bank)
    path = f"/customers/{party.id}/holdings/{holding_id}/end"
    response = await browser.post(path, {"ending": "CLOSED:customer_wish", "on": "2024-03-01"})
    assert (response.status_code, "cannot end before" in response.text) == (422, True)


async def test_an_administrator_loads_a_file_and_reads_what_was_not_taken(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("administrator")
    await browser.get("/imports")
    content = b"ref,customer,product,opened_on,currency\na,nobody,savings,2024-01-01,CZK\n"
    files = {"file": ("holdings.csv", content, "text/csv")}
    sent = await browser.post("/imports", {"kind": "holdings"}, files=files)
    page = (await browser.get(sent.headers["location"])).text
    assert "no approved product has this code" in page


async def test_a_file_without_its_columns_is_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("administrator")
    await browser.get("/imports")
    sent = await browser.post("/imports", {"kind": "claims"}, files={"file": ("c.csv", b"ref,holding\n", "text/csv")})
    assert (sent.status_code, "lacks the column" in sent.text) == (422, True)


async def test_a_manager_loads_nothing(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/imports")).status_code == 403


async def test_what_a_version_would_do_is_read_by_an_officer(
    bank: Bank, browser: Browser, party: Party, version_id: UUID
) -> None:
    tried = await bank.run(bank.system, draft, version_id, target_market=YOUNG)

    async def begin(ctx: Context) -> UUID:
        return (await what_if_service.begin(ctx, tried)).id

    await product_what_if.carry_out(bank.platform, bank.system, await bank.run(bank.system, begin))
    async with bank.platform.transaction(bank.system) as ctx:
        product_id = await ctx.session.scalar(text("SELECT product_id FROM product_version LIMIT 1"))
    await browser.sign_in("officer")
    page = (await browser.get(f"/products/{product_id}/versions/{tried}/what-if")).text
    assert "1 of 1 holders would fall outside" in page


async def test_prospects_are_looked_at_before_they_are_loaded(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("lead")
    assert "Holdings</option>" not in (await browser.get("/imports")).text
    content = (
        b"ref,name,email,source,consent_version,consent_on,consent_channel\n"
        b"a,Petra Mala,petra@example.com,web,1,2026-11-02,any\n"
        b"b,Marek Vlk,,web,1,2026-11-02,any\n"
    )
    files = {"file": ("p.csv", content, "text/csv")}
    sent = await browser.post("/imports", {"kind": "prospects", "look": "yes"}, files=files)
    page = (await browser.get(sent.headers["location"])).text
    assert "Nothing was recorded yet" in page
    assert "Petra Mala" in page
    assert "a value is missing" in page
    await browser.post(f"{sent.headers['location']}/load")
    loaded = (await browser.get(sent.headers["location"])).text
    assert "Loaded" in loaded
    assert "May be on record already" in loaded


async def test_a_file_that_was_looked_at_can_be_thrown_away(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("lead")
    await browser.get("/imports")
    content = b"ref,source,consent_version,consent_on,consent_channel\n"
    sent = await browser.post(
        "/imports", {"kind": "prospects", "look": "yes"}, files={"file": ("p.csv", content, "text/csv")}
    )
    await browser.get(sent.headers["location"])
    await browser.post(f"{sent.headers['location']}/discard")
    assert "Thrown away" in (await browser.get("/imports")).text
