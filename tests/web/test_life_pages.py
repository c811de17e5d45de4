"""Stages, the watch list and prospects in the web client."""

import re
from datetime import date

import pytest

from backend.access.context import Context
from backend.customers.models import Customer, Party, Stage
from backend.customers.service.relations import customer_of, set_stage
from backend.engagement import portfolio
from backend.engagement.prospects import service as prospects
from backend.engagement.prospects.models import Source
from backend.engagement.prospects.service import ProspectInput
from backend.engagement.stages.models import RunState
from backend.jobs.prospect_work import place_work
from tests.factories.catalogue import approved_product
from tests.factories.customers import Bank, person
from tests.factories.ledger import book
from tests.web.conftest import Browser

LAST = date(2026, 11, 20)
_WARNING = re.compile(r"/life/watch/([0-9a-f-]{36})/act")
_CUSTOMER = re.compile(r'name="customer" value="([0-9a-f-]{36})"')
_END = re.compile(r"/corrections/([0-9a-f-]{36})/end")


@pytest.fixture
async def drained(bank: Bank) -> Party:
    """A customer in the manager's book whose money left, as the computation found."""
    lines = [(date(2026, 3, 1), "credit", 50_000, None, None), (LAST, "debit", 49_000, None, None)]
    party = await book(bank, *lines, opened=date(2026, 1, 1))

    async def activate(ctx: object) -> None:
        customer: Customer | None = await customer_of(ctx, party.id)
        await set_stage(ctx, customer, Stage.ACTIVE, "test")

    await bank.run(bank.system, activate)
    run = await bank.run(bank.system, portfolio.start)
    while run.state == RunState.RUNNING:
        run = await bank.run(bank.system, portfolio.advance)
    return party


async def test_the_page_of_stages_tells_where_customers_stand_and_who_moved_why(
    bank: Bank, browser: Browser, drained: Party
) -> None:
    await browser.sign_in("manager")
    page = (await browser.get("/life")).text
    assert "More than half of the balance left within three months" in page
    assert "Facts as of 20 Nov 2026" in page or "Nov 20, 2026" in page
    assert f"/life/of/{drained.id}/stage" in page
    assert "<svg" in page


@pytest.mark.parametrize("by", ["channel", "product", "segment", "cohort"])
async def test_the_funnel_splits(bank: Bank, browser: Browser, drained: Party, by: str) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/life", params={"by": by, "to": "at_risk"})).status_code == 200


async def test_a_correction_is_made_with_a_reason_and_ended_again(bank: Bank, browser: Browser, drained: Party) -> None:
    await browser.sign_in("manager")
    here = f"/life/of/{drained.id}/stage"
    found = _CUSTOMER.search((await browser.get(here)).text)
    assert found is not None
    wrong = await browser.post(here, {"customer": found.group(1), "stage": "active", "reason": "whim"})
    assert wrong.status_code == 422
    given = {"customer": found.group(1), "stage": "active", "reason": "normal_activity", "note": "Bought a flat"}
    assert (await browser.post(here, given)).status_code == 303
    page = (await browser.get(here)).text
    assert "Bought a flat" in page
    ended = _END.search(page)
    assert ended is not None
    assert (await browser.post(f"/life/of/{drained.id}/corrections/{ended.group(1)}/end")).status_code == 303
    assert "Let the facts decide" not in (await browser.get(here)).text


async def test_the_watch_list_says_why_and_notes_what_was_done(bank: Bank, browser: Browser, drained: Party) -> None:
    await browser.sign_in("manager")
    page = (await browser.get("/life/watch")).text
    assert "More than half of the balance left within three months · 2%" in page
    found = _WARNING.search(page)
    assert found is not None
    here = f"/life/watch/{found.group(1)}"
    assert (await browser.post(f"{here}/snooze", {"until": "2030-01-01"})).status_code == 422
    assert (await browser.post(f"{here}/act", {"act": "called", "note": "Will come by"})).status_code == 303
    page = (await browser.get("/life/watch", params={"show": "all"})).text
    assert "Will come by" in page
    assert (await browser.post(f"{here}/dance")).status_code == 404


async def test_a_customer_s_page_has_the_stage_with_its_reason_and_the_warning(
    bank: Bank, browser: Browser, drained: Party
) -> None:
    await browser.sign_in("manager")
    assert f"/life/of/{drained.id}" in (await browser.get(f"/customers/{drained.id}")).text
    panel = (await browser.get(f"/life/of/{drained.id}")).text
    assert "At risk" in panel
    assert "May leave" in panel


