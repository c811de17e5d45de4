"""Advice and sales in the browser: the interview at the desk, its result on paper, selling against a warning."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.customers.inputs import PartyChanges
from backend.customers.models import Customer, Stage
from backend.customers.service import edit_party
from tests.factories.catalogue import approved_product
from tests.factories.customers import Bank, person
from tests.factories.suitability import CAUTIOUS, EU
from tests.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("bank")
_HIDDEN = re.compile(r'<input type="hidden" name="(q\.[^"]+)" value="([^"]+)">')
_KEY = re.compile(r'name="idempotencyKey" value="([^"]+)"')
GROUPS = (
    ("known_products", "rates_rise", "spreading"),
    ("years", "trades"),
    ("employment", "surplus", "reserve", "share"),
    ("bearable", "fall", "objective", "sustainability"),
    ("needed", "circumstances"),
)


@pytest.fixture
async def customer(bank: Bank) -> UUID:
    """Active, in the manager's book; two funds are on sale."""
    party = await bank.customer(person("Rurik Vasnetzov", birth_date="1971-07-09"))

    async def ready(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party.id))).one()
        async with ctx.audit("customer.stage", ("party", party.id)):
            row.stage, row.activated_at = Stage.ACTIVE, ctx.now
        for code, risk in (("calm", "R2"), ("wild", "R4")):
            given = {"risk_grade": risk, "needs_assessment": "suitability", "questionnaire": EU, "kind": "fund"}
            names = {"en": f"{code} fund", "zh": f"{code}基金"}
            await approved_product(ctx, code, date(2020, 1, 1), names=names, **given)

    await bank.platform.run(bank.system, ready)
    return party.id


async def interviewed(browser: Browser, customer: UUID, **changed: str) -> str:
    """Every page answered; the text of the page for the declaration."""
    path, page = f"/customers/{customer}/assess/suitability", await browser.get(f"/customers/{customer}/selling")
    page = await browser.get(path)
    for at, group in enumerate(GROUPS):
        told = {f"q.{code}": [changed.get(code, CAUTIOUS[code][0])] for code in group}
        page = await browser.post(path, {"at": str(at), "to": "next", **told, **carried(page.text)})
    return page.text


def carried(page: str) -> dict[str, list[str]]:
    """What the page takes along of earlier answers."""
    found: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(page):
        found.setdefault(name, []).append(value)
    return found


async def recorded(browser: Browser, customer: UUID) -> str:
    """The address of the assessment."""
    page = await interviewed(browser, customer)
    sent = {"at": "5", "to": "record", "declared": "yes", "idempotencyKey": _KEY.findall(page)[0], **carried(page)}
    done = await browser.post(f"/customers/{customer}/assess/suitability", sent)
    assert done.status_code == 303
    return done.headers["location"]


