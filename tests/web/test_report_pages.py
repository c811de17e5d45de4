"""Reports in the web client: asked for, watched, fetched, and refused to who has not the right."""

import csv
import io
import re
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from uuid import UUID

import pytest

from backend.audit.sequencer import Sequencer, open_sequencer
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge import reporting
from backend.edge.platform import Platform
from backend.reporting import service
from backend.reporting.filters import Filters
from backend.reporting.models import Format
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_NAME = "Zdenka Kanárková"
_LINK = re.compile(r'href="(/reports/[0-9a-f-]{36}/file)"')


@pytest.fixture(autouse=True)
async def log(settings: Settings, database: Database, clock: FixedClock, bank: Bank) -> AsyncIterator[Sequencer]:
    await bank.customer(person(_NAME))
    opened = open_sequencer(settings, database, clock)
    await opened.drain(bank.tenant.id)
    yield opened
    await opened.close()


async def _file(browser: Browser, **wanted: str) -> str:
    """Asks for the log as a file; where it is fetched from."""
    await browser.get("/reports/audit")
    sent = await browser.post("/reports/audit", {"format": "csv", "language": "en", **wanted})
    assert sent.status_code == 303, sent.text
    found = _LINK.search((await browser.get("/reports")).text)
    assert found is not None
    return found.group(1)


async def _begun(platform: Platform, bank: Bank) -> UUID:
    kept = reporting.kept_for(platform)
    run = await platform.run(
        bank.auditor, lambda ctx: service.start(ctx, "audit", Format.CSV, Filters(), keep=kept, locale="en")
    )
    return run.id


async def test_a_report_that_was_asked_for_is_fetched_as_it_was_made(browser: Browser) -> None:
    await browser.sign_in("auditor")
    link = await _file(browser, action="customer.create")
    fetched = await browser.get(link)
    assert fetched.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.search(r'attachment; filename="audit-[0-9-]+\.csv"', fetched.headers["content-disposition"])
    assert fetched.headers["cache-control"] == "no-store"
    assert sha256(fetched.content).hexdigest() in (await browser.get("/reports")).text
    rows = list(csv.DictReader(io.StringIO(fetched.content.decode("utf-8-sig"))))
    assert {row["Action"] for row in rows} == {"customer.create"}
    assert _NAME in fetched.text


async def test_a_file_in_chinese_has_chinese_headings(browser: Browser) -> None:
    await browser.sign_in("auditor")
    fetched = await browser.get(await _file(browser, language="zh_CN"))
    assert fetched.text.lstrip("\ufeff").startswith("日志条目")


async def test_how_far_a_report_is_stands_on_the_page_which_asks_again(
    platform: Platform, bank: Bank, browser: Browser
) -> None:
    run = await _begun(platform, bank)
    await platform.run(bank.auditor, lambda ctx: service.advance(ctx, run, 400, 1_000))
    await browser.sign_in("auditor")
    page = (await browser.get("/reports")).text
    assert re.search(r'<progress max="1000" value="400"[^>]*></progress> 400 / 1,000', page)
    assert 'hx-trigger="load delay:2s"' in page
    assert _LINK.search(page) is None


async def test_a_page_on_which_nothing_goes_on_does_not_ask_again(browser: Browser) -> None:
    await browser.sign_in("auditor")
    await _file(browser)
    assert "hx-trigger" not in (await browser.get("/reports")).text


async def test_a_report_that_failed_says_why_in_the_readers_language(
    platform: Platform, bank: Bank, browser: Browser
) -> None:
    run = await _begun(platform, bank)
    await platform.run(bank.auditor, lambda ctx: service.fail(ctx, run, "report.too_long_for_pdf"))
    await browser.sign_in("auditor")
    assert "Could not be made" in (await browser.get("/reports")).text
    browser.client.cookies.set("tenure_language", "zh_CN")
    chinese = (await browser.get("/reports")).text
    assert "20,000" in chinese
    assert "未能生成" in chinese


async def test_the_first_lines_are_shown_before_anything_is_taken_away(browser: Browser) -> None:
    await browser.sign_in("auditor")
    page = (await browser.get("/reports/audit", params={"show": "1", "action": "customer.create"})).text
    assert "The first lines" in page
    assert _NAME in page
    assert _LINK.search((await browser.get("/reports")).text) is None


async def test_days_of_the_form_are_whole_and_the_last_one_counts(browser: Browser) -> None:
    await browser.sign_in("auditor")
    asked = {"show": "1", "action": "customer.create"}
    today = (await browser.get("/reports/audit", params=asked | {"since": "2026-11-22", "until": "2026-11-22"})).text
    before = (await browser.get("/reports/audit", params=asked | {"until": "2026-11-21"})).text
    assert _NAME in today
    assert _NAME not in before
    assert "No line answers to this." in before


async def test_what_cannot_be_asked_is_said_above_the_form_that_keeps_what_was_typed(browser: Browser) -> None:
    await browser.sign_in("auditor")
    await browser.get("/reports/audit")
    refused = await browser.post("/reports/audit", {"format": "csv", "language": "en", "ruleset": "not a hash"})
    assert refused.status_code == 422
    assert 'value="not a hash"' in refused.text


async def test_who_may_look_and_not_take_away_gets_lines_and_no_file(browser: Browser) -> None:
    await browser.sign_in("officer")
    page = (await browser.get("/reports/audit", params={"show": "1"})).text
    assert "Your roles may look at this report, not take it away." in page
    assert "The first lines" in page
    refused = await browser.post("/reports/audit", {"format": "csv", "language": "en"})
    assert refused.status_code == 403


async def test_a_manager_is_offered_no_report_and_finds_none(browser: Browser) -> None:
    await browser.sign_in("manager")
    listed = (await browser.get("/reports")).text
    assert "There is no report for your roles." in listed
    assert (await browser.get("/reports/audit")).status_code == 404
    assert (await browser.post("/reports/audit", {"format": "csv", "language": "en"})).status_code in (403, 404)


async def test_somebody_elses_file_is_not_there(open_browser: Callable[[], Browser]) -> None:
    owner, other = open_browser(), open_browser()
    await owner.sign_in("auditor")
    link = await _file(owner)
    await other.sign_in("officer")
    assert link not in (await other.get("/reports")).text
    assert (await other.get(link)).status_code == 404


async def test_a_file_that_never_was_is_not_found(browser: Browser) -> None:
    await browser.sign_in("auditor")
    assert (await browser.get(f"/reports/{new_id()}/file")).status_code == 404


@pytest.mark.parametrize(("path", "words"), [("/reports", "选择报告"), ("/reports/personal-data", "个人数据访问记录")])
async def test_list_and_builder_speak_the_readers_language(browser: Browser, path: str, words: str) -> None:
    await browser.sign_in("auditor")
    assert words not in (await browser.get(path)).text
    browser.client.cookies.set("tenure_language", "zh_CN")
    assert words in (await browser.get(path)).text
