"""Every page in Chromium, on a desk and in a hand: no complaint of the console or of axe, nothing too wide."""

from datetime import date

import pytest

from backend.access.models import Tenant
from backend.customers.inputs import StakeInput
from backend.customers.models import Party
from backend.customers.service import add_stake
from backend.onboarding import service as onboarding
from tests.browser.conftest import Visitor
from tests.browser.judging import judge
from tests.factories.customers import Bank, organisation, person

pytestmark = pytest.mark.browser


@pytest.fixture
async def party(bank: Bank) -> Party:
    identifiers = [{"type": "passport", "value": "40123456", "country": "CZ", "expires_on": "2031-01-01"}]
    countries = [{"kind": "nationality", "country": "CZ"}]
    given = person("Jan Novák", birth_date=date(1975, 5, 1), identifiers=identifiers, countries=countries)
    return await bank.customer(given)


@pytest.fixture
async def firm(bank: Bank, party: Party) -> Party:
    made = await bank.customer(organisation("Sklárny a.s."))
    await bank.run(
        bank.manager, add_stake, StakeInput(owner_id=party.id, owned_id=made.id, kind="shares", fraction="0.6")
    )
    return made


@pytest.fixture
async def case(bank: Bank, party: Party) -> str:
    opened = await bank.run(
        bank.manager,
        onboarding.open_case,
        party_id=party.id,
        customer_id=None,
        purpose="new",
        jurisdiction="CZ",
        products=["basic_account"],
        channel="branch",
    )
    await bank.run(bank.manager, onboarding.submit, opened.id)
    await bank.run(bank.officer, onboarding.start_review, opened.id)
    return f"/cases/{opened.id}"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_no_page_breaks_a_rule_of_accessibility_or_the_content_security_policy(
    visitor: Visitor, bank: Bank, tenant: Tenant, party: Party, firm: Party, case: str, language: str
) -> None:
    wrong = {"/sign-in": await judge(visitor, "/sign-in")}
    await visitor.sign_in(tenant, "officer")
    await visitor.page.context.add_cookies([{"name": "tenure_language", "value": language, "url": visitor.address}])
    sections = [f"/customers/{party.id}{section}" for section in ("", "/holdings", "/cases", "/history")]
    lists = ["/", "/customers", "/cases", "/queues", "/queues/onboarding.review", "/approvals", "/duplicates"]
    others = [case, f"/customers/{firm.id}/ties", "/search?q=Jan", "/nowhere"]
    for path in [*lists, *sections, *others]:
        wrong[path] = await judge(visitor, path)
    await visitor.page.context.clear_cookies(name="tenure")
    await visitor.sign_in(tenant, "manager")
    for path in ["/", "/customers/new", "/customers/new?kind=person", f"/customers/{firm.id}/ties", case]:
        wrong[f"manager {path}"] = await judge(visitor, path)
    assert {path: found for path, found in wrong.items() if found} == {}
    assert [words for words in visitor.complaints if "404" not in words] == []


async def test_why_a_value_is_masked_opens_in_place(visitor: Visitor, bank: Bank, tenant: Tenant, party: Party) -> None:
    await visitor.sign_in(tenant, "auditor")
    page = await visitor.open(f"/customers/{party.id}")
    await page.locator("a[data-explain]").first.click()
    await page.wait_for_selector("dialog[open] .explain-body p")
    assert "fields.csv" in await page.inner_text("dialog[open]")
    await page.keyboard.press("Escape")
    assert await page.locator("dialog[open]").count() == 0


async def test_the_search_answers_while_one_types(visitor: Visitor, bank: Bank, tenant: Tenant, party: Party) -> None:
    await visitor.sign_in(tenant, "manager")
    page = await visitor.open("/search")
    await page.locator("main input[name=q]").press_sequentially("Novák")
    await page.wait_for_selector(f"a[href='/customers/{party.id}']")
    assert visitor.complaints == []


async def test_the_keyboard_reaches_the_content_first(visitor: Visitor, bank: Bank, tenant: Tenant) -> None:
    await visitor.sign_in(tenant, "manager")
    page = await visitor.open("/customers")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.getAttribute('href')") == "#main"


async def test_signing_in_and_recording_a_customer_needs_no_scripts(
    without_scripts: Visitor, bank: Bank, tenant: Tenant
) -> None:
    await without_scripts.sign_in(tenant, "manager")
    page = await without_scripts.open("/customers/new?kind=person")
    await page.fill("[name=fullName]", "Marie Curie")
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_load_state("networkidle")
    assert "Marie Curie" in await page.inner_text("h1")
