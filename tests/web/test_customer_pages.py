"""The record of a customer in the browser: entered, found, read as far as one's rights reach, and added to."""

import re
from collections.abc import Callable

import pytest

from backend.core.ids import new_id
from backend.customers.models import Party
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_PERSON = {
    "kind": "person",
    "fullName": "Božena Němcová",
    "since": "1980-02-04",
    "country": "CZ",
    "nationality": "CZ",
    "email": "bozena@example.cz",
}


@pytest.fixture
async def party(bank: Bank) -> Party:
    identifiers = [{"type": "passport", "value": "40123456", "country": "CZ", "expires_on": "2031-01-01"}]
    return await bank.customer(person("Jan Novák", birth_date="1975-05-01", identifiers=identifiers))


async def test_a_new_customer_gets_a_page_of_its_own(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    created = await browser.post("/customers/new", _PERSON)
    assert created.status_code == 303
    page = await browser.get(created.headers["location"])
    assert "Božena Němcová" in page.text
    assert "bozena@example.cz" in page.text
    assert "The customer was recorded." in page.text


async def test_a_form_sent_twice_with_its_key_records_one_customer(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    form = {**_PERSON, "idempotencyKey": str(new_id()), "confirmed": "yes"}
    places = {(await browser.post("/customers/new", form)).headers["location"] for _ in range(2)}
    assert len(places) == 1


async def test_a_likely_duplicate_is_shown_before_anything_is_recorded(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("manager")
    form = {**_PERSON, "fullName": "Jan Novák"}
    warned = await browser.post("/customers/new", form)
    assert "This may be somebody who is on record already." in warned.text
    assert f"/customers/{party.id}" in warned.text
    assert 'value="bozena@example.cz"' in warned.text
    assert (await browser.post("/customers/new", {**form, "confirmed": "yes"})).status_code == 303


async def test_an_identifier_with_a_wrong_check_digit_comes_back_with_all_that_was_typed(
    bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("manager")
    wrong = {"identifierType": "cz_birth_number", "identifierValue": "8002040001", "identifierCountry": "CZ"}
    response = await browser.post("/customers/new", {**_PERSON, **wrong})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert 'value="Božena Němcová"' in response.text
    assert 'value="8002040001"' in response.text
    beside = re.search(r'id="wrong-identifierValue">.*?</div>', response.text, re.DOTALL)
    assert beside is not None
    assert "Rodné číslo" in beside.group()
    assert "identifiers.0" not in response.text


@pytest.mark.parametrize("path", ["/cases?state=in_review", "/customers?stage=nowhere", "/cases?after=x"])
async def test_an_address_with_a_value_that_does_not_exist_is_no_fault_of_ours(
    bank: Bank, browser: Browser, path: str
) -> None:
    await browser.sign_in("manager")
    assert (await browser.get(path)).status_code == 422


@pytest.mark.parametrize("path", ["/explain", "/explain?object=cake&action=eat", "/queues/nowhere"])
async def test_a_page_of_what_does_not_exist_is_not_found(bank: Bank, browser: Browser, path: str) -> None:
    await browser.sign_in("manager")
    assert (await browser.get(path)).status_code == 404


async def test_who_may_not_record_customers_is_told_before_the_form(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("auditor")
    assert (await browser.get("/customers/new")).status_code == 403


@pytest.mark.parametrize("text", ["Novák", "novak", "40123456"])
async def test_a_customer_is_found_by_name_and_by_identifier(
    party: Party, bank: Bank, browser: Browser, text: str
) -> None:
    await browser.sign_in("manager")
    assert f"/customers/{party.id}" in (await browser.get("/search", params={"q": text})).text


async def test_who_may_not_see_a_customer_finds_no_page(party: Party, bank: Bank, browser: Browser) -> None:
    await browser.sign_in("stranger")
    response = await browser.get(f"/customers/{party.id}")
    assert response.status_code == 404
    assert "Novák" not in response.text


async def test_a_masked_value_is_not_in_the_page_and_says_why_on_request(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("auditor")
    page = await browser.get(f"/customers/{party.id}")
    assert "40123456" not in page.text
    link = re.search(r'data-explain href="([^"]+)"', page.text)
    assert link is not None
    why = await browser.get(link.group(1).replace("&amp;", "&"))
    assert why.status_code == 200
    assert "fields.csv" in why.text


async def test_inside_a_dialog_the_explanation_comes_without_its_frame(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("auditor")
    path = f"/explain?object=customer&action=edit&party={party.id}"
    inside = await browser.get(path, headers={"hx-request": "true"})
    assert "<html" not in inside.text
    assert "<html" in (await browser.get(path)).text


async def test_forms_stand_only_where_they_may_be_used(
    party: Party, bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    seen = {}
    for login in ("manager", "auditor"):
        visitor = open_browser()
        await visitor.sign_in(login)
        seen[login] = "Add an identifier" in (await visitor.get(f"/customers/{party.id}")).text
    assert seen == {"manager": True, "auditor": False}


async def test_a_form_that_is_sent_all_the_same_is_refused_with_the_line_of_the_policy(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("auditor")
    response = await browser.post(f"/customers/{party.id}/add/contact", {"kind": "EMAIL", "contact": "x@example.cz"})
    assert response.status_code == 403
    assert "x@example.cz" not in (await browser.get(f"/customers/{party.id}")).text


@pytest.mark.parametrize(
    ("what", "given", "seen"),
    [
        ("contact", {"kind": "EMAIL", "contact": "novak@example.cz"}, "novak@example.cz"),
        ("name", {"nameKind": "TRANSLITERATION", "fullName": "Ян Новак"}, "Ян Новак"),
        ("address", {"addressKind": "HOME", "text": "Dlouhá 1, Praha", "addressCountry": "CZ"}, "Dlouhá 1, Praha"),
    ],
)
async def test_what_is_added_stands_on_the_page(
    party: Party, bank: Bank, browser: Browser, what: str, given: dict[str, str], seen: str
) -> None:
    await browser.sign_in("manager")
    assert (await browser.post(f"/customers/{party.id}/add/{what}", given)).status_code == 303
    assert seen in (await browser.get(f"/customers/{party.id}")).text


@pytest.mark.parametrize("section", ["", "/ties", "/holdings", "/cases", "/history"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_every_section_reads_in_both_languages(
    party: Party, bank: Bank, browser: Browser, section: str, language: str
) -> None:
    await browser.sign_in("manager")
    browser.client.cookies.set("tenure_language", language)
    page = await browser.get(f"/customers/{party.id}{section}")
    assert page.status_code == 200
    assert ("概览" in page.text) is (language == "zh_CN")


@pytest.mark.parametrize("path", ["/", "/customers?whose=mine&stage=prospect", "/cases?state=DRAFT", "/queues"])
async def test_the_lists_open_for_everybody_who_is_signed_in(bank: Bank, browser: Browser, path: str) -> None:
    await browser.sign_in("auditor")
    assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/customers/00000000-0000-7000-8000-00000000abcd"])
async def test_what_is_not_there_is_a_page_too(bank: Bank, browser: Browser, path: str) -> None:
    await browser.sign_in("manager")
    response = await browser.get(path)
    assert response.status_code == 404
    assert "Not found" in response.text


async def test_a_name_full_of_markup_is_shown_and_not_run(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    evil = "Eva <script>alert(1)</script>"
    created = await browser.post("/customers/new", {**_PERSON, "fullName": evil, "confirmed": "yes"})
    page = await browser.get(created.headers.get("location", "/customers/new"))
    assert "<script>alert" not in created.text + page.text


@pytest.mark.parametrize("text", ["+1 2 3 4 5 6", "@", "100%", "'; DROP TABLE party; --", "王"])
async def test_whatever_is_typed_into_the_search_gets_a_page(bank: Bank, browser: Browser, text: str) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/search", params={"q": text})).status_code == 200


async def test_facts_are_changed_on_the_page_and_an_empty_one_becomes_unknown(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("manager")
    facts = {"birthDate": "1975-05-02", "gender": "male", "occupation": "baker", "industry": "", "country": "CZ"}
    changed = await browser.post(f"/customers/{party.id}/facts", facts)
    assert changed.status_code == 303
    await browser.post(f"/customers/{party.id}/facts", {"industry": "10.71"})
    page = (await browser.get(f"/customers/{party.id}")).text
    assert 'name="birthDate" type="date" value="1975-05-02"' in page
    assert 'value="baker"' in page
    await browser.post(f"/customers/{party.id}/facts", {"occupation": ""})
    assert 'value="baker"' not in (await browser.get(f"/customers/{party.id}")).text


async def test_the_language_of_correspondence_is_chosen_on_the_page_and_shown_in_words(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("manager")
    assert "<dd>By country</dd>" in (await browser.get(f"/customers/{party.id}")).text
    await browser.post(f"/customers/{party.id}/facts", {"correspondenceLanguage": "zh_CN"})
    page = (await browser.get(f"/customers/{party.id}")).text
    assert "<dd>Chinese (simplified)</dd>" in page
    assert '<option value="zh_CN" selected>' in page


async def test_a_new_customer_comes_with_a_language(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    created = await browser.post("/customers/new", {**_PERSON, "correspondenceLanguage": "zh_CN"})
    assert "<dd>Chinese (simplified)</dd>" in (await browser.get(created.headers["location"])).text


async def test_a_birth_date_in_the_future_comes_back_beside_its_field(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("manager")
    refused = await browser.post(f"/customers/{party.id}/facts", {"birthDate": "2099-01-01"})
    assert refused.status_code == 422
    assert 'id="wrong-birthDate"' in refused.text


async def test_a_team_lead_gives_a_customer_to_a_colleague_of_the_team(
    party: Party, bank: Bank, browser: Browser
) -> None:
    await browser.sign_in("lead")
    page = (await browser.get(f"/customers/{party.id}")).text
    customer_id = re.search(r'name="customerId" value="([^"]+)"', page)
    colleague = re.search(r'name="managerId".*?<option value="([^"]+)">', page, re.DOTALL)
    assert customer_id is not None
    assert colleague is not None
    given = {"customerId": customer_id.group(1), "managerId": colleague.group(1)}
    assert (await browser.post(f"/customers/{party.id}/manager", given)).status_code == 303
    chosen = f'<option value="{colleague.group(1)}" selected>'
    assert chosen in (await browser.get(f"/customers/{party.id}")).text


async def test_a_manager_is_not_offered_to_give_customers_away(party: Party, bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert "Give it to somebody else" not in (await browser.get(f"/customers/{party.id}")).text
