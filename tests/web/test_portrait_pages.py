"""The portrait in the web client."""

import re
from datetime import date

from backend.customers.models import Party
from backend.engagement.segments import service as segments
from tests.factories import ledger
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_WITHDRAW = re.compile(r"/portrait/events/([0-9a-f-]{36})/withdraw")


async def customer(bank: Bank) -> Party:
    made = await bank.customer(person(birth_date=date(1980, 12, 24)))
    lines = ((date(2026, 9, 1), 1_000), (date(2026, 11, 1), 500))
    await ledger.book(bank, *((on, "credit", amount, None, None) for on, amount in lines), party=made)
    return made


async def test_a_customer_is_shown_in_one_picture_with_sources(bank: Bank, browser: Browser) -> None:
    party = await customer(bank)
    await bank.run(bank.system, segments.run_rules)
    await browser.sign_in("manager")
    text = (await browser.get(f"/customers/{party.id}/portrait")).text
    for words in ("CZK1,500.00", "Ledger", "Everyday banking", "Dec 24, 2026", "<polyline"):
        assert words in text, words


async def test_the_picture_is_in_chinese_for_who_reads_chinese(bank: Bank, browser: Browser) -> None:
    party = await customer(bank)
    await browser.sign_in("manager")
    await browser.get(f"/customers/{party.id}/portrait")
    await browser.post("/language", {"locale": "zh_CN", "back": "/"})
    text = (await browser.get(f"/customers/{party.id}/portrait")).text
    assert "客户画像" in text
    assert "生日" in text


async def test_an_event_is_recorded_and_taken_back(bank: Bank, browser: Browser) -> None:
    party = await customer(bank)
    path = f"/customers/{party.id}/portrait"
    await browser.sign_in("manager")
    await browser.get(path)
    sent = await browser.post(f"{path}/events", {"kind": "child", "on": "2026-06-06", "note": "A girl"})
    assert sent.status_code == 303
    text = (await browser.get(path)).text
    assert "Birth of a child" in text
    assert "A girl" in text
    event = _WITHDRAW.search(text)
    assert event is not None
    assert (await browser.post(f"{path}/events/{event.group(1)}/withdraw")).status_code == 303
    assert "A girl" not in (await browser.get(path)).text


async def test_an_event_of_tomorrow_s_century_is_refused_in_words(bank: Bank, browser: Browser) -> None:
    path = f"/customers/{(await customer(bank)).id}/portrait"
    await browser.sign_in("manager")
    await browser.get(path)
    sent = await browser.post(f"{path}/events", {"kind": "child", "on": "2126-06-06"})
    assert sent.status_code == 422
    assert "ten years from now" in sent.text


async def test_a_colleague_of_another_book_gets_no_portrait(bank: Bank, browser: Browser) -> None:
    party = await customer(bank)
    await browser.sign_in("stranger")
    assert (await browser.get(f"/customers/{party.id}/portrait")).status_code == 404


async def test_an_auditor_sees_it_and_records_nothing(bank: Bank, browser: Browser) -> None:
    party = await customer(bank)
    await browser.sign_in("auditor")
    text = (await browser.get(f"/customers/{party.id}/portrait")).text
    assert "Record an event" not in text
    assert "Portrait" in text
