"""How colleagues sign in, on the page of administrators: a lost second factor goes when two people say so."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.access import directory
from backend.access.context import Context
from backend.core.clock import FixedClock
from tests.factories.customers import Bank
from tests.web.conftest import PASSWORD, Browser
from tests.web.test_account_pages import set_up

LOST = "Left the phone on a train"
_ANSWER = re.compile(r'action="(/staff-access/resets/[0-9a-f-]+/(\w+))"')


async def _second_administrator(bank: Bank) -> None:
    operator = replace(bank.system, roles=frozenset({"operator"}))

    async def write(ctx: Context) -> None:
        user = await directory.create_staff(ctx, login="adela", display_name="Adéla", password=PASSWORD)
        await directory.grant_role(ctx, holder_id=user.id, role="administrator")

    await bank.platform.run(operator, write)


async def _scalar(bank: Bank, query: str) -> Any:
    async with bank.platform.transaction(bank.system) as ctx:
        return await ctx.session.scalar(text(query), {"id": bank.manager.id})


async def _enrolled(bank: Bank) -> bool:
    return bool(await _scalar(bank, "SELECT count(*) FROM second_factor WHERE user_id = :id"))


@pytest.fixture
async def proposed(bank: Bank, open_browser: Callable[[], Browser], clock: FixedClock) -> Browser:
    """The browser of the administrator who proposes to take the manager's factor away."""
    theirs, admin = open_browser(), open_browser()
    await theirs.sign_in("manager")
    await set_up(theirs, clock)
    await admin.sign_in("administrator")
    await admin.get("/staff-access")
    sent = await admin.post(f"/staff-access/{bank.manager.id}/factor", {"reason": LOST})
    assert (sent.status_code, sent.headers["location"]) == (303, "/staff-access")
    return admin


async def _answers(browser: Browser) -> dict[str, str]:
    """The acts that the page offers on the open proposal, by their names."""
    page = await browser.get("/staff-access")
    assert LOST in page.text
    return {act: path for path, act in _ANSWER.findall(page.text)}


async def test_the_proposal_stands_on_the_page_and_its_proposer_can_only_withdraw_it(
    bank: Bank, proposed: Browser
) -> None:
    assert set(await _answers(proposed)) == {"withdraw"}
    assert await _enrolled(bank)


async def test_the_address_of_another_act_does_not_help_the_proposer(bank: Bank, proposed: Browser) -> None:
    path = (await _answers(proposed))["withdraw"]
    assert (await proposed.post(path.replace("/withdraw", "/approve"))).status_code == 403
    assert (await proposed.post(path.replace("/withdraw", "/delete"))).status_code == 404
    assert await _enrolled(bank)


@pytest.mark.parametrize(("act", "kept"), [("approve", False), ("reject", True)])
async def test_a_second_administrator_answers_it_on_the_page(
    bank: Bank, proposed: Browser, open_browser: Callable[[], Browser], act: str, kept: bool
) -> None:
    await _second_administrator(bank)
    adela = open_browser()
    await adela.sign_in("adela")
    answers = await _answers(adela)
    assert set(answers) == {"approve", "reject"}
    assert (await adela.post(answers[act])).status_code == 303
    assert await _enrolled(bank) is kept
    assert LOST not in (await proposed.get("/staff-access")).text


async def test_a_withdrawn_proposal_can_no_longer_be_approved(
    bank: Bank, proposed: Browser, open_browser: Callable[[], Browser]
) -> None:
    await _second_administrator(bank)
    adela = open_browser()
    await adela.sign_in("adela")
    approve = (await _answers(adela))["approve"]
    await proposed.post((await _answers(proposed))["withdraw"])
    late = await adela.post(approve)
    assert late.status_code == 409
    assert await _enrolled(bank)


async def test_a_proposal_without_a_reason_is_answered_on_the_page(
    bank: Bank, open_browser: Callable[[], Browser], clock: FixedClock
) -> None:
    theirs, admin = open_browser(), open_browser()
    await theirs.sign_in("manager")
    await set_up(theirs, clock)
    await admin.sign_in("administrator")
    await admin.get("/staff-access")
    refused = await admin.post(f"/staff-access/{bank.manager.id}/factor", {"reason": "  "})
    assert refused.status_code == 422
    assert await _scalar(bank, "SELECT count(*) FROM factor_reset WHERE user_id = :id") == 0


async def test_an_officer_sees_no_page_of_it_and_proposes_nothing(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("officer")
    assert (await browser.get("/staff-access")).status_code == 403
    assert (await browser.post(f"/staff-access/{bank.manager.id}/factor", {"reason": LOST})).status_code == 403


async def test_the_menu_leads_only_where_its_reader_may_go(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    """An administrator sees no customers, and so neither their cases nor their duplicates."""
    links = {}
    for login in ("administrator", "officer"):
        browser = open_browser()
        await browser.sign_in(login)
        links[login] = set(re.findall(r'<li><a href="([^"]+)"', (await browser.get("/")).text))
    about_customers = {"/customers", "/cases", "/duplicates"}
    assert links["administrator"] & about_customers == set()
    assert links["officer"] >= about_customers | {"/approvals", "/products", "/screening"}
    assert "/colleagues" in links["administrator"]
