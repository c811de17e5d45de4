"""Reviews of products in the browser: the worklist, the pack as it arrives, findings, two signatures, two languages."""

import re
from collections.abc import Callable

import pytest

from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import operator
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.jobs import product_reviews as jobs
from backend.products.models import Product, ProductRisk
from tests.factories import products as make
from tests.web.conftest import PASSWORD, Browser

_PEOPLE = {
    "alena": "product_manager",
    "lucie": "compliance_officer",
    "jana": "relationship_manager",
    "olga": "auditor",
}


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    made = await make.makers(platform, tenant, clock)

    async def hire(ctx: Context) -> None:
        for login, role in _PEOPLE.items():
            user = await directory.create_staff(
                ctx, login=login, display_name=login.title(), password=PASSWORD, team_id=None, locale="en"
            )
            await directory.grant_role(ctx, holder_id=user.id, role=role)

    await platform.run(operator(tenant), hire)
    return made


@pytest.fixture
async def product(makers: make.Makers) -> Product:
    return await makers.on_sale(code="savings", risk=ProductRisk.MEDIUM)


async def opened(browser: Browser, product: Product) -> str:
    """The path of a review that alena has opened."""
    await browser.sign_in("alena")
    await browser.get("/product-reviews")
    given = {"product": str(product.id), "kind": "request", "note": "Customers ask what they pay for"}
    sent = await browser.post("/product-reviews/open", given)
    assert sent.status_code == 303
    return str(sent.headers["location"]).partition("?")[0]


async def packed(browser: Browser, makers: make.Makers, product: Product) -> str:
    """Taken, with its pack computed."""
    path = await opened(browser, product)
    for step in ("take", "pack"):
        await browser.get(path)
        assert (await browser.post(f"{path}/{step}")).status_code == 303
    assert await jobs.compute_waiting(makers.platform, makers.tenant.id) == 1
    return path


async def test_a_review_that_is_asked_for_stands_on_the_worklist_with_its_reason(
    browser: Browser, product: Product
) -> None:
    path = await opened(browser, product)
    listed = (await browser.get("/product-reviews?state=open&trigger=request")).text
    assert path in listed
    assert path not in (await browser.get("/product-reviews?trigger=complaint_spike")).text
    assert "Customers ask what they pay for" in (await browser.get(path)).text


async def test_a_review_without_words_is_not_opened_and_says_so(browser: Browser, product: Product) -> None:
    await browser.sign_in("alena")
    await browser.get("/product-reviews")
    sent = await browser.post("/product-reviews/open", {"product": str(product.id), "kind": "request", "note": " "})
    assert sent.status_code == 422
    assert 'role="alert"' in sent.text


async def test_a_pack_that_is_computed_shows_that_it_waits_and_then_its_sections(
    browser: Browser, makers: make.Makers, product: Product
) -> None:
    path = await opened(browser, product)
    for step in ("take", "pack"):
        await browser.get(path)
        await browser.post(f"{path}/{step}")
    waiting = (await browser.get(path)).text
    assert 'hx-trigger="every 2s"' in waiting
    assert f"{path}/pack.pdf" not in waiting
    await jobs.compute_waiting(makers.platform, makers.tenant.id)
    ready = (await browser.get(path)).text
    assert "every 2s" not in ready
    assert f"{path}/pack.pdf" in ready
    assert re.search(r'<p class="code wrap">[0-9a-f]{64}</p>', ready)


async def test_a_page_that_waits_for_its_pack_is_loaded_anew_when_the_pack_is_there(
    browser: Browser, makers: make.Makers, product: Product
) -> None:
    path = await opened(browser, product)
    for step in ("take", "pack"):
        await browser.get(path)
        await browser.post(f"{path}/{step}")
    again = f"{path}?waiting=yes"
    assert f'hx-get="{again}"' in (await browser.get(path)).text
    assert "hx-refresh" not in (await browser.get(again)).headers
    await jobs.compute_waiting(makers.platform, makers.tenant.id)
    assert (await browser.get(again)).headers["hx-refresh"] == "true"


