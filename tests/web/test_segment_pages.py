"""Segments in the web client."""

from datetime import date

from backend.engagement.segments import service
from tests.factories import ledger
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser


async def moved(bank: Bank) -> str:
    """A customer who became wealthy; the run's id."""
    party = await bank.customer(person())
    await ledger.book(bank, (date(2026, 10, 1), "credit", 99_000, None, None), party=party)
    await bank.run(bank.system, service.run_rules)
    await ledger.book(bank, (date(2026, 11, 1), "credit", 5_000, None, None), party=party)
    return str((await bank.run(bank.system, service.run_rules)).id)


async def test_sizes_and_moves_are_shown_with_the_rules_behind_them(bank: Bank, browser: Browser) -> None:
    run = await moved(bank)
    await browser.sign_in("manager")
    text = (await browser.get("/life/segments")).text
    for words in ("Private banking", "at least CZK100,000.00", "<rect", f"/life/segments/moves/{run}"):
        assert words in text, words


async def test_a_move_is_explained_by_the_limit_that_was_crossed(bank: Bank, browser: Browser) -> None:
    run = await moved(bank)
    await browser.sign_in("manager")
    assert "Nobody among" in (await browser.get(f"/life/segments/moves/{run}?from=saver&to=fading")).text
    text = (await browser.get(f"/life/segments/moves/{run}")).text
    assert "CZK99,000.00 → CZK104,000.00" in text
    assert "Jan Novák" in text


async def test_members_are_those_whom_the_reader_may_see(bank: Bank, browser: Browser) -> None:
    await moved(bank)
    await browser.sign_in("manager")
    assert "Jan Novák" in (await browser.get("/life/segments/rules/private")).text
    await browser.sign_in("stranger")
    text = (await browser.get("/life/segments/rules/private")).text
    assert "Jan Novák" not in text
    assert "1 customers in all" in text


async def test_a_segment_that_nobody_knows_has_no_page(bank: Bank, browser: Browser) -> None:
    await moved(bank)
    await browser.sign_in("manager")
    assert (await browser.get("/life/segments/rules/astronauts")).status_code == 404
    assert (await browser.get("/life/segments/moon/private")).status_code == 404


async def test_who_may_not_run_is_offered_no_button_and_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert "Compute now" not in (await browser.get("/life/segments")).text
    assert (await browser.post("/life/segments/run", {"scheme": "rules"})).status_code == 403
