"""The figures that a supervisor asks for, from the record; and the same complaints as a pack and selling see them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.access.errors import NotAllowed
from backend.complaints import service, statistics
from backend.complaints.frames import COLUMNS, Period, complaints_frame
from backend.complaints.models import LetterKind, Outcome
from backend.core.clock import FixedClock
from backend.core.money import Money
from backend.edge import bars
from backend.product_reviews.sources import source_of
from tests.factories import complaints as make
from tests.factories import onboarding as banks

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


async def test_figures_are_those_of_the_record(bank: banks.Bank, clock: FixedClock) -> None:
    upheld, refused, late = [await make.received(bank, product_code=code) for code in ("fund", "fund", None)]
    await make.answered(bank, refused.id, Outcome.NOT_UPHELD)
    await make.decided(bank, upheld.id)
    await bank.run("officer", service.propose, upheld.id, "refund", Money(Decimal("100.10"), "CZK"))
    await bank.run("officer", service.propose, upheld.id, "interest", Money(Decimal("0.20"), "CZK"))
    await make.lettered(bank, upheld.id, LetterKind.FINAL_RESPONSE)
    clock.advance(timedelta(days=40))
    frame = await bank.run("officer", complaints_frame, YEAR)
    assert tuple(frame.columns) == COLUMNS
    found = statistics.counted(frame, clock().date())
    assert (found.received, found.answered, found.in_time, found.overdue) == (3, 2, 2, 1)
    assert (found.upheld_share, found.in_time_share) == (Decimal("50.0"), Decimal("66.7"))
    assert found.redress == {"CZK": Decimal("100.30")}
    assert [(each.key, each.received) for each in statistics.by(frame, "product_code", clock().date())] == [
        ("fund", 2),
        ("", 1),
    ]
    assert late.id in set(frame["id"])


async def test_a_summary_counts_as_an_answer_within_three_days(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.received(bank, jurisdiction="GB")
    await make.decided(bank, row.id)
    await make.lettered(bank, row.id, LetterKind.SUMMARY)
    found = statistics.counted(await bank.run("officer", complaints_frame, YEAR), clock().date())
    assert (found.by_summary, found.summary_share) == (1, Decimal("100.0"))


async def test_an_empty_period_has_no_shares(bank: banks.Bank, clock: FixedClock) -> None:
    found = statistics.counted(await bank.run("officer", complaints_frame, YEAR), clock().date())
    assert (found.received, found.upheld_share, found.in_time_share) == (0, None, None)


async def test_figures_need_the_right_to_them(bank: banks.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", complaints_frame, YEAR)


async def test_an_open_complaint_stands_against_selling(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    assert await bank.run("system", bars.complained, [party_id]) == {}
    await make.received(bank, party_id)
    found = await bank.run("system", bars.complained, [party_id])
    assert [bar.code for bar in found[party_id]] == ["complaint.open"]


def test_packs_of_product_reviews_read_complaints() -> None:
    assert source_of("complaints") is not None
