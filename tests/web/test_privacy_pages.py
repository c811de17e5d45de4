"""Data protection in the web client."""

import io
import re
import zipfile
from collections.abc import Callable

from tests.factories.customers import Bank
from tests.web.conftest import Browser

_REQUEST = re.compile(r"/privacy/requests/([0-9a-f-]{36})")


async def _requested(bank: Bank, browser: Browser, kind: str) -> str:
    party = await bank.customer()
    await browser.sign_in("officer")
    page = f"/customers/{party.id}/privacy"
    await browser.get(page)
    sent = await browser.post(f"{page}/requests", {"kind": kind, "channel": "branch"})
    assert sent.status_code == 303, sent.text
    found = _REQUEST.search((await browser.get(page)).text)
    assert found is not None
    return found.group(1)


async def test_the_uses_of_data_are_shown_with_their_basis(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    await browser.sign_in("manager")
    page = await browser.get(f"/customers/{party.id}/privacy")
    assert page.status_code == 200
    for words in ("Offers and news", "GDPR art. 6(1)(b)", "No consent", "I agree that the bank sends me offers"):
        assert words in page.text


async def test_a_consent_is_recorded_and_withdrawn_on_the_page(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    await browser.sign_in("manager")
    page = f"/customers/{party.id}/privacy"
    await browser.get(page)
    given = {"use": "marketing:email", "textVersion": "1", "evidence": "in_person"}
    assert (await browser.post(f"{page}/consents", given)).status_code == 303
    assert "Consent given" in (await browser.get(page)).text
    assert (await browser.post(f"{page}/consents/withdraw", {"use": "marketing:email"})).status_code == 303
    assert "Consent withdrawn" in (await browser.get(page)).text


async def test_a_request_is_carried_from_receipt_to_its_package(bank: Bank, browser: Browser) -> None:
    request = await _requested(bank, browser, "access")
    path = f"/privacy/requests/{request}"
    shown = await browser.get(path)
    assert "31 days left" in shown.text or "30 days left" in shown.text
    assert (await browser.post(f"{path}/identify", {"reason": "identity_document"})).status_code == 303
    await browser.get(path)
    package = await browser.post(f"{path}/package", {"language": "en"})
    assert package.headers["content-type"] == "application/zip"
    assert {"package.json", "package.pdf"} <= set(zipfile.ZipFile(io.BytesIO(package.content)).namelist())
    assert (await browser.post(f"{path}/fulfil")).status_code == 303
    assert "Fulfilled" in (await browser.get(path)).text


async def test_what_stands_in_the_way_is_said_on_the_page(bank: Bank, browser: Browser) -> None:
    request = await _requested(bank, browser, "access")
    path = f"/privacy/requests/{request}"
    await browser.post(f"{path}/identify", {"reason": "identity_document"})
    refused = await browser.post(f"{path}/fulfil")
    assert refused.status_code == 409
    assert "Put the package together before you close the request" in refused.text


async def test_an_erasure_that_must_wait_says_why(bank: Bank, browser: Browser) -> None:
    request = await _requested(bank, browser, "erasure")
    path = f"/privacy/requests/{request}"
    await browser.post(f"{path}/identify", {"reason": "identity_document"})
    await browser.post(f"{path}/propose_erasure")
    page = (await browser.get(path)).text
    assert "The data must be kept." in page
    assert "Applications that came to nothing" in page


async def test_a_restriction_stands_on_the_customers_page(bank: Bank, browser: Browser) -> None:
    request = await _requested(bank, browser, "restriction")
    path = f"/privacy/requests/{request}"
    await browser.post(f"{path}/identify", {"reason": "identity_document"})
    await browser.post(f"{path}/fulfil")
    party = re.search(r"/customers/([0-9a-f-]{36})/privacy", (await browser.get(path)).text)
    assert party is not None
    for page in (f"/customers/{party.group(1)}", f"/customers/{party.group(1)}/privacy"):
        assert "Processing is restricted." in (await browser.get(page)).text


async def test_the_retention_rules_are_shown(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    page = (await browser.get("/privacy/retention")).text
    assert "AMLR art. 77(3)" in page
    assert "Nothing is due." in page


async def test_a_hold_is_placed_by_one_and_confirmed_by_another(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    party = await bank.customer()
    first, second = open_browser(), open_browser()
    await first.sign_in("officer")
    await first.get(f"/customers/{party.id}/privacy")
    await first.post(f"/customers/{party.id}/privacy/holds", {"reason": "litigation", "reference": "1 C 2/2026"})
    assert "Waits for a second person." in (await first.get("/privacy/holds")).text
    await second.sign_in("second_officer")
    page = (await second.get("/privacy/holds")).text
    hold = re.search(r"/privacy/holds/([0-9a-f-]{36})/confirm", page)
    assert hold is not None
    assert (await second.post(f"/privacy/holds/{hold.group(1)}/confirm")).status_code == 303
    assert "In force" in (await second.get("/privacy/holds")).text


async def test_a_manager_is_shown_no_office_of_data_protection(bank: Bank, browser: Browser) -> None:
    await bank.customer()
    await browser.sign_in("manager")
    assert 'href="/privacy"' not in (await browser.get("/")).text