async def test_nothing_is_decided_before_there_is_a_pack(browser: Browser, product: Product) -> None:
    path = await opened(browser, product)
    await browser.get(path)
    await browser.post(f"{path}/take")
    await browser.get(path)
    sent = await browser.post(f"{path}/propose", {"verdict": "CONTINUE:as_expected"})
    assert sent.status_code in {409, 422}
    assert 'role="alert"' in sent.text


async def test_a_finding_gets_an_action_which_its_owner_ends_with_what_was_done(
    browser: Browser, makers: make.Makers, product: Product
) -> None:
    path = await packed(browser, makers, product)
    await browser.get(path)
    found = {"section": "value", "severity": "high", "words": "Fees outweigh the interest"}
    assert (await browser.post(f"{path}/find", found)).status_code == 303
    page = (await browser.get(path)).text
    finding = page.split('name="finding" value="')[1].split('"')[0]
    owner = re.search(r'<option value="([0-9a-f-]+)">Alena</option>', page)
    assert owner is not None
    given = {"finding": finding, "words": "Price it anew", "owner": owner[1], "dueOn": "2026-12-31"}
    assert (await browser.post(f"{path}/act", given)).status_code == 303
    page = (await browser.get(path)).text
    assert "Price it anew" in (await browser.get("/product-reviews")).text
    ended = page.split('name="action" value="')[1].split('"')[0]
    done = {"action": ended, "state": "done", "outcome": "The fee fell by half"}
    assert (await browser.post(f"{path}/end", done)).status_code == 303
    assert "The fee fell by half" in (await browser.get(path)).text


async def test_a_decision_is_signed_by_two_people_and_tells_the_next_day(
    browser: Browser, open_browser: Callable[[], Browser], makers: make.Makers, product: Product
) -> None:
    path = await packed(browser, makers, product)
    await browser.get(path)
    assert (await browser.post(f"{path}/propose", {"verdict": "CONTINUE:as_expected"})).status_code == 303
    own = (await browser.get(path)).text
    assert f'action="{path}/sign"' not in own
    assert "A second person has to sign." in own
    other = open_browser()
    await other.sign_in("lucie")
    assert f'action="{path}/sign"' in (await other.get(path)).text
    assert (await other.post(f"{path}/sign")).status_code == 303
    ended = (await other.get(path)).text
    assert "Signed by Alena and Lucie." in ended
    assert "Next review on" in ended
    assert "style=" not in ended


async def test_the_review_with_its_pack_is_a_pdf(browser: Browser, makers: make.Makers, product: Product) -> None:
    path = await packed(browser, makers, product)
    printed = await browser.get(f"{path}/pack.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


async def test_auditors_read_and_are_offered_nothing_to_do(
    browser: Browser, open_browser: Callable[[], Browser], makers: make.Makers, product: Product
) -> None:
    path = await packed(browser, makers, product)
    other = open_browser()
    await other.sign_in("olga")
    page = (await other.get(path)).text
    assert "Recorded inputs" in page
    assert f'action="{path}/' not in page


async def test_the_first_line_does_not_find_a_review(
    browser: Browser, open_browser: Callable[[], Browser], product: Product
) -> None:
    path = await opened(browser, product)
    other = open_browser()
    await other.sign_in("jana")
    assert (await other.get(path)).status_code == 404
    assert path not in (await other.get("/product-reviews")).text


async def test_worklist_and_workbench_speak_chinese(browser: Browser, makers: make.Makers, product: Product) -> None:
    path = await packed(browser, makers, product)
    await browser.get(path)
    await browser.post("/language", {"locale": "zh_CN", "back": path})
    assert "储蓄账户" in (await browser.get("/product-reviews")).text
    page = (await browser.get(path)).text
    assert "同事申请" in page
    assert "Recorded inputs" not in page
