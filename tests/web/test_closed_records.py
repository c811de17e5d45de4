"""Pages of a record that was merged into another one, or whose person was erased: they are read, and offer no act."""

import re

import pytest

from backend.access.context import Context
from backend.customers import service as customers
from backend.customers.models import Party, PartyStatus
from backend.onboarding.dependants import CaseDependants
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

PAGES = (
    *(f"/customers/{{id}}{section}" for section in ("", "/portrait", "/ties", "/holdings", "/cases", "/contact")),
    *(f"/customers/{{id}}{section}" for section in ("/next", "/selling", "/rating", "/privacy", "/reviews")),
    "/customers/{id}/reviews/panel",
    "/customers/{id}/playbooks",
    "/customers/{id}/contact/standing",
    "/complaints/of/{id}",
    "/feedback/of/{id}",
    "/life/of/{id}",
    "/life/of/{id}/stage",
    "/loyalty/members/{id}",
    "/loyalty/of/{id}",
    "/tasks/of/{id}",
)
BEGINS = re.compile(
    r'<form[^>]*method="post"[^>]*action="([^"]+)"'
    r'|href="((?:/tasks/new|/complaints/new|/feedback/take|/life/prospects/new)[^"]*|[^"]*/(?:message|selling/[^"]+))"'
)


async def merged(bank: Bank) -> Party:
    loser, survivor = [await bank.customer(person(name)) for name in ("Rurik Vasnetzov", "Rurik Vasnetsov")]
    case = await bank.run(bank.officer, customers.propose_merge, loser.id, survivor.id, survivor.id)
    await bank.run(bank.second_officer, customers.approve_merge, case.id, CaseDependants())
    return loser


async def erased(bank: Bank) -> Party:
    party = await bank.customer(person("Rurik Vasnetzov"))

    async def emptied(ctx: Context) -> None:
        async with ctx.audit("customer.erase", ("party", party.id)):
            (await ctx.session.get_one(Party, party.id)).status = PartyStatus.SHREDDED

    await bank.run(bank.system, emptied)
    return party


def begun(text: str) -> set[str]:
    main = text.partition("<main")[2] or text
    return {first or second for first, second in BEGINS.findall(main)}


@pytest.mark.parametrize("closed", [merged, erased], ids=["merged", "erased"])
@pytest.mark.parametrize("login", ["manager", "officer"])
async def test_no_page_of_a_closed_record_offers_to_begin_something(
    bank: Bank, browser: Browser, login: str, closed: object
) -> None:
    assert callable(closed)
    party = await closed(bank)
    await browser.sign_in(login)
    offered = {}
    for page in PAGES:
        answer = await browser.get(page.format(id=party.id))
        assert answer.status_code in {200, 303, 403, 404}, (page, answer.status_code)
        if found := begun(answer.text):
            offered[page] = found
    assert offered == {}


@pytest.mark.parametrize("closed", [merged, erased], ids=["merged", "erased"])
async def test_the_portrait_of_a_closed_record_leads_to_the_page_that_says_why(
    bank: Bank, browser: Browser, closed: object
) -> None:
    assert callable(closed)
    party = await closed(bank)
    await browser.sign_in("manager")
    answer = await browser.get(f"/customers/{party.id}/portrait")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/customers/{party.id}")
    page = (await browser.get(f"/customers/{party.id}")).text
    assert f"/customers/{party.id}/portrait" not in page
    assert "This record was merged." in page or "An erased person" in page


async def test_the_same_pages_of_an_open_record_do(bank: Bank, browser: Browser) -> None:
    party = await bank.customer(person("Rurik Vasnetzov"))
    await browser.sign_in("manager")
    texts = [(await browser.get(page.format(id=party.id))).text for page in PAGES]
    assert {f"/tasks/new?party={party.id}", f"/customers/{party.id}/contact/message"} <= set().union(*map(begun, texts))
