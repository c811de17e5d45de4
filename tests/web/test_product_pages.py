"""Products in the browser: found, read, written, proposed and signed by two people, in both languages."""

from collections.abc import Callable

import pytest

from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import operator
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from backend.products import files
from backend.products.definition import ProductDefinition
from backend.products.models import ProductState
from tests.factories import products as make
from tests.web.conftest import PASSWORD, Browser


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    """Two of them may sign in."""
    made = await make.makers(platform, tenant, clock)

    async def hire(ctx: Context) -> None:
        for login, role in (("alena", "product_manager"), ("lucie", "compliance_officer")):
            user = await directory.create_staff(
                ctx, login=login, display_name=login.title(), password=PASSWORD, team_id=None, locale="en"
            )
            await directory.grant_role(ctx, holder_id=user.id, role=role)

    await platform.run(operator(tenant), hire)
    return made


async def test_the_catalogue_is_filtered_by_state_and_text(browser: Browser, makers: make.Makers) -> None:
    await makers.on_sale(code="sold_one")
    await makers.concept(code="idea_one")
    await browser.sign_in("alena")
    page = await browser.get("/products?state=on_sale")
    assert "sold_one" in page.text
    assert "idea_one" not in page.text
    assert "No product answers to this." in (await browser.get("/products?text=nothing-like-it")).text


async def test_a_step_is_proposed_by_one_and_signed_by_another(
    browser: Browser, open_browser: Callable[[], Browser], makers: make.Makers
) -> None:
    row = await makers.concept()
    await makers.bring_to(row.id, ProductState.APPROVAL)
    await makers.bring(row.id, ProductState.ON_SALE)
    path = f"/products/{row.id}"
    await browser.sign_in("alena")
    assert "Age: at least 18 years" in (await browser.get(path)).text
    sent = await browser.post(f"{path}/propose", {"target": "ON_SALE", "ofVersion": "yes"})
    assert sent.status_code == 303
    assert f"{path}/sign" not in (await browser.get(path)).text
    other = open_browser()
    await other.sign_in("lucie")
    page = await other.get(path)
    assert "You sign as Compliance officer" in page.text
    hidden = {name: page.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("move", "binding")}
    assert (await other.post(f"{path}/sign", hidden)).status_code == 303
    assert "On sale" in (await other.get(path)).text
    assert (await makers.papers(row.id)).product.state == ProductState.ON_SALE


async def test_the_editor_says_what_a_text_would_change_before_it_is_saved(
    browser: Browser, makers: make.Makers
) -> None:
    row = await makers.concept()
    await browser.sign_in("alena")
    await browser.get(f"/products/{row.id}/edit")
    broken = await browser.post(f"/products/{row.id}/edit", {"definition": "kind: [", "check": "1"})
    assert broken.status_code == 200
    assert 'role="alert"' in broken.text
    given = files.write([(row, ProductDefinition.model_validate(make.definition(currency="EUR")))])
    text = "\n".join(line[2:] for line in given.decode().split("definition:\n")[1].splitlines())
    checked = await browser.post(f"/products/{row.id}/edit", {"definition": text, "check": "1"})
    assert "Currency was CZK, becomes EUR" in checked.text
    assert (await makers.version(row.id)).definition["currency"] == "CZK"
    assert (await browser.post(f"/products/{row.id}/edit", {"definition": text})).status_code == 303
    assert (await makers.version(row.id)).definition["currency"] == "EUR"
