"""Tasks in the web client."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from backend.core.clock import FixedClock
from tests.factories.customers import Bank
from tests.web.conftest import Browser

_NEW = re.compile(r"/tasks/([0-9a-f-]{36})")
_POINT = re.compile(r"/points/([0-9a-f-]{36})")
TITLE = "Ask the notary about the estate"


async def was_set(browser: Browser, **given: str) -> str:
    """By whoever is signed in, for compliance unless told otherwise; its path."""
    await browser.get("/tasks/new")
    sent = await browser.post("/tasks/new", {"title": TITLE, "department": "compliance", **given})
    assert sent.status_code == 303, sent.text
    found = _NEW.search(sent.headers["location"])
    assert found is not None
    return f"/tasks/{found.group(1)}"


async def test_a_task_is_set_taken_up_and_done(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    manager, officer = open_browser(), open_browser()
    await manager.sign_in("manager")
    path = await was_set(manager, points="Call\nWrite", details="The will lies there. @officer")
    await officer.sign_in("officer")
    assert "You were mentioned" in (await officer.get("/tasks/notices")).text
    assert TITLE in (await officer.get("/tasks?shelf=department")).text
    await officer.get(path)
    assert (await officer.post(f"{path}/take")).status_code == 303
    assert (await officer.post(f"{path}/complete")).status_code == 409
    for point in dict.fromkeys(_POINT.findall((await officer.get(path)).text)):
        assert (await officer.post(f"{path}/points/{point}", {"done": "yes"})).status_code == 303
    assert (await officer.post(f"{path}/complete", {"words": "All asked."})).status_code == 303
    assert "All asked." in (await manager.get(path)).text
    assert "A task was done" in (await manager.get("/tasks/notices")).text


async def test_a_task_is_handed_over_with_a_reason_and_declined(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    officer, second = open_browser(), open_browser()
    await officer.sign_in("officer")
    path = await was_set(officer, assignee=str(bank.officer.id))
    await officer.get(path)
    await officer.post(f"{path}/take")
    given = {"to": str(bank.second_officer.id), "words": "I am away."}
    assert (await officer.post(f"{path}/hand_over", given)).status_code == 303
    await second.sign_in("second_officer")
    assert TITLE in (await second.get("/tasks?shelf=offered")).text
    assert "I am away." in (await second.get(path)).text
    assert (await second.post(f"{path}/decline", {"words": "So am I."})).status_code == 303
    assert "So am I." in (await officer.get(path)).text


async def test_what_is_wrong_is_said_beside_what_was_typed(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    path = await was_set(browser)
    await browser.get(path)
    answer = await browser.post(f"{path}/comment", {"words": "@nobody, look"})
    assert answer.status_code == 422
    assert "is no colleague at work here" in answer.text
    assert "@nobody, look" in answer.text


async def test_a_template_brings_its_checklist(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    page = (await browser.get("/tasks/new?template=bereavement")).text
    assert "Death certificate received and stored" in page
    path = await was_set(browser, template="bereavement", department="relationship")
    assert len(dict.fromkeys(_POINT.findall((await browser.get(path)).text))) == 4


async def test_a_task_about_a_customer_stands_on_their_page(bank: Bank, browser: Browser) -> None:
    party_id = (await bank.customer()).id
    await browser.sign_in("manager")
    await was_set(browser, party=str(party_id), department="relationship")
    assert TITLE in (await browser.get(f"/tasks/of/{party_id}")).text
    assert f"/tasks/of/{party_id}" in (await browser.get(f"/customers/{party_id}")).text


async def test_due_time_and_priority_are_changed(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    path = await was_set(browser)
    await browser.get(path)
    due = (clock() + timedelta(days=30)).date().isoformat()
    assert (await browser.post(f"{path}/change", {"due": due, "priority": "3"})).status_code == 303
    assert "Urgent" in (await browser.get(path)).text


async def test_notices_are_marked_as_read(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    manager, officer = open_browser(), open_browser()
    await manager.sign_in("manager")
    await was_set(manager, assignee=str(bank.officer.id))
    await officer.sign_in("officer")
    assert "You were given a task" in (await officer.get("/tasks/notices")).text
    assert (await officer.post("/tasks/notices/read")).status_code == 303
    assert "Nothing new." in (await officer.get("/tasks/notices")).text
    assert "You were given a task" in (await officer.get("/tasks/notices?state=all")).text


async def test_the_ageing_report_shows_what_nobody_holds(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    manager, lead = open_browser(), open_browser()
    await manager.sign_in("manager")
    await was_set(manager)
    await lead.sign_in("lead")
    page = (await lead.get("/tasks/ageing")).text
    assert "Held by nobody" in page
    assert "<svg" in page
    assert (await manager.get("/tasks/ageing")).status_code == 403


async def test_the_ageing_report_opens_the_tasks_of_a_department(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    manager, auditor = open_browser(), open_browser()
    await manager.sign_in("manager")
    await was_set(manager)
    await was_set(manager, title="Print the letters", department="relationship")
    await auditor.sign_in("auditor")
    assert 'href="/tasks?shelf=all&amp;department=compliance"' in (await auditor.get("/tasks/ageing")).text
    page = (await auditor.get("/tasks?shelf=all&department=compliance")).text
    assert (TITLE in page, "Print the letters" in page) == (True, False)


async def test_a_day_ends_when_the_office_closes_in_summer_too(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    summer = date(clock().year + 1, 7, 15)
    path = await was_set(browser, due=summer.isoformat())
    assert f'datetime="{summer}T15:00:00+00:00"' in (await browser.get(path)).text


async def test_an_auditor_is_not_offered_what_the_policy_denies(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("auditor")
    assert 'href="/tasks/new"' not in (await browser.get("/tasks")).text


async def test_a_stranger_finds_no_task(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    manager, stranger = open_browser(), open_browser()
    await manager.sign_in("manager")
    path = await was_set(manager)
    await stranger.sign_in("stranger")
    assert (await stranger.get(path)).status_code == 404
    assert TITLE not in (await stranger.get("/tasks?shelf=all")).text
