"""The public page on which somebody applies by themselves."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.consent.models import ConsentEvent
from backend.core.ids import new_id
from backend.customers.languages import language_of
from backend.customers.models import Customer, Party
from backend.customers.service.relations import customer_of
from backend.edge.referral_links import referral_link, referrer_of
from backend.engagement.prospects.models import Prospect
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_KEY = re.compile(r'name="key" value="([^"]+)"')
WHO = {"fullName": "Petra Dvořáková", "email": "petra@example.com"}


async def prospects(bank: Bank) -> list[Prospect]:
    async def found(ctx: Context) -> list[Prospect]:
        return list(await ctx.session.scalars(select(Prospect).order_by(Prospect.id)))

    rows: list[Prospect] = await bank.run(bank.system, found)
    return rows


async def send(bank: Bank, browser: Browser, query: str = "", **more: Any) -> Any:
    path = f"/apply/{bank.tenant.slug}?lang=en{query}"
    key = _KEY.search((await browser.get(path)).text)
    assert key is not None
    return await browser.post(path, {"key": key.group(1), **WHO, **more})


async def test_whoever_applies_is_a_prospect_of_nobody(bank: Bank, browser: Browser) -> None:
    assert "has arrived" in (await send(bank, browser)).text
    (row,) = await prospects(bank)
    customer: Customer = await bank.run(bank.system, customer_of, row.party_id)
    assert (row.source, row.campaign, customer.manager_id) == ("web", None, None)


async def test_a_campaigns_code_is_the_source(bank: Bank, browser: Browser) -> None:
    assert "Welcome bonus" in (await browser.get(f"/apply/{bank.tenant.slug}?campaign=welcome_bonus&lang=en")).text
    await send(bank, browser, "&campaign=welcome_bonus")
    assert [(row.source, row.campaign) for row in await prospects(bank)] == [("campaign", "welcome_bonus")]


async def test_a_campaign_that_does_not_run_is_no_source(bank: Bank, browser: Browser) -> None:
    await send(bank, browser, "&campaign=spring_savings")
    assert [row.source for row in await prospects(bank)] == ["web"]


async def test_consent_is_recorded_only_when_it_was_ticked(bank: Bank, browser: Browser) -> None:
    async def given(ctx: Context) -> list[tuple[UUID, str | None, str]]:
        rows = await ctx.session.scalars(select(ConsentEvent))
        return [(row.party_id, row.text_locale, row.evidence) for row in rows]

    await send(bank, browser)
    assert await bank.run(bank.system, given) == []
    await send(bank, browser, consent="yes")
    second = (await prospects(bank))[1]
    assert await bank.run(bank.system, given) == [(second.party_id, "en", "online_form")]


async def test_a_form_that_is_sent_twice_is_received_once(bank: Bank, browser: Browser) -> None:
    path = f"/apply/{bank.tenant.slug}?lang=en"
    key = _KEY.search((await browser.get(path)).text)
    assert key is not None
    for _ in range(2):
        assert "has arrived" in (await browser.post(path, {"key": key.group(1), **WHO})).text
    assert len(await prospects(bank)) == 1


async def test_a_machine_that_fills_in_everything_is_thanked_and_not_recorded(bank: Bank, browser: Browser) -> None:
    assert "has arrived" in (await send(bank, browser, website="https://spam.example")).text
    assert await prospects(bank) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": ""}, "Leave an e-mail address or a phone number"),
        ({"email": "nonsense"}, "nonsense"),
        ({"fullName": ""}, "fullName"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    bank: Bank, browser: Browser, given: dict[str, str], words: str
) -> None:
    response = await send(bank, browser, **given)
    assert (response.status_code, words in response.text) == (422, True)
    assert await prospects(bank) == []


async def test_a_link_that_a_customer_sent_names_the_customer_as_the_source(bank: Bank, browser: Browser) -> None:
    referrer: Party = await bank.customer()
    link = referral_link(bank.platform, bank.tenant.id, bank.tenant.slug, referrer.id)
    await send(bank, browser, f"&{urlsplit(link).query}")
    assert [(row.source, row.referred_by_id) for row in await prospects(bank)] == [("referral", referrer.id)]


async def test_a_link_that_was_not_signed_here_names_nobody(bank: Bank, browser: Browser) -> None:
    await bank.customer()
    await send(bank, browser, "&friend=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")
    assert [row.source for row in await prospects(bank)] == ["web"]


async def test_a_link_means_nothing_to_another_institution(bank: Bank) -> None:
    referrer: Party = await bank.customer()
    link = referral_link(bank.platform, bank.tenant.id, bank.tenant.slug, referrer.id)
    code = urlsplit(link).query.removeprefix("friend=")
    assert referrer_of(bank.platform, bank.tenant.id, code) == referrer.id
    assert referrer_of(bank.platform, bank.system.id, code) is None


async def test_an_institution_that_does_not_exist_has_no_page(bank: Bank, browser: Browser) -> None:
    assert (await browser.get("/apply/nobody")).status_code == 404


async def test_the_page_is_in_both_languages_and_keeps_the_campaign(bank: Bank, browser: Browser) -> None:
    page = (await browser.get(f"/apply/{bank.tenant.slug}?campaign=welcome_bonus&lang=zh_CN")).text
    assert "新客户礼遇" in page
    assert "campaign=welcome_bonus&amp;lang=en" in page


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_whoever_applies_is_written_to_in_the_language_of_the_page(
    bank: Bank, browser: Browser, language: str
) -> None:
    path = f"/apply/{bank.tenant.slug}?lang={language}"
    await browser.post(path, {"key": str(new_id()), **WHO})
    (row,) = await prospects(bank)
    assert await bank.run(bank.system, language_of, row.party_id) == language


async def test_a_link_opens_in_the_language_of_the_customer_who_sends_it(bank: Bank, browser: Browser) -> None:
    referrer: Party = await bank.customer(person(correspondence_language="zh_CN"))
    await browser.sign_in("manager")
    page = (await browser.get(f"/life/prospects/new?referrer={referrer.id}")).text
    assert re.search(r"friend=[^<&]+&amp;lang=zh_CN", page)


async def test_whoever_knocks_too_often_waits(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    one = open_browser()
    answers = [(await one.get(f"/apply/{bank.tenant.slug}")).status_code for _ in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 429


async def test_the_page_of_a_customer_offers_the_link(bank: Bank, browser: Browser) -> None:
    referrer: Party = await bank.customer()
    await browser.sign_in("manager")
    page = (await browser.get(f"/life/prospects/new?referrer={referrer.id}")).text
    assert f"/apply/{bank.tenant.slug}?friend=" in page
