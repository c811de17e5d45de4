"""Targets in the web client."""

from datetime import UTC, date, datetime

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Customer, Stage
from backend.engagement.targets import service
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

MONTH = date(2026, 11, 1)


async def computed(bank: Bank) -> None:
    await bank.customer(person())
    await bank.run(bank.system, service.compute, MONTH)


async def test_what_is_not_kept_yet_is_said_in_words(bank: Bank, browser: Browser) -> None:
    await computed(bank)
    await browser.sign_in("lead")
    text = (await browser.get("/life/targets")).text
    assert "Time to yes" in text
    assert "not kept yet" in text
    assert "no record in this month" in text


async def test_a_goal_is_set_in_per_cent_and_ended(bank: Bank, browser: Browser) -> None:
    await computed(bank)
    await browser.sign_in("lead")
    await browser.get("/life/targets")
    given = {"by": "all", "measure": "churn", "unit": "share", "value": "2.5", "startsOn": "2026-11-01"}
    assert (await browser.post("/life/targets", given)).status_code == 303
    text = (await browser.get("/life/targets")).text
    assert "2.5%" in text
    goal = text.split("/life/targets/goals/")[1].split("/end")[0]
    assert (await browser.post(f"/life/targets/goals/{goal}/end", {"by": "all"})).status_code == 303
    assert "until Dec 1, 2026" in (await browser.get("/life/targets")).text


async def test_a_goal_out_of_range_is_refused_in_words(bank: Bank, browser: Browser) -> None:
    await computed(bank)
    await browser.sign_in("lead")
    await browser.get("/life/targets")
    given = {"by": "all", "measure": "churn", "unit": "share", "value": "250", "startsOn": "2026-11-01"}
    sent = await browser.post("/life/targets", given)
    assert sent.status_code == 422
    assert "lies between 0 and 1" in sent.text


async def test_a_figure_opens_the_records_behind_it(bank: Bank, browser: Browser) -> None:
    party = await bank.customer(person())

    async def long_known(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party.id))).one()
        async with ctx.audit("customer.stage", ("party", party.id)):
            row.stage, row.activated_at = Stage.ACTIVE, datetime(2025, 1, 1, tzinfo=UTC)

    await bank.run(bank.system, long_known)
    await bank.run(bank.system, service.compute, MONTH)
    await browser.sign_in("lead")
    board = (await browser.get("/life/targets")).text
    assert "/life/targets/records?measure=churn&amp;by=all&amp;key=&amp;month=2026-11-01" in board
    text = (await browser.get("/life/targets/records?measure=churn&by=all&key=&month=2026-11-01")).text
    assert f"/customers/{party.id}" in text
    assert "0.0%" in text


async def test_an_unknown_measure_is_refused_in_words(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("lead")
    assert (await browser.get("/life/targets/records?measure=shoes&month=2026-11-01")).status_code == 422


async def test_a_relationship_manager_sees_no_targets(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/life/targets")).status_code == 403
