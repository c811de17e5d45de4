"""Screening in the browser: worked through by compliance, not told to the first line."""

from collections.abc import Callable

import pytest

from backend.core.rulesets import load
from backend.customers import service as customers
from backend.onboarding.dependants import CaseDependants
from backend.screening.alerts import queries
from backend.screening.alerts.carrying import carry_over
from backend.screening.alerts.models import AlertState, ScreeningAlert
from backend.screening.matching.rules import ScreeningRules
from backend.web.comparison_picture import HALF, picture
from backend.web.screening_words import SCREENING_LABELS, spoken
from tests.factories import screening
from tests.factories.alerts import Listed, Screener, entity
from tests.factories.customers import Bank, person
from tests.screening.conftest import REPOSITORY
from tests.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("bank")


@pytest.fixture
async def screener(bank: Bank) -> Screener:
    rules = load(REPOSITORY / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules
    return Screener(bank, rules)  # type: ignore[arg-type]


@pytest.fixture
async def alert(bank: Bank, screener: Screener) -> ScreeningAlert:
    party = await bank.customer(person("Rurik Vasnetzov", birth_date="1971-07-09"))
    await screener.screen(party.id, Listed(), entity(remarks="Minister of nothing"))
    return await screener.only(party.id)


async def _state(screener: Screener, alert: ScreeningAlert) -> str:
    async with screener.bank.platform.transaction(screener.bank.system) as ctx:
        return (await queries.alert(ctx, alert.id)).state


async def test_compliance_finds_the_alert_in_its_list(browser: Browser, alert: ScreeningAlert) -> None:
    await browser.sign_in("officer")
    page = await browser.get("/screening/alerts")
    assert f"/screening/alerts/{alert.id}" in page.text
    assert "Rurik Vasnetzov" in page.text


async def test_an_alert_shows_both_sides_and_what_each_comparison_counted(
    browser: Browser, alert: ScreeningAlert
) -> None:
    await browser.sign_in("officer")
    page = await browser.get(f"/screening/alerts/{alert.id}")
    for words in ("Minister of nothing", "Side by side", "Date of birth", "Score from the names alone", "<svg"):
        assert words in page.text
    assert "style=" not in page.text


async def test_the_maker_does_not_get_the_checkers_button(
    browser: Browser, open_browser: Callable[[], Browser], alert: ScreeningAlert, screener: Screener
) -> None:
    await browser.sign_in("officer")
    path = f"/screening/alerts/{alert.id}"
    await browser.get(path)
    sent = await browser.post(f"{path}/decide", {"verdict": "FALSE_POSITIVE:common_name", "comment": "Seen the file"})
    assert sent.status_code == 303
    own = await browser.get(path)
    assert f"{path}/confirm" not in own.text
    assert "Another compliance officer has to answer." in own.text
    assert "Seen the file" in own.text
    other = open_browser()
    await other.sign_in("second_officer")
    assert f"{path}/confirm" in (await other.get(path)).text
    await other.post(f"{path}/confirm")
    assert await _state(screener, alert) == AlertState.FALSE_POSITIVE


async def test_many_are_decided_at_once_and_what_was_left_says_why(
    browser: Browser, bank: Bank, screener: Screener, alert: ScreeningAlert
) -> None:
    party = await bank.customer(person("Rurik Vasnetzov"))
    await screener.screen(party.id, Listed("other"), entity())
    other = await screener.only(party.id)
    await browser.sign_in("officer")
    await browser.get("/screening/alerts")
    form = {"ids": [str(alert.id), str(other.id)], "verdict": "FALSE_POSITIVE:common_name"}
    assert (await browser.post("/screening/alerts/triage", form)).headers["location"] == "/screening/alerts"
    assert (await _state(screener, alert), await _state(screener, other)) == (
        AlertState.ESCALATED,
        AlertState.FALSE_POSITIVE,
    )
    again = await browser.post("/screening/alerts/triage", form)
    assert "A decision on this alert is proposed already" in again.text


async def test_the_first_line_sees_pending_and_nothing_else(browser: Browser, alert: ScreeningAlert) -> None:
    await browser.sign_in("manager")
    page = await browser.get(f"/customers/{alert.party_id}")
    assert "Pending" in page.text
    for told in ("/screening/", "SANCTIONS", "Suppressed pairs"):
        assert told not in page.text
    assert (await browser.get(f"/screening/alerts/{alert.id}")).status_code == 404


async def test_compliance_sees_the_pairs_on_the_customers_page(browser: Browser, alert: ScreeningAlert) -> None:
    await browser.sign_in("officer")
    page = await browser.get(f"/customers/{alert.party_id}")
    assert f"/screening/alerts/{alert.id}" in page.text
    assert "Suppressed pairs" in page.text


async def test_pages_of_lists_and_names_are_there_in_chinese_too(browser: Browser) -> None:
    await browser.sign_in("officer")
    for path in ("/screening/lists", "/screening/check", "/screening/alerts"):
        assert (await browser.get(path)).status_code == 200
    await browser.post("/language", {"locale": "zh_CN", "back": "/screening/alerts"})
    assert "筛查" in (await browser.get("/screening/alerts")).text


async def test_a_birth_date_that_cannot_be_read_is_asked_for_again(browser: Browser) -> None:
    await browser.sign_in("officer")
    await browser.get("/screening/check")
    page = await browser.post("/screening/check", {"names": "Rurik Vasnetzov", "birthDate": "next year"})
    assert "YYYY-MM-DD" in page.text
    assert "Rurik Vasnetzov" in page.text


def test_bars_share_a_scale_and_point_where_they_count() -> None:
    one = {"words": None, "outcome": "AGREED"}
    explanation = {
        "base": 5.0,
        "nameScore": 0.9,
        "score": 0.8,
        "comparisons": [
            {**one, "group": "NAME", "name": "spelling", "contribution": -2.5},
            {**one, "group": "EVIDENCE", "name": "birth_date", "contribution": 10.0},
            {**one, "group": "EVIDENCE", "name": "gender", "contribution": 0.0, "outcome": "ABSENT"},
        ],
    }
    names, evidence = picture(explanation)
    assert [(bar.x, bar.width) for bar in names.bars] == [(HALF, 50.0), (75.0, 25.0)]
    assert [(bar.x, bar.width) for bar in evidence.bars] == [(HALF, 100.0)]
    assert evidence.silent == ("gender",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("not in the customer's name: bin", "客户名称中没有：bin"),
        ("1971-07-09 against 1970", "1971-07-09 对比 1970"),
        ("male", "男"),
        ("male against female", "男 对比 女"),
        ("something quite new", "something quite new"),
    ],
)
def test_sentences_of_the_matching_are_said_in_the_readers_language(words: str, said: str) -> None:
    assert spoken("zh_CN", words) == said


