"""Complaints in the web client."""

import re

from backend.customers.inputs import RelationInput
from tests.factories.catalogue import approved_product
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_NEW = re.compile(r"/complaints/([0-9a-f-]{36})")
_PART = re.compile(r"/parts/([0-9a-f-]{36})/(\w+)")
WORDS = "The fee was taken twice."


async def taken_in(bank: Bank, browser: Browser, **given: str) -> str:
    """By the officer, about fees, from somebody who is no customer unless told otherwise; its path."""
    await browser.sign_in("officer")
    await browser.get("/complaints/new")
    told = {"channel": "branch", "category": "fees", "details": WORDS, "complainant": "Petr Cizí", **given}
    sent = await browser.post("/complaints/new", told)
    assert sent.status_code == 303, sent.text
    found = _NEW.search(sent.headers["location"])
    assert found is not None
    return f"/complaints/{found.group(1)}"


async def test_a_complaint_is_taken_in_and_stands_in_the_queue_with_its_clock(bank: Bank, browser: Browser) -> None:
    path = await taken_in(bank, browser)
    page = (await browser.get(path)).text
    assert WORDS in page
    assert "Petr Cizí" in page
    queue = (await browser.get("/complaints")).text
    assert path in queue
    assert "days left" in queue


async def test_a_complaint_goes_from_receipt_to_its_final_response(bank: Bank, browser: Browser) -> None:
    path = await taken_in(bank, browser)
    for act, given in (
        ("acknowledge", {}),
        ("investigate", {}),
        ("note", {"words": "Asked the branch."}),
        ("decide", {"outcome": "upheld", "cause": "system", "finding": "Booked twice."}),
        ("redress", {"kind": "refund", "amount": "120.50", "currency": "CZK"}),
        ("respond", {}),
    ):
        await browser.get(path)
        assert (await browser.post(f"{path}/{act}", given)).status_code == 303, act
    page = (await browser.get(path)).text
    assert "Being investigated" not in page
    assert "120.50" in page
    assert "A second person approves it." in page
    parts = {verb: part for part, verb in _PART.findall(page)}
    assert (await browser.post(f"{path}/parts/{parts['pay']}/pay")).status_code == 303


async def test_an_acknowledgement_is_sent_and_downloaded_as_pdf(bank: Bank, browser: Browser) -> None:
    path = await taken_in(bank, browser)
    await browser.get(path)
    await browser.post(f"{path}/acknowledge")
    page = (await browser.get(path)).text
    letter = next(part for part, verb in _PART.findall(page) if verb == "send")
    assert (await browser.post(f"{path}/parts/{letter}/send", {"through": "email"})).status_code == 303
    taken = await browser.get(f"{path}/letters/{letter}.pdf")
    assert (taken.status_code, taken.headers["content-type"]) == (200, "application/pdf")
    assert "Acknowledged" in (await browser.get(path)).text


async def test_what_stands_in_the_way_is_said_on_the_page(bank: Bank, browser: Browser) -> None:
    path = await taken_in(bank, browser)
    refused = await browser.post(f"{path}/redress", {"kind": "refund", "amount": "10", "currency": "CZK"})
    assert refused.status_code == 409
    assert "goodwill" in refused.text


async def test_a_form_that_lacks_something_comes_back_as_it_was_typed(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    await browser.get("/complaints/new")
    given = {"channel": "branch", "category": "fees", "details": WORDS, "complainant": "", "contact": "at home"}
    refused = await browser.post("/complaints/new", given)
    assert refused.status_code == 422
    assert WORDS in refused.text
    assert "at home" in refused.text


async def test_the_customers_page_shows_complaints(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    path = await taken_in(bank, browser, party=str(party.id), complainant="")
    panel = (await browser.get(f"/complaints/of/{party.id}")).text
    assert path in panel
    assert f"/complaints/of/{party.id}" in (await browser.get(f"/customers/{party.id}")).text


async def test_a_colleagues_customer_is_not_said_to_have_no_complaint(bank: Bank, browser: Browser) -> None:
    relation = RelationInput(manager_id=bank.colleague.id, team_id=bank.team.id)
    party = await bank.record(person().model_copy(update={"relation": relation}), bank.colleague)
    path = await taken_in(bank, browser, party=str(party.id), complainant="")
    await browser.sign_in("manager")
    panel = (await browser.get(f"/complaints/of/{party.id}")).text
    assert path not in panel
    assert "No complaint." not in panel
    assert "You may not see the complaints of this customer." in panel


async def test_figures_are_shown_with_a_picture_and_a_table(bank: Bank, browser: Browser) -> None:
    await taken_in(bank, browser, productCode="fund")
    page = await browser.get("/complaints/statistics?by=category")
    assert page.status_code == 200
    assert "Fees and interest" in page.text
    assert 'role="img"' in page.text


async def test_a_product_is_chosen_and_told_by_its_name(bank: Bank, browser: Browser) -> None:
    await bank.run(bank.system, approved_product, "nest_egg", names={"en": "Nest egg", "zh": "储蓄宝"})
    path = await taken_in(bank, browser, productCode="nest_egg")
    assert '<option value="nest_egg">Nest egg</option>' in (await browser.get("/complaints/new")).text
    for page in (path, "/complaints", "/complaints?product=nest_egg", "/complaints/statistics?by=product_code"):
        assert "Nest egg" in (await browser.get(page)).text, page


async def test_pages_speak_chinese(bank: Bank, browser: Browser) -> None:
    path = await taken_in(bank, browser)
    await browser.post("/language", {"locale": "zh_CN", "back": "/complaints"})
    for page in (path, "/complaints", "/complaints/new", "/complaints/statistics"):
        assert "投诉" in (await browser.get(page)).text
