"""Feedback in the web client, and the page that customers answer on without signing in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.edge.survey_links import survey_links
from backend.servicing.feedback import service
from backend.servicing.feedback.models import Survey, SurveyFollowUp
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Occasion
from backend.servicing.feedback.service.opening import opened
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

WORDS = "I waited two hours, and the fees are too high."


async def asked(bank: Bank, code: str = "relationship", **given: Any) -> tuple[Survey, str]:
    """A survey of a customer of the manager, as if its message had been sent; and the path of its link."""
    party_id = (await bank.customer(person(**given))).id

    async def write(ctx: Any) -> Survey:
        survey = survey_rules(ctx.policies, ctx.now.date()).rules.named(code)
        return await opened(ctx, survey, Occasion(event="yearly", party_id=party_id, about_id=new_id()))

    row: Survey = await bank.platform.run(bank.system, write)
    links = survey_links(bank.platform)
    return row, links.address(row.tenant_id, row.id, row.expires_at).removeprefix(links.base_url)


async def stored(bank: Bank, survey_id: UUID) -> Survey:
    async def found(ctx: Any) -> Survey:
        row: Survey = await ctx.session.get_one(Survey, survey_id)
        return row

    row: Survey = await bank.platform.run(bank.system, found)
    return row


async def follow_up_of(bank: Bank, survey_id: UUID) -> UUID:
    async def found(ctx: Any) -> UUID:
        query = select(SurveyFollowUp.id).where(col(SurveyFollowUp.survey_id) == survey_id)
        return UUID(str(await ctx.session.scalar(query)))

    return UUID(str(await bank.platform.run(bank.system, found)))


async def posted(browser: Browser, path: str, **data: Any) -> httpx.Response:
    """As a browser without any cookie or token sends it."""
    return await browser.client.post(path, data=data)


async def test_a_customer_answers_without_signing_in(bank: Bank, browser: Browser) -> None:
    row, path = await asked(bank)
    page = await browser.client.get(path)
    assert page.status_code == 200
    assert "How likely are you to recommend us" in page.text
    assert "Thank you" in (await posted(browser, path, score="9", comment=WORDS)).text
    assert ((await stored(bank, row.id)).score, (await stored(bank, row.id)).themes) == (9, ["waiting", "price"])


async def test_the_page_shows_nothing_of_the_customer_and_sets_no_cookie(bank: Bank, browser: Browser) -> None:
    row, path = await asked(bank)
    await posted(browser, path, score="9", comment=WORDS)
    page = await browser.client.get(path)
    assert str(row.party_id) not in page.text
    assert WORDS not in page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_the_page_speaks_the_language_that_is_chosen(bank: Bank, browser: Browser) -> None:
    _, path = await asked(bank)
    assert "您有多大可能" in (await browser.client.get(f"{path}?lang=zh_CN")).text


async def test_the_page_opens_in_the_language_of_the_message_whatever_the_browser_prefers(
    bank: Bank, browser: Browser
) -> None:
    _, english = await asked(bank)
    _, chinese = await asked(bank, correspondence_language="zh_CN")
    assert "How likely" in (await browser.client.get(english, headers={"accept-language": "zh-CN,zh;q=0.9"})).text
    assert "您有多大可能" in (await browser.client.get(chinese, headers={"accept-language": "en"})).text


async def test_another_answer_replaces_the_first(bank: Bank, browser: Browser) -> None:
    row, path = await asked(bank)
    await posted(browser, path, score="9")
    assert "A new answer replaces the earlier one." in (await browser.client.get(path)).text
    await posted(browser, path, score="3")
    assert ((await stored(bank, row.id)).score, (await stored(bank, row.id)).corrections) == (3, 1)


@pytest.mark.parametrize("score", ["11", "-1", "", "ten", "９"])
async def test_an_answer_off_the_scale_is_asked_for_again(bank: Bank, browser: Browser, score: str) -> None:
    row, path = await asked(bank)
    answer = await posted(browser, path, score=score, comment=WORDS)
    assert (answer.status_code, WORDS in answer.text) == (422, True)
    assert (await stored(bank, row.id)).score is None


async def test_a_link_that_was_changed_leads_nowhere(bank: Bank, browser: Browser) -> None:
    _, path = await asked(bank)
    wrong = path[:-6] + ("A" if path[-6] != "A" else "B") + path[-5:]
    assert (await browser.client.get(wrong)).status_code == 404
    assert (await posted(browser, wrong, score="9")).status_code == 404


async def test_a_link_ends(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    _, path = await asked(bank)
    clock.advance(timedelta(days=30))
    assert (await browser.client.get(path)).status_code == 410
    assert (await posted(browser, path, score="9")).status_code == 410


async def test_who_knocks_too_often_waits(bank: Bank, browser: Browser) -> None:
    answers = [(await browser.client.get("/survey/nothing")).status_code for _ in range(31)]
    assert (answers[0], answers[29], answers[30]) == (404, 404, 429)


async def test_a_colleague_follows_a_low_answer_up(bank: Bank, browser: Browser) -> None:
    row, path = await asked(bank)
    await posted(browser, path, score="2", comment=WORDS)
    await browser.sign_in("manager")
    assert "/feedback/follow-ups/" in (await browser.get("/feedback/follow-ups")).text
    one = f"/feedback/follow-ups/{await follow_up_of(bank, row.id)}"
    assert WORDS in (await browser.get(one)).text
    assert (await browser.post(f"{one}/close", {"done": "", "contentment": "content"})).status_code == 422
    assert (await browser.post(f"{one}/close", {"done": "Called.", "contentment": "content"})).status_code == 303
    assert "Content now" in (await browser.get("/feedback/follow-ups?state=closed")).text
    assert "cannot be changed any more" in (await browser.client.get(path)).text


async def test_a_colleague_takes_an_answer_on_the_telephone(bank: Bank, browser: Browser) -> None:
    party_id = (await bank.customer()).id
    await browser.sign_in("manager")
    page = (await browser.get(f"/feedback/take?party={party_id}&survey=sale")).text
    assert "How satisfied are you with the advice" in page
    given = {"party": str(party_id), "survey": "sale", "score": "4", "comment": WORDS, "product": "motor"}
    assert (await browser.post("/feedback/take", given)).status_code == 303
    panel = (await browser.get(f"/feedback/of/{party_id}")).text
    assert WORDS in panel
    assert "4 of 5" in panel


async def test_an_answer_to_a_survey_that_was_sent_is_recorded(bank: Bank, browser: Browser) -> None:
    row, _ = await asked(bank)
    await browser.sign_in("manager")
    panel = (await browser.get(f"/feedback/of/{row.party_id}")).text
    found = re.search(r'href="(/feedback/take\?[^"]*sent=[^"]+)"', panel)
    assert found is not None
    await browser.get(found.group(1).replace("&amp;", "&"))
    given = {"party": str(row.party_id), "sent": str(row.id), "score": "10"}
    assert (await browser.post("/feedback/take", given)).status_code == 303
    assert ((await stored(bank, row.id)).score, (await stored(bank, row.id)).answered_by) == (10, "telephone")


async def test_results_show_the_score_with_its_interval_and_what_is_written_about(bank: Bank, browser: Browser) -> None:
    for score in ("10", "9", "2"):
        _, path = await asked(bank)
        await posted(browser, path, score=score, comment=WORDS)
    await browser.sign_in("manager")
    page = (await browser.get("/feedback")).text
    assert "33.3" in page
    assert "polyline" not in page
    assert "Waiting and delays" in page
    assert "<svg" in page


async def test_who_may_not_count_reads_words_and_a_stranger_reads_none(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    _, path = await asked(bank)
    first = open_browser()
    await posted(first, path, score="9", comment=WORDS)
    await first.sign_in("manager")
    assert WORDS in (await first.get("/feedback/comments")).text
    second = open_browser()
    await second.sign_in("stranger")
    assert WORDS not in (await second.get("/feedback/comments")).text


async def test_the_answer_of_another_institution_is_out_of_reach(
    platform: Platform, bank: Bank, browser: Browser
) -> None:
    """A link is signed with the institution in it: with another one inside it is another link."""
    row, _ = await asked(bank)
    token = survey_links(platform).token(new_id(), row.id, row.expires_at)
    assert (await browser.client.get(f"/survey/{token}")).status_code == 404


def test_what_a_page_may_say_holds_no_customer() -> None:
    assert set(service.Shown.__slots__) == {"institution", "survey", "state", "until", "locale"}