async def test_a_stranger_finds_nothing(bank: Bank, browser: Browser, drained: Party) -> None:
    await browser.sign_in("stranger")
    assert str(drained.id) not in (await browser.get("/life")).text
    assert str(drained.id) not in (await browser.get("/life/watch")).text
    assert (await browser.get(f"/life/of/{drained.id}/stage")).status_code == 404


async def test_who_may_not_compute_is_not_offered_it_and_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert "Compute anew" not in (await browser.get("/life")).text
    assert (await browser.post("/life/run")).status_code == 403


async def recorded(browser: Browser, **given: str) -> str:
    await browser.get("/life/prospects/new")
    typed = {"kind": "person", "fullName": "Petra Dvořáková", "source": "branch", "email": "petra@example.com", **given}
    sent = await browser.post("/life/prospects/new", typed)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


async def test_a_prospect_is_recorded_followed_up_and_becomes_an_application(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    path = await recorded(browser, consent="1")
    page = (await browser.get(path)).text
    assert "Petra Dvořáková" in page
    spoken = {"contact": "call", "note": "Wants a loan", "nextStepOn": "2026-12-01"}
    assert (await browser.post(f"{path}/follow-up", spoken)).status_code == 303
    assert "Wants a loan" in (await browser.get(path)).text
    converted = await browser.post(f"{path}/convert")
    assert converted.status_code == 303
    assert converted.headers["location"].startswith("/cases/")
    assert path in (await browser.get("/life/prospects", params={"show": "converted"})).text


async def test_a_prospects_page_says_how_to_reach_them(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    page = (await browser.get(await recorded(browser, phone="+420777123456"))).text
    assert "+420777123456" in page
    assert "petra@example.com" in page


async def test_a_prospect_is_interested_in_a_product_by_its_name(bank: Bank, browser: Browser) -> None:
    async def catalogue(ctx: Context) -> None:
        await approved_product(ctx, "calm", date(2020, 1, 1), names={"en": "Calm fund", "zh": "稳健基金"})

    await bank.platform.run(bank.system, catalogue)
    await browser.sign_in("manager")
    path = await recorded(browser, interest="calm")
    for shown in (path, "/life/prospects"):
        assert "Calm fund" in (await browser.get(shown)).text


async def test_a_prospect_without_a_name_comes_back_as_it_was_typed(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    await browser.get("/life/prospects/new")
    refused = await browser.post("/life/prospects/new", {"kind": "person", "source": "campaign", "fullName": "A"})
    assert refused.status_code == 422
    assert "names the campaign" in refused.text


async def test_a_customer_s_tip_is_recorded_with_who_told(bank: Bank, browser: Browser, drained: Party) -> None:
    await browser.sign_in("manager")
    assert "Told of by" in (await browser.get("/life/prospects/new", params={"referrer": str(drained.id)})).text
    path = await recorded(browser, source="referral", referrer=str(drained.id))
    assert f"/customers/{drained.id}" in (await browser.get(path)).text


async def test_a_prospect_of_whom_nothing_came_is_closed_with_the_reason(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    path = await recorded(browser)
    await browser.get(path)
    assert (await browser.post(f"{path}/lose", {"reason": "price"})).status_code == 303
    assert "Found it too dear" in (await browser.get(path)).text


@pytest.mark.parametrize("path", ["/life", "/life/watch", "/life/prospects", "/life/prospects/new"])
async def test_the_pages_speak_chinese(bank: Bank, browser: Browser, path: str) -> None:
    await browser.sign_in("manager")
    await browser.get(path)
    await browser.post("/language", {"locale": "zh_CN", "back": path})
    assert 'lang="zh-CN"' in (await browser.get(path)).text


async def test_a_prospect_that_belongs_to_nobody_is_taken_from_its_shelf(bank: Bank, browser: Browser) -> None:
    row = await bank.run(bank.system, prospects.record, person("Petra Malá"), ProspectInput(source=Source.WEB))
    await bank.run(bank.system, place_work, row.id)
    await browser.sign_in("manager")
    page = (await browser.get("/life/prospects?show=nobody")).text
    assert "Petra Malá" not in page
    found = re.search(r"/work/([0-9a-f-]{36})/claim", page)
    assert found is not None
    back = {"back": f"/life/prospects/{row.id}"}
    assert (await browser.post(f"/work/{found.group(1)}/claim", back)).headers["location"] == back["back"]
    assert "Petra Malá" in (await browser.get(back["back"])).text
