"""Playbooks and next best offers in the web client."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.consent import service as consent
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Party, Stage
from backend.engagement.offers import service as offers
from backend.engagement.playbooks import rules, service
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.ruleset import playbooks_on
from tests.factories.catalogue import approved_product
from tests.factories.contact_house import House, house
from tests.factories.customers import Bank
from tests.web.conftest import Browser

CODE = "win_back"
_COURSE = re.compile(r"/life/playbooks/courses/([0-9a-f-]{36})")


@pytest.fixture(autouse=True)
def post() -> Iterator[House]:
    with house() as kept:
        yield kept


async def silent(bank: Bank, clock: FixedClock, arm: Arm = Arm.TREATED) -> Party:
    """A customer of the manager's book who is about to leave, drawn into the arm."""
    loaded = playbooks_on(bank.platform.policies_of(bank.system), clock().date())[CODE]
    while True:
        party = await bank.customer()
        if rules.arm(loaded.sha256, party.id, loaded.rules.holdout_bp) is arm:
            break

    async def fallen(ctx: Any) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party.id))).one()
        async with ctx.audit("customer.stage", ("party", party.id)):
            row.stage, row.stage_since = Stage.AT_RISK, ctx.now

    await bank.platform.run(bank.system, fallen)
    return party


async def run(bank: Bank, clock: FixedClock, days: int = 0) -> None:
    clock.advance(timedelta(days=days))
    await bank.platform.run(bank.system, service.take_up)
    while await bank.platform.run(bank.system, service.go_on):
        pass


async def course(browser: Browser) -> str:
    found = _COURSE.search((await browser.get(f"/life/playbooks/{CODE}")).text)
    assert found is not None
    return f"/life/playbooks/courses/{found.group(1)}"


async def test_playbooks_are_listed_with_what_can_be_told_of_their_effect(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    page = (await browser.get("/life/playbooks")).text
    assert "Winning back" in page
    assert "Too few customers have gone through to tell" in page


async def test_a_course_is_followed_and_its_call_answered(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await silent(bank, clock)
    await run(bank, clock)
    await run(bank, clock, 7)
    await browser.sign_in("manager")
    path = await course(browser)
    page = (await browser.get(path)).text
    assert "Comes back" in page
    assert (await browser.post(f"{path}/answer", {"step": "call", "answer": "returns"})).status_code == 303
    assert "See that what was promised in the call is done" in (await browser.get(path)).text


async def test_work_of_a_call_leads_to_its_course(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await silent(bank, clock)
    await run(bank, clock)
    await run(bank, clock, 7)
    await browser.sign_in("manager")
    queue = (await browser.get("/queues/engagement.follow_up")).text
    found = re.search(r"/life/playbooks/steps/[0-9a-f-]{36}", queue)
    assert found is not None
    answer = await browser.get(found.group(0))
    assert _COURSE.search(answer.headers["location"])


async def test_a_customer_whom_the_lot_leaves_alone_is_told_so(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await silent(bank, clock, Arm.CONTROL)
    await run(bank, clock)
    await browser.sign_in("manager")
    assert "The lot chose this customer" in (await browser.get(await course(browser))).text


async def test_a_lead_pauses_a_playbook_with_a_reason_and_lets_it_go_on(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("lead")
    path = f"/life/playbooks/{CODE}"
    await browser.get(path)
    refused = await browser.post(f"{path}/pause", {"reason": " "})
    assert refused.status_code == 422
    assert (await browser.post(f"{path}/pause", {"reason": "The letter has a mistake."})).status_code == 303
    assert "The letter has a mistake." in (await browser.get(path)).text
    assert (await browser.post(f"{path}/resume")).status_code == 303


async def test_a_customer_is_enrolled_by_hand_and_taken_out(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    party = await silent(bank, clock)
    await browser.sign_in("manager")
    await browser.get(f"/customers/{party.id}/playbooks")
    sent = await browser.post(f"/customers/{party.id}/playbooks", {"playbook": CODE})
    assert sent.status_code == 303, sent.text
    await browser.get(sent.headers["location"])
    out = f"{sent.headers['location']}/take-out"
    assert (await browser.post(out)).status_code == 422
    assert (await browser.post(out, {"reason": "asked"})).status_code == 303
    shown = (await browser.get(sent.headers["location"])).text
    assert "Taken out by a colleague" in shown
    assert "The customer asked for it" in shown


async def offered(bank: Bank, *, agreed: bool = True) -> Party:
    """A customer who may be offered a savings account."""
    party = await bank.customer()

    async def made(ctx: Any) -> None:
        await approved_product(ctx, "savings", date(2020, 1, 1), kind="deposit")
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party.id))).one()
        async with ctx.audit("customer.stage", ("party", party.id)):
            row.stage, row.stage_since = Stage.ACTIVE, ctx.now

    await bank.platform.run(bank.system, made)
    for purpose in ("marketing", "profiling") if agreed else ():
        given = consent.ConsentInput(purpose=purpose, text_version=1, evidence="in_person")
        await bank.platform.run(bank.manager, lambda ctx, given=given: consent.record_consent(ctx, party.id, given))
    return party


async def test_an_offer_is_shown_with_its_reasons_and_answered(bank: Bank, browser: Browser) -> None:
    party = await offered(bank)
    await browser.sign_in("manager")
    path = f"/customers/{party.id}/next"
    page = (await browser.get(path)).text
    assert "No model has scored this customer" in page
    given = {"product": "savings", "answer": "declined", "reason": "price"}
    assert (await browser.post(path, given)).status_code == 303
    after = (await browser.get(path)).text
    assert "Too expensive" in after
    assert "not offered again before" in after


async def test_what_stands_against_an_offer_is_said(bank: Bank, browser: Browser) -> None:
    party = await offered(bank, agreed=False)
    await browser.sign_in("manager")
    page = (await browser.get(f"/customers/{party.id}/next")).text
    assert "There is no consent for this purpose: offers and news." in page


async def test_a_manager_sees_whom_to_offer_what_next(bank: Bank, browser: Browser) -> None:
    party = await offered(bank)
    await browser.sign_in("manager")
    assert f"/customers/{party.id}/next" in (await browser.get("/life/offers")).text


async def test_next_offers_are_kept_to_a_product_by_the_address(bank: Bank, browser: Browser) -> None:
    party = await offered(bank)
    await bank.run(bank.system, offers.rank, [party.id])
    await browser.sign_in("manager")
    kept = (await browser.get("/life/offers?product=savings")).text
    assert f"/customers/{party.id}/next" in kept
    assert '<option value="savings" selected>Savings (1)</option>' in kept
    assert f"/customers/{party.id}/next" not in (await browser.get("/life/offers?product=loan")).text


async def test_an_offer_names_the_customers_alike_that_its_chance_rests_on(bank: Bank, browser: Browser) -> None:
    party = await offered(bank)
    await browser.sign_in("manager")
    page = (await browser.get(f"/customers/{party.id}/next")).text
    assert "Customers alike" in page
    assert "of customers alike (three months&#39; inflow below 1 CZK · products held 0)" in page
    assert "cautiously" in page or "at best" in page


async def test_a_lead_sees_how_offers_were_answered(bank: Bank, browser: Browser) -> None:
    party = await offered(bank)
    await browser.sign_in("manager")
    await browser.get(f"/customers/{party.id}/next")
    await browser.post(f"/customers/{party.id}/next", {"product": "savings", "answer": "accepted"})
    await browser.sign_in("lead")
    page = (await browser.get("/life/offers")).text
    assert "100" in page
    assert "Savings" in page