async def test_an_interview_ends_in_a_grade_with_its_reasons_and_a_paper_to_sign(
    browser: Browser, customer: UUID
) -> None:
    await browser.sign_in("manager")
    where = await recorded(browser, customer)
    page = await browser.get(where)
    assert "<b>C3</b>" in page.text
    assert "Capacity for loss" in page.text
    paper = await browser.get(f"{where}/record.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


async def test_an_unanswered_question_is_asked_again_and_the_other_answers_stay(
    browser: Browser, customer: UUID
) -> None:
    await browser.sign_in("manager")
    path = f"/customers/{customer}/assess/suitability"
    await browser.get(path)
    page = await browser.post(path, {"at": "0", "to": "next", "q.rates_rise": "falls"})
    assert page.status_code == 422
    assert "Please answer this question." in page.text
    assert re.search(r'name="q\.rates_rise" value="falls" checked', page.text)


async def test_going_back_loses_nothing(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    page = await interviewed(browser, customer)
    path = f"/customers/{customer}/assess/suitability"
    back = await browser.post(path, {"at": "5", "to": "0", **carried(page)})
    assert re.search(r'name="q\.known_products" value="money_market" checked', back.text)
    assert carried(back.text)["q.needed"] == ["under_7"]


async def test_a_contradiction_is_shown_and_asks_for_the_customers_words(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    page = await interviewed(browser, customer, objective="growth", needed="within_year")
    assert "Growth takes years" in page
    assert 'name="x.growth_soon_needed"' in page
    path, sent = f"/customers/{customer}/assess/suitability", {"at": "5", "to": "record", "declared": "yes"}
    refused = await browser.post(path, {**sent, **carried(page)})
    assert refused.status_code == 422
    assert "objective" not in re.sub("<[^>]*>", "", refused.text)
    assert re.search(r'name="declared" value="yes" checked', refused.text)
    said = {"x.growth_soon_needed": "A flat is bought in the summer."}
    assert (await browser.post(path, {**sent, **said, **carried(page)})).status_code == 303


async def test_nothing_is_recorded_before_the_customer_has_declared_it(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    page = await interviewed(browser, customer)
    refused = await browser.post(
        f"/customers/{customer}/assess/suitability", {"at": "5", "to": "record", **carried(page)}
    )
    assert refused.status_code == 422
    assert "Please have the customer declare this first." in refused.text


async def test_the_conversation_is_held_in_the_customers_language(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    path = f"/customers/{customer}/assess/suitability"
    await browser.get(path)
    page = await browser.post(path, {"at": "0", "lang": ["en", "zh_CN"], "q.rates_rise": "falls"})
    assert "市场利率上升时" in page.text
    assert re.search(r'name="q\.rates_rise" value="falls" checked', page.text)
    assert "What you know" in (await browser.get(path)).text


async def test_the_conversation_begins_in_the_language_of_correspondence(
    bank: Bank, browser: Browser, customer: UUID
) -> None:
    await bank.run(bank.manager, edit_party, customer, PartyChanges(correspondence_language="zh_CN"))
    await browser.sign_in("manager")
    path = f"/customers/{customer}/assess/suitability"
    assert "市场利率上升时" in (await browser.get(path)).text
    assert "What you know" in (await browser.get(f"{path}?lang=en")).text


async def test_what_may_be_sold_is_told_with_its_reasons(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    before = unescape((await browser.get(f"/customers/{customer}/selling")).text)
    assert "calm fund needs an assessment of the customer, and there is none." in before
    await recorded(browser, customer)
    after = unescape((await browser.get(f"/customers/{customer}/selling")).text)
    assert "wild fund is graded R4; the customer's grade C3 suits R1, R2, R3." in after


async def test_a_sale_against_a_warning_waits_for_somebody_else(
    browser: Browser, open_browser: Callable[[], Browser], customer: UUID
) -> None:
    await browser.sign_in("manager")
    await recorded(browser, customer)
    path = f"/customers/{customer}/selling/wild"
    page = await browser.get(path)
    assert "I was told that this product does not suit me" in page.text
    alone = {"channel": "branch", "version": "1", "told": "yes", "currency": "CZK"}
    without = await browser.post(path, {**alone, "words": "I want it all the same."})
    assert (without.status_code, "this product needs an amount" in without.text) == (422, True)
    alone["amount"] = "5000"
    assert (await browser.post(path, alone)).status_code == 422
    sold = await browser.post(path, {**alone, "words": "I want it all the same.", "read_in": "zh_CN"})
    assert sold.status_code == 303
    where = sold.headers["location"]
    shown = await browser.get(where)
    assert "Waits for a signature" in shown.text
    assert "本人已被告知" in shown.text
    assert f'action="{where}/sign"' not in shown.text
    lead = open_browser()
    await lead.sign_in("lead")
    for path in ("/sales", "/approvals"):
        assert where in (await lead.get(path)).text
    await lead.get(where)
    assert (await lead.post(f"{where}/sign")).status_code == 303
    assert "Sold" in (await lead.get(where)).text


async def test_a_refused_attempt_is_recorded(browser: Browser, customer: UUID) -> None:
    await browser.sign_in("manager")
    path = f"/customers/{customer}/selling/calm"
    assert path in (await browser.get(f"/customers/{customer}/selling")).text
    await browser.get(path)
    sent = await browser.post(path, {"channel": "branch", "version": "1"})
    assert sent.status_code == 303
    assert "Refused" in (await browser.get(sent.headers["location"])).text
