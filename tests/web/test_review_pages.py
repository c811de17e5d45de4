"""Reviews in the browser: the worklist, one from taking it to the second signature, what the first line is told."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.customers.models import Customer, Stage
from backend.reviews import service
from backend.reviews.changes import Signal
from backend.reviews.models import Depth, Review, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.service.ending import restrict
from backend.risk import service as risk
from backend.risk.models import Cause
from tests.conftest import NOW
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("bank")
TODAY = NOW.date()


@pytest.fixture
async def review(bank: Bank) -> Review:
    """Of high risk, opened because of movements."""
    party = await bank.customer(person("Rurik Vasnetzov", birth_date="1971-07-09"))

    async def opened(ctx: Context) -> Review:
        await risk.rate(ctx, [party.id], Cause.PORTFOLIO)
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party.id))).one()
        async with ctx.audit("customer.stage", ("party", party.id)):
            row.stage, row.risk_level, row.next_review_on = Stage.ACTIVE, "high", TODAY + timedelta(days=20)
        return (await service.note(ctx, [Signal(party.id, TriggerKind.BEHAVIOUR, "flag", TODAY)]))[0]

    async with bank.platform.transaction(bank.system) as ctx:
        return await opened(ctx)


async def _asked(bank: Bank, review_id: UUID) -> tuple[str, ...]:
    async with bank.platform.transaction(bank.system) as ctx:
        row = await reviews.review(ctx, review_id)
        return service.in_force(ctx).rules.asked(Depth(row.depth), "person")


async def test_the_worklist_shows_what_is_due_with_its_level_and_clock(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    page = await browser.get("/reviews?level=high")
    assert f"/reviews/{review.id}" in page.text
    assert "Rurik Vasnetzov" in page.text
    assert f"/reviews/{review.id}" not in (await browser.get("/reviews?level=low")).text


async def test_a_review_goes_from_hand_to_hand_until_two_people_have_signed(
    browser: Browser, open_browser: Callable[[], Browser], bank: Bank, review: Review
) -> None:
    await browser.sign_in("officer")
    path = f"/reviews/{review.id}"
    assert "Unusual movements" in (await browser.get(path)).text
    assert (await browser.post(f"{path}/take", {})).status_code == 303
    await browser.get(path)
    early = await browser.post(f"{path}/propose", {"verdict": "KEEP:explained"})
    assert "Answer every question first" in early.text
    for question in await _asked(bank, review.id):
        sent = await browser.post(f"{path}/answer", {"question": question, "answer": "SATISFIED"})
        assert sent.status_code == 303
    assert (await browser.post(f"{path}/propose", {"verdict": "KEEP:explained", "note": "Seen"})).status_code == 303
    own = await browser.get(path)
    assert f"{path}/sign" not in own.text
    assert "Another compliance officer has to sign." in own.text
    other = open_browser()
    await other.sign_in("second_officer")
    assert f"{path}/sign" in (await other.get(path)).text
    assert (await other.post(f"{path}/sign", {})).status_code == 303
    ended = await other.get(path)
    assert "Keep the relationship" in ended.text
    assert "style=" not in ended.text


async def test_the_first_line_is_not_told_what_compliance_saw(browser: Browser, review: Review) -> None:
    await browser.sign_in("manager")
    page = await browser.get(f"/reviews/{review.id}")
    assert "Unusual movements" not in page.text
    assert f"/reviews/{review.id}/take" not in page.text


async def test_the_forecast_tells_hours_by_week(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    page = await browser.get("/reviews/forecast")
    assert page.status_code == 200
    assert "Hours by week" in page.text


async def test_a_review_is_asked_for_on_the_customers_page(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    path = f"/customers/{review.party_id}/reviews"
    await browser.get(path)
    sent = await browser.post(path, {"kind": "ADVERSE_INFORMATION", "note": "A newspaper wrote of him."})
    assert sent.headers["location"] == f"/reviews/{review.id}"
    assert "A newspaper wrote of him." in (await browser.get(sent.headers["location"])).text


async def test_the_worklist_speaks_chinese(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    page = await browser.get("/reviews", headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    await browser.post("/language", {"locale": "zh_CN", "back": "/reviews"})
    assert "客户复审" in (await browser.get("/reviews")).text


async def test_the_customers_page_shows_the_open_review_and_what_may_not_be_sold(
    browser: Browser, bank: Bank, review: Review
) -> None:
    async with bank.platform.transaction(bank.system) as ctx:
        await restrict(ctx, await reviews.review(ctx, review.id), "overdue", "nothing_new")
    await browser.sign_in("officer")
    panel = (await browser.get(f"/customers/{review.party_id}/reviews/panel")).text
    assert f"/reviews/{review.id}" in panel
    assert "Nothing new" in panel
    assert (
        f'hx-get="/customers/{review.party_id}/reviews/panel"'
        in (await browser.get(f"/customers/{review.party_id}")).text
    )


async def test_the_forecast_is_a_picture_with_a_line_at_what_there_is(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    page = (await browser.get("/reviews/forecast")).text
    assert 'data-chart="workload"' in page
    assert "400 hours a week" in page


async def test_a_report_that_is_recorded_stands_on_the_rating_and_can_be_withdrawn(
    browser: Browser, review: Review
) -> None:
    await browser.sign_in("officer")
    path = f"/customers/{review.party_id}/rating"
    await browser.get(path)
    missing = await browser.post(f"{path}/findings", {"standing": "confirmed", "publisher": "Courier"})
    assert missing.status_code == 422
    given = {"standing": "confirmed", "publisher": "Courier", "summary": "Fraud", "publishedOn": str(TODAY)}
    assert (await browser.post(f"{path}/findings", given)).status_code == 303
    page = (await browser.get(path)).text
    assert "Courier" in page
    (withdrawal,) = set(re.findall(rf"{path}/findings/[0-9a-f-]+/withdraw", page))
    assert (await browser.post(withdrawal, {"why": "A namesake"})).status_code == 303
    assert "A namesake" in (await browser.get(path)).text


async def test_a_rating_of_everybody_begins_at_once(browser: Browser, review: Review) -> None:
    await browser.sign_in("officer")
    await browser.get("/portfolio")
    assert (await browser.post("/portfolio/run", {})).status_code == 303
    assert "ratings were new" in (await browser.get("/portfolio")).text
