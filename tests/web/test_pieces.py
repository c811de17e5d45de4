"""What a page gets that asks for a piece of itself and may not have it."""

from uuid import uuid4

from tests.factories.customers import Bank
from tests.web.conftest import Browser

PIECE = {"hx-request": "true", "hx-request-type": "partial", "hx-current-url": "http://testserver/customers?q=Novak"}


async def test_a_refusal_inside_a_page_is_a_note_and_not_a_page(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    path = f"/customers/{uuid4()}/contact/standing"
    inside = await browser.get(path, headers=PIECE)
    assert inside.status_code == (await browser.get(path)).status_code == 404
    assert 'role="alert"' in inside.text
    assert "<nav" not in inside.text


async def test_a_refused_page_keeps_its_menu(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    assert "<nav" in (await browser.get(f"/customers/{uuid4()}/contact/standing")).text


async def test_a_session_that_ended_takes_the_whole_page_to_the_sign_in_and_back(bank: Bank, browser: Browser) -> None:
    ended = await browser.get(f"/complaints/of/{uuid4()}", headers=PIECE)
    assert (ended.status_code, ended.text) == (200, "")
    assert ended.headers["hx-redirect"] == "/sign-in?next=/customers%3Fq%3DNovak"


async def test_a_page_of_an_ended_session_is_come_back_to(bank: Bank, browser: Browser) -> None:
    ended = await browser.get("/customers?q=Novak")
    assert (ended.status_code, ended.headers["location"]) == (303, "/sign-in?next=/customers%3Fq%3DNovak")