def test_every_sentence_is_found_by_its_own_pattern() -> None:
    for sentence in SCREENING_LABELS["said"].values():
        assert spoken("en", sentence) == sentence


async def test_a_publishers_file_may_be_larger_than_a_customers_document(browser: Browser, bank: Bank) -> None:
    await screening.set_up(bank.platform, bank.system)
    count = bank.platform.settings.max_upload_bytes // 100_000 + 5
    rows = b"".join(b"P-%d,person,Teodor Morvane,%s\n" % (number, b"x" * 100_000) for number in range(count))
    await browser.sign_in("officer")
    await browser.get("/screening/lists")
    answer = await browser.post(
        "/screening/lists/load", {"code": "TEST"}, files={"main": ("main.csv", b"id,kind,name,remarks\n" + rows)}
    )
    assert answer.status_code == 303


async def test_the_pair_of_a_merged_record_is_named_on_the_alert_that_is_left(
    browser: Browser, bank: Bank, screener: Screener
) -> None:
    loser, survivor = [await bank.customer(person(name)) for name in ("Rurik Vasnetzov", "Rurik Vasnetsov")]
    on = Listed()
    for party in (loser, survivor):
        await screener.screen(party.id, on, entity())
    case = await bank.run(bank.officer, customers.propose_merge, loser.id, survivor.id, survivor.id)
    await bank.run(bank.second_officer, customers.approve_merge, case.id, CaseDependants())
    await bank.run(bank.system, carry_over, survivor.id)
    await browser.sign_in("officer")
    other = await screener.only(loser.id)
    page = await browser.get(f"/screening/alerts/{(await screener.only(survivor.id)).id}")
    assert f"/screening/alerts/{other.id}" in page.text
    assert 'name="verdict"' not in (await browser.get(f"/screening/alerts/{other.id}")).text
