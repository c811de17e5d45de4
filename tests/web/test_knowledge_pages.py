"""Knowledge, and the assistant's page for customers, in the web client."""

import re
from collections.abc import Callable
from datetime import timedelta

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from tests.factories import knowledge as made
from tests.factories.customers import Bank
from tests.web.conftest import ORIGIN, Browser

_VERSION = re.compile(r"/versions/([0-9a-f-]{36})/(\w+)")
_TEXTS = {
    "title_en": made.CARD.title_en,
    "title_zh": made.CARD.title_zh,
    "body_en": made.CARD.body_en,
    "body_zh": made.CARD.body_zh,
    "questions_en": "\n".join(made.CARD.questions_en),
    "questions_zh": "\n".join(made.CARD.questions_zh),
}
_HEAD = {"code": "block-card", "topic": "cards", "audience": "customer", "review_on": made.REVIEW_ON.isoformat()}


async def stepped(browser: Browser, path: str, verb: str) -> None:
    page = (await browser.get(path)).text
    steps = {act: version for version, act in _VERSION.findall(page)}
    sent = await browser.post(f"{path}/versions/{steps[verb]}/{verb}")
    assert sent.status_code == 303, sent.text


async def approved(browser: Browser) -> str:
    """Written by one officer and approved by the other; its path."""
    await browser.sign_in("officer")
    await browser.get("/knowledge/new")
    sent = await browser.post("/knowledge/new", {**_HEAD, **_TEXTS})
    assert sent.status_code == 303, sent.text
    path = sent.headers["location"]
    await stepped(browser, path, "propose")
    await browser.sign_in("second_officer")
    await stepped(browser, path, "approve")
    return str(path)


async def test_an_article_goes_from_its_draft_to_being_in_force(bank: Bank, browser: Browser) -> None:
    path = await approved(browser)
    page = (await browser.get(path)).text
    assert "In force" in page
    assert path in (await browser.get("/knowledge")).text


async def test_the_form_comes_back_as_it_was_typed(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    await browser.get("/knowledge/new")
    refused = await browser.post("/knowledge/new", {**_HEAD, **_TEXTS, "code": "Not A Code"})
    assert refused.status_code == 422
    assert "Block the card in the app" in refused.text


async def test_a_colleague_asks_and_is_shown_the_place(bank: Bank, browser: Browser) -> None:
    await approved(browser)
    await browser.sign_in("manager")
    await browser.get("/knowledge/ask")
    page = (await browser.post("/knowledge/ask", {"question": "I lost my card, how do I block it?"})).text
    assert "Block the card in the app under Cards." in page
    assert "version 1, paragraph 1" in page


async def test_a_customer_asks_without_signing_in(
    bank: Bank, browser: Browser, tenant: Tenant, open_browser: Callable[[], Browser]
) -> None:
    await approved(browser)
    stranger = open_browser()
    path = f"/assistant/{tenant.slug}"
    blank = await stranger.get(path)
    assert (blank.status_code, "set-cookie" in blank.headers) == (200, False)
    sent = await stranger.client.post(path, data={"question": "银行卡丢了怎么办"}, headers={"origin": ORIGIN})
    assert sent.status_code == 303
    page = (await stranger.get(sent.headers["location"])).text
    assert "请在应用中挂失。" in page
    helped = await stranger.client.post(
        sent.headers["location"].split("?")[0] + "/say", data={"number": "1", "helpful": "yes"}
    )
    assert "Thank you." in (await stranger.get(helped.headers["location"])).text


async def test_what_nobody_wrote_goes_to_a_colleague_and_the_reply_comes_back(
    bank: Bank, browser: Browser, tenant: Tenant, open_browser: Callable[[], Browser]
) -> None:
    stranger = open_browser()
    sent = await stranger.client.post(f"/assistant/{tenant.slug}", data={"question": "Do you rent out bicycles?"})
    talk = sent.headers["location"].split("?")[0]
    assert "one of them answers by" in (await stranger.get(talk)).text
    await stranger.client.post(f"{talk}/say", data={"contact": "jana@example.cz"})
    await browser.sign_in("manager")
    listed = (await browser.get("/knowledge/questions")).text
    found = re.search(r"/knowledge/questions/[0-9a-f-]{36}", listed)
    assert found is not None
    assert "jana@example.cz" in (await browser.get(found.group(0))).text
    assert (await browser.post(f"{found.group(0)}/reply", {"words": "No, the city does."})).status_code == 303
    assert "No, the city does." in (await stranger.get(talk)).text


async def test_a_colleague_finds_the_reply_where_they_asked(
    bank: Bank, browser: Browser, open_browser: Callable[[], Browser]
) -> None:
    await browser.sign_in("manager")
    await browser.get("/knowledge/ask")
    await browser.post("/knowledge/ask", {"question": "Do we rent out bicycles?"})
    desk = open_browser()
    await desk.sign_in("officer")
    found = re.search(r"/knowledge/questions/[0-9a-f-]{36}", (await desk.get("/knowledge/questions")).text)
    assert found is not None
    await desk.get(found.group(0))
    assert (await desk.post(f"{found.group(0)}/reply", {"words": "No, the city does."})).status_code == 303
    assert "No, the city does." in (await browser.get("/knowledge/ask")).text


async def test_an_article_that_nobody_looked_at_again_is_marked(
    bank: Bank, browser: Browser, clock: FixedClock, open_browser: Callable[[], Browser]
) -> None:
    path = await approved(browser)
    days = (made.REVIEW_ON - clock().date()).days
    for later, listed, words in ((days, "To look at again", "still quoted"), (31, "Not quoted", "nothing is quoted")):
        clock.advance(timedelta(days=later))
        reader = open_browser()
        await reader.sign_in("officer")
        assert listed in (await reader.get("/knowledge")).text
        assert words in (await reader.get(path)).text


async def test_a_question_that_nothing_answered_begins_an_article(
    bank: Bank, browser: Browser, tenant: Tenant, open_browser: Callable[[], Browser]
) -> None:
    await open_browser().client.post(f"/assistant/{tenant.slug}", data={"question": "Do you rent out bicycles?"})
    await browser.sign_in("officer")
    found = re.search(r"/knowledge/questions/([0-9a-f-]{36})", (await browser.get("/knowledge/questions")).text)
    assert found is not None
    assert f"/knowledge/new?from={found.group(1)}" in (await browser.get(found.group(0))).text
    assert "Do you rent out bicycles?" in (await browser.get(f"/knowledge/new?from={found.group(1)}")).text


async def test_an_unknown_institution_and_a_guessed_conversation_say_the_same(
    tenant: Tenant, open_browser: Callable[[], Browser]
) -> None:
    stranger = open_browser()
    for path in ("/assistant/nobody-here", f"/assistant/{tenant.slug}/c/guessed"):
        assert (await stranger.get(path)).status_code == 404


async def test_whoever_knocks_too_often_waits(tenant: Tenant, open_browser: Callable[[], Browser]) -> None:
    stranger = open_browser()
    answers = [(await stranger.get(f"/assistant/{tenant.slug}")).status_code for _ in range(41)]
    assert (answers[0], answers[-1]) == (200, 429)
