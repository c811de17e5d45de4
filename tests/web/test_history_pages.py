"""The histories of the institution's own records, and the log, in the web client."""

import re
from html import unescape

from tests.factories.customers import Bank
from tests.web.conftest import Browser
from tests.web.test_knowledge_pages import approved

_LINK = re.compile(r'href="(/history\?[^"]+)"')
_ENTRY = re.compile(r"<tr>\s*<td[^>]*>([^<]+)")


async def history_of(browser: Browser, path: str) -> str:
    """The page that the link beside the record leads to."""
    link = _LINK.search((await browser.get(path)).text)
    assert link is not None
    answer = await browser.get(unescape(link[1]))
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_article_tells_who_approved_it_newest_first(bank: Bank, browser: Browser) -> None:
    page = await history_of(browser, await approved(browser))
    assert [each.strip() for each in _ENTRY.findall(page)] == [
        "A second person approved a knowledge article",
        "A version of a knowledge article was proposed",
        "A knowledge article was begun",
    ]
    assert "second_officer" in page


async def test_a_change_tells_the_state_before_and_after_in_words(bank: Bank, browser: Browser) -> None:
    assert "Waits for a second person → In force" in await history_of(browser, await approved(browser))


async def test_a_chinese_reader_meets_no_english_column(bank: Bank, browser: Browser) -> None:
    path = await approved(browser)
    await browser.post("/language", {"locale": "zh_CN", "back": path})
    page = await history_of(browser, path)
    assert "决定时间" in page
    assert re.findall(r"<li><b>[^<]*</b>[^<]*?([A-Z][a-z]+)", page) == []


async def test_a_history_of_no_known_kind_is_not_found(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    assert (await browser.get("/history?kind=WEATHER")).status_code == 404


async def test_the_log_is_narrowed_to_an_action(bank: Bank, browser: Browser) -> None:
    await approved(browser)
    await browser.sign_in("auditor")
    page = (await browser.get("/audit?action=knowledge.approve")).text
    assert [each.strip() for each in _ENTRY.findall(page)] == ["A second person approved a knowledge article"]


async def test_the_log_links_to_what_an_entry_is_about(bank: Bank, browser: Browser) -> None:
    path = await approved(browser)
    await browser.sign_in("auditor")
    assert f'href="{path}"' in (await browser.get("/audit?action=knowledge.*")).text


async def test_a_filter_that_is_none_is_refused_where_it_was_typed(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("auditor")
    answer = await browser.get("/audit?ruleset=loyalty")
    assert answer.status_code == 422
    assert "is not a value of the filter" in answer.text


async def test_who_may_not_read_the_log_is_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/audit")).status_code == 403
