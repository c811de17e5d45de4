"""Contact with customers in the web client: the history, messages and their preview, texts and who approves them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.core.clock import FixedClock
from backend.customers import inputs
from backend.jobs import contact as jobs
from backend.servicing.assistant import service as assistant
from backend.servicing.assistant.models import Audience
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.parcel import Outcome
from backend.servicing.interactions.models import Channel
from tests.factories import contact as make
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_TEMPLATE = re.compile(r"/contact/templates/([0-9a-f-]{36})")
TEXT = {
    "code": "news",
    "purpose": "service",
    "channel": ["email"],
    "subjectEn": "News",
    "subjectZh": "消息",
    "bodyEn": "Dear {name}, look at {link}",
    "bodyZh": "尊敬的{name}，请见{link}",
}


async def customer(bank: Bank) -> UUID:
    contact = inputs.parse(inputs.ContactInput, {"kind": "email", "value": "jan@example.cz"})
    party = await bank.customer(person(contacts=[contact.model_dump()], country="CZ"))
    return party.id


async def drafted(browser: Browser, login: str = "lead", **given: Any) -> str:
    await browser.sign_in(login)
    await browser.get("/contact/templates/new")
    sent = await browser.post("/contact/templates/new", {**TEXT, **given})
    assert sent.status_code == 303, sent.text
    found = _TEMPLATE.search(sent.headers["location"])
    assert found is not None
    return f"/contact/templates/{found.group(1)}"


async def approved(browser: Browser) -> str:
    path = await drafted(browser)
    await browser.sign_in("officer")
    await browser.get(path)
    assert (await browser.post(f"{path}/approve")).status_code == 303
    return path


async def test_a_call_is_written_down_and_stands_in_the_history(bank: Bank, browser: Browser) -> None:
    path = f"/customers/{await customer(bank)}/contact"
    await browser.sign_in("manager")
    await browser.get(path)
    given = {"direction": "inbound", "channel": "telephone", "topic": "card", "body": "Lost the card."}
    assert (await browser.post(path, given)).status_code == 303
    page = (await browser.get(path)).text
    assert "Lost the card." in page
    assert "From the customer · Telephone" in page
    assert "Lost the card." not in (await browser.get(f"{path}?topic=loan")).text


async def test_when_a_contact_was_is_written_in_the_institutions_time(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    path = f"/customers/{await customer(bank)}/contact"
    await browser.get(path)
    day = clock().date() - timedelta(days=1)
    noon = f"{day}T12:00"
    note = {"direction": "inbound", "channel": "telephone", "body": "Asked about a loan.", "at": noon}
    assert (await browser.post(path, note)).status_code == 303
    in_prague = datetime.fromisoformat(noon).replace(tzinfo=ZoneInfo("Europe/Prague")).astimezone(UTC)
    assert f'datetime="{in_prague.isoformat()}"' in (await browser.get(path)).text


async def test_what_a_customer_asked_the_assistant_stands_beside_the_history(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    party_id = await customer(bank)
    asking = assistant.Asking(question="Do you rent out bicycles?", audience=Audience.CUSTOMER, party_id=party_id)
    await bank.run(bank.system, assistant.ask, asking)
    reader, auditor = open_browser(), open_browser()
    await reader.sign_in("manager")
    await auditor.sign_in("auditor")
    assert "Do you rent out bicycles?" in (await reader.get(f"/customers/{party_id}/contact")).text
    assert "Do you rent out bicycles?" not in (await auditor.get(f"/customers/{party_id}/contact")).text


async def test_a_note_without_words_comes_back_as_it_was_typed(bank: Bank, browser: Browser) -> None:
    path = f"/customers/{await customer(bank)}/contact"
    await browser.sign_in("manager")
    await browser.get(path)
    given = {"direction": "inbound", "channel": "telephone", "subject": "About the card", "body": " "}
    refused = await browser.post(path, given)
    assert refused.status_code == 422
    assert "About the card" in refused.text


async def test_the_page_says_for_what_a_customer_may_be_contacted(bank: Bank, browser: Browser) -> None:
    path = f"/customers/{await customer(bank)}/contact"
    await browser.sign_in("manager")
    shown = (await browser.get(f"{path}/standing")).text
    assert "The customer has not agreed to it" in shown
    assert "Serving the customer under the contract" in shown


async def test_nobody_approves_their_own_text_and_a_second_person_does(bank: Bank, browser: Browser) -> None:
    path = await drafted(browser)
    assert "Somebody else than the author approves it." in (await browser.get(path)).text
    assert (await browser.post(f"{path}/approve")).status_code == 403
    await browser.sign_in("officer")
    assert "Text “News”, version 1" in (await browser.get("/approvals")).text
    page = (await browser.get(path)).text
    assert "Dear [name], look at [link]" in page
    assert (await browser.post(f"{path}/approve")).status_code == 303
    assert "In use" in (await browser.get(path)).text


async def test_a_field_that_there_is_not_is_named_where_the_text_is_written(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("lead")
    await browser.get("/contact/templates/new")
    refused = await browser.post("/contact/templates/new", {**TEXT, "bodyEn": "{password}"})
    assert refused.status_code == 422
    assert "password" in refused.text
    seen = await browser.post("/contact/templates/example", TEXT, headers={"hx-request": "true"})
    assert "尊敬的[name]" in seen.text
    assert "<html" not in seen.text


async def test_a_message_is_previewed_and_put_on_its_way(bank: Bank, browser: Browser) -> None:
    await approved(browser)
    path = f"/customers/{await customer(bank)}/contact"
    await browser.sign_in("manager")
    page = (await browser.get(f"{path}/message?template=news")).text
    assert "Dear Jan Novák, look at [link]" in page
    assert "Still to be filled in: link" in page
    given = {"template": "news", "purpose": "service", "merge.link": "https://bank.example"}
    seen = await browser.post(f"{path}/preview", given, headers={"hx-request": "true"})
    assert "look at https://bank.example" in seen.text
    assert "It may be sent now, by E-mail." in seen.text
    assert (await browser.post(f"{path}/message", given)).status_code == 303
    assert "Waiting" in (await browser.get(path)).text


async def test_whoever_writes_sees_why_it_may_not_be_sent(bank: Bank, browser: Browser) -> None:
    path = f"/customers/{await customer(bank)}/contact"
    await browser.sign_in("manager")
    await browser.get(path)
    assert (await browser.post(f"{path}/bars", {"kind": "no_contact"})).status_code == 303
    await browser.get(f"{path}/message")
    given = {"purpose": "service", "channel": "email", "subject": "Hello", "body": "I would like to talk."}
    seen = await browser.post(f"{path}/preview", given, headers={"hx-request": "true"})
    assert "The customer wants no contact" in seen.text
    refused = await browser.post(f"{path}/message", given)
    assert refused.status_code == 403
    assert "I would like to talk." in refused.text


async def test_a_person_decides_about_a_stuck_message_in_the_outbox(bank: Bank, browser: Browser) -> None:
    party_id, lost = await customer(bank), make.Post(lambda _: Outcome.UNKNOWN)
    words = {"purpose": "service", "channel": "email", "subject": "Hello", "body": "Hello."}
    row = await bank.run(bank.manager, service.write, party_id, reference="w", **words)
    await jobs.send_due(bank.platform, bank.system, lambda *_: None, dict.fromkeys(Channel, lost))
    await browser.sign_in("officer")
    page = (await browser.get("/contact")).text
    assert "Not known whether sent" in page
    assert (await browser.post(f"/contact/messages/{row.id}/was_sent")).status_code == 303
    assert "There are no messages here." in (await browser.get("/contact")).text
    assert str(party_id) in (await browser.get("/contact?state=sent")).text


async def test_who_may_not_see_a_customer_sees_none_of_its_messages(bank: Bank, browser: Browser) -> None:
    party_id = await customer(bank)
    words = {"purpose": "service", "channel": "email", "subject": "Secret loan", "body": "Hello."}
    await bank.run(bank.manager, service.write, party_id, reference="w", **words)
    await browser.sign_in("stranger")
    assert str(party_id) not in (await browser.get("/contact")).text
    refused = await browser.get(f"/customers/{party_id}/contact")
    assert refused.status_code == 404
    assert "Secret loan" not in refused.text


async def test_contact_with_a_colleagues_customer_is_refused_and_not_shown_as_none(
    bank: Bank, browser: Browser
) -> None:
    relation = inputs.RelationInput(manager_id=bank.colleague.id, team_id=bank.team.id)
    party = await bank.record(person().model_copy(update={"relation": relation}), bank.colleague)
    await browser.sign_in("manager")
    assert (await browser.get(f"/customers/{party.id}")).status_code == 200
    assert (await browser.get(f"/customers/{party.id}/contact")).status_code == 403
