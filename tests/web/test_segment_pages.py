"""Segments in the web client."""

from datetime import date

from backend.access import directory
from backend.access.context import Context
from backend.cli.console import operator
from backend.engagement.segments import queries, service
from backend.engagement.segments.models import WorkKind
from backend.engagement.segments.progress import Stage
from tests.factories import ledger
from tests.factories.customers import Bank, person, with_roles
from tests.web.conftest import PASSWORD, Browser


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
    assert "1 customer in all" in text


async def test_a_segment_that_nobody_knows_has_no_page(bank: Bank, browser: Browser) -> None:
    await moved(bank)
    await browser.sign_in("manager")
    assert (await browser.get("/life/segments/rules/astronauts")).status_code == 404
    assert (await browser.get("/life/segments/moon/private")).status_code == 404


async def test_who_may_not_run_is_offered_no_button_and_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert "Compute now" not in (await browser.get("/life/segments")).text
    assert (await browser.post("/life/segments/run", {"scheme": "rules"})).status_code == 403


async def test_moves_are_drawn_from_the_run_before_to_the_newest(bank: Bank, browser: Browser) -> None:
    await moved(bank)
    await browser.sign_in("manager")
    text = (await browser.get("/life/segments")).text
    assert "Savers → Private banking: 1" in text
    assert 'class="drawing"' in text


async def hired(bank: Bank) -> None:
    async def hire(ctx: Context) -> None:
        user = await directory.create_staff(
            ctx, login="petr", display_name="Petr", password=PASSWORD, team_id=None, locale="zh_CN"
        )
        await directory.grant_role(ctx, holder_id=user.id, role="risk_analyst")

    await bank.platform.run(operator(bank.tenant), hire)


async def test_a_run_from_the_page_is_carried_out_in_the_background(bank: Bank, browser: Browser) -> None:
    await hired(bank)
    await moved(bank)
    await browser.sign_in("petr")
    await browser.get("/life/segments")
    assert (await browser.post("/life/segments/run", {"scheme": "rules"})).status_code == 303
    row, _ = await bank.run(bank.system, queries.newest_work)
    assert row.state == "done"
    assert "Petr" in (await browser.get("/life/segments")).text


async def test_a_search_that_failed_says_why_on_the_page(bank: Bank, browser: Browser) -> None:
    await hired(bank)
    await browser.sign_in("petr")
    await browser.get("/life/segments")
    assert (await browser.post("/life/segments/fit", {})).status_code == 303
    assert "请求的任务失败" in (await browser.get("/life/segments")).text


async def test_what_is_under_way_shows_how_far_it_is_and_offers_nothing_else(bank: Bank, browser: Browser) -> None:
    await hired(bank)
    await browser.sign_in("petr")
    work = await bank.run(bank.system, service.ask, WorkKind.FIT)
    await bank.run(bank.system, service.note, work.id, Stage.TRY, 1, 3)
    text = (await browser.get("/life/segments")).text
    assert "<progress" in text
    assert "正在尝试不同组数" in text
    assert 'hx-get="/life/segments"' in text
    assert 'action="/life/segments/fit"' not in text


async def test_whoever_is_outside_the_grouping_is_listed_and_drawn_in_no_picture(bank: Bank, browser: Browser) -> None:
    for place in range(72):
        party, days = await bank.customer(person()), 1 if place % 2 else 8
        booked = [(date(2026, 11, 1 + n), "credit", days * 1_000 + place, None, None) for n in range(days)]
        await ledger.book(bank, *booked, party=party)
    await bank.customer(person("Petr Nejedlý"))
    found = await bank.run(with_roles(bank.officer, "risk_analyst"), service.fit)
    await bank.run(with_roles(bank.second_officer, "product_manager"), lambda ctx: service.adopt(ctx, found.id))
    await bank.run(bank.system, service.run_clusters)
    await browser.sign_in("manager")
    text = (await browser.get("/life/segments")).text
    groups = text.partition('aria-labelledby="by-groups"')[2]
    assert "1 of them are outside the grouping" in groups or "1 of them is outside the grouping" in groups
    assert "Outside the grouping" not in groups.partition("<table")[0]
    assert "Compared: products at least 1. 1 customer" in text
    assert "Petr Nejedlý" in (await browser.get("/life/segments/clusters/outside")).text
