"""The loyalty programme in the web client."""

import re
from uuid import UUID

from tests.factories.customers import Bank
from tests.web.conftest import Browser

_ENTRY = re.compile(r'name="entry" value="([0-9a-f-]{36})"')


async def enrolled(bank: Bank, browser: Browser) -> str:
    """A customer of the manager's book, who joined; the path of the member's page."""
    party = await bank.customer()
    await browser.sign_in("manager")
    path = f"/loyalty/members/{party.id}"
    await browser.get(path)
    sent = await browser.post(f"{path}/enrol", {"evidence": "in_person", "textVersion": "1"})
    assert sent.status_code == 303, sent.text
    await browser.get(path)
    return path


async def test_a_customer_joins_and_points_are_booked(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    given = {"code": "card_payment", "amount": "1250", "currency": "CZK", "reference": "pay-1"}
    assert (await browser.post(f"{path}/earn", given)).status_code == 303
    page = (await browser.get(path)).text
    assert "+50" in page
    assert "Paid by card" in page
    assert "are missing" in page


async def test_an_amount_that_is_no_number_is_told_beside_its_field(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    given = {"code": "card_payment", "amount": "much", "currency": "CZK"}
    refused = await browser.post(f"{path}/earn", given)
    assert refused.status_code == 422
    assert 'id="wrong-amount"' in refused.text


async def test_joining_without_consent_is_refused_on_the_page(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    await browser.sign_in("manager")
    path = f"/loyalty/members/{party.id}"
    await browser.get(path)
    refused = await browser.post(f"{path}/enrol", {"evidence": ""})
    assert refused.status_code == 409
    assert "rests on consent" in refused.text


async def test_more_than_there_is_cannot_be_spent(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    refused = await browser.post(f"{path}/burn", {"code": "charity", "points": "100"})
    assert refused.status_code == 409
    assert "The member has 0 points" in refused.text


async def test_a_lead_reverses_an_entry(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    await browser.post(f"{path}/earn", {"code": "welcome", "reference": "w"})
    await browser.sign_in("lead")
    found = _ENTRY.search((await browser.get(path)).text)
    assert found is not None
    undone = await browser.post(f"{path}/reverse", {"entry": found.group(1), "code": "booked_in_error"})
    assert undone.status_code == 303
    assert "reversed" in (await browser.get(path)).text


async def test_the_programmes_figures_are_for_whoever_may_report(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    await browser.post(f"{path}/earn", {"code": "welcome", "reference": "w"})
    mine = (await browser.get("/loyalty")).text
    assert ("Trial balance" in mine, path in mine) == (False, True)
    await browser.sign_in("officer")
    page = (await browser.get("/loyalty")).text
    assert "Trial balance" in page
    assert "Liability" in page


async def test_the_customers_page_shows_the_membership(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    party_id = UUID(path.rsplit("/", 1)[1])
    assert f"/loyalty/of/{party_id}" in (await browser.get(f"/customers/{party_id}")).text
    assert "Points to spend" in (await browser.get(f"/loyalty/of/{party_id}")).text


async def test_a_membership_is_ended(bank: Bank, browser: Browser) -> None:
    path = await enrolled(bank, browser)
    assert (await browser.post(f"{path}/leave")).status_code == 303
    assert "Left the programme" in (await browser.get(path)).text
