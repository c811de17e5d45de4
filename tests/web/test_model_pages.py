"""Models in the browser: asked for, trained, validated by somebody else, confirmed by two, and in two languages."""

import pytest

from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import operator
from backend.edge.platform import Platform
from backend.jobs import scoring
from tests.factories import portfolio
from tests.factories.customers import Bank
from tests.web.conftest import PASSWORD, Browser

_PEOPLE = {
    "petr": ("risk_analyst", "en"),
    "helena": ("head_of_compliance", "en"),
    "wang": ("head_of_compliance", "zh_CN"),
}


@pytest.fixture
async def ledger(bank: Bank, platform: Platform, tenant: Tenant) -> Bank:
    async def hire(ctx: Context) -> None:
        for login, (role, locale) in _PEOPLE.items():
            user = await directory.create_staff(
                ctx, login=login, display_name=login.title(), password=PASSWORD, team_id=None, locale=locale
            )
            await directory.grant_role(ctx, holder_id=user.id, role=role)

    await platform.run(operator(tenant), hire)
    await portfolio.fill(bank)
    return bank


async def trained(browser: Browser, ledger: Bank, code: str = "churn") -> str:
    """The path of a version that petr asked for and a worker trained."""
    await browser.sign_in("petr")
    await browser.get("/life/models")
    assert (await browser.post("/life/models/train", {"code": code})).status_code == 303
    assert await scoring.train_waiting(ledger.platform, ledger.tenant.id) == 1
    line = (await browser.get("/life/models")).text.partition('href="/life/models/')[2]
    return f"/life/models/{line.partition(chr(34))[0]}"


async def acted(browser: Browser, path: str, act: str, **given: str) -> int:
    """On the version that the page shows."""
    text = (await browser.get(path)).text
    version = text.partition(f"{path}/")[2][:36]
    return int((await browser.post(f"{path}/{version}/{act}", given)).status_code)


async def test_a_trained_model_shows_its_pictures_and_its_card(browser: Browser, ledger: Bank) -> None:
    path = await trained(browser, ledger)
    text = (await browser.get(path)).text
    assert "AUC: the chance that whom it happens to scores higher" in text
    assert text.count("<figure>") == 3
    version = text.partition(f"{path}/")[2][:36]
    card = await browser.get(f"{path}/{version}/card.md")
    assert card.headers["content-type"].startswith("text/markdown")
    assert card.text.startswith("# Churn · Version 1")


async def test_a_champion_needs_three_people_and_then_scores(browser: Browser, ledger: Bank) -> None:
    path = await trained(browser, ledger, "activity")
    assert await acted(browser, path, "submit") == 303
    assert await acted(browser, path, "validate", words="Any.") != 303
    await browser.sign_in("helena")
    assert await acted(browser, path, "validate", words="For current accounts only.") == 303
    await browser.sign_in("petr")
    assert await acted(browser, path, "promote") == 303
    await browser.sign_in("helena")
    assert await acted(browser, path, "confirm") == 303
    runs = await scoring.score_portfolio(ledger.platform, ledger.system, lambda *_: None)
    assert [run.in_use for run in runs] == [True]
    assert "Runs over the portfolio" in (await browser.get(path)).text


async def test_validation_reads_in_chinese(browser: Browser, ledger: Bank) -> None:
    path = await trained(browser, ledger, "rfm")
    await acted(browser, path, "submit")
    await browser.sign_in("wang")
    text = (await browser.get(path)).text
    assert "验证通过" in text
    assert "评分与结果的秩相关系数" in text


async def test_a_failed_training_says_why(browser: Browser, bank: Bank, ledger: Bank) -> None:
    await browser.sign_in("petr")
    await browser.get("/life/models")
    sent = await browser.post("/life/models/train", {"code": "activity", "horizon": "24"})
    assert sent.status_code == 303
    assert await scoring.train_waiting(ledger.platform, ledger.tenant.id) == 0
    text = (await browser.get("/life/models")).text
    assert "Not trained" in text


async def test_a_manager_is_shown_no_inventory(browser: Browser, ledger: Bank) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/life/models")).status_code == 403


async def test_a_second_version_is_shown_against_the_champion(browser: Browser, ledger: Bank) -> None:
    path = await trained(browser, ledger)
    await acted(browser, path, "submit")
    await browser.sign_in("helena")
    await acted(browser, path, "validate", words="Any.")
    await browser.sign_in("petr")
    await acted(browser, path, "promote")
    await browser.sign_in("helena")
    await acted(browser, path, "confirm")
    await browser.sign_in("petr")
    await browser.get(path)
    model = path.rpartition("/")[2]
    sent = await browser.post("/life/models/train", {"code": "churn", "model": model})
    assert sent.headers["location"] == path
    under_way = (await browser.get(path)).text
    assert "Waiting for a worker" in under_way
    assert "Train anew" not in under_way
    assert await scoring.train_waiting(ledger.platform, ledger.tenant.id) == 1
    second = (await browser.get(path)).text.partition(f"{path}?version=")[2][:36]
    text = (await browser.get(f"{path}?version={second}")).text
    assert "Against the champion, version 1" in text
    assert "No difference is shown beyond chance" in text
    assert "ROC curves of both" in text
