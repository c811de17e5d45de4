"""Complaints on the record: taken in, worked on, answered, made good; what is refused, and who is kept out."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.complaints import queries, service
from backend.complaints.errors import (
    ComplainantMissing,
    ExtensionNotAllowed,
    HandlerInvolved,
    HandlerUnfit,
    LetterNotOpen,
    NoSummaryHere,
    PauseNotAllowed,
    ReceiptOutOfRange,
    RedressNotOwed,
    RedressOpen,
    StateForbids,
    SummaryTooLate,
)
from backend.complaints.models import (
    Channel,
    Complaint,
    ComplaintLetterContent,
    LetterKind,
    LetterState,
    Outcome,
    RedressState,
    State,
)
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.core.money import Money
from tests.factories import complaints as make
from tests.factories import onboarding as banks

CZK = "CZK"


def crowns(amount: int) -> Money:
    return Money(Decimal(amount), CZK)


async def events(bank: banks.Bank) -> list[str]:
    async def found(ctx: Any) -> list[str]:
        query = select(Outbox.name).where(col(Outbox.tenant_id) == bank.tenant.id, col(Outbox.name).like("complaint.%"))
        return list(await ctx.session.scalars(query.order_by(col(Outbox.id))))

    names: list[str] = await bank.run("system", found)
    return names


async def test_the_clock_starts_with_the_day_of_receipt(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make.received(bank, party_id, received_on=date(2026, 11, 16))
    assert (row.state, row.clock, row.due_on) == (State.RECEIVED, "general", date(2026, 12, 16))
    assert (row.acknowledge_by, row.summary_by) == (date(2026, 11, 24), None)
    assert await events(bank) == ["complaint.received"]


async def test_what_is_complained_of_is_sealed_with_the_customers_key(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make.received(bank, party_id)
    assert (row.owner_id, make.WORDS.encode() in row.details) == (party_id, False)


async def test_somebody_who_is_no_customer_complains_by_name(bank: banks.Bank) -> None:
    row = await make.received(bank, complainant="Petr Cizí", contact="petr@example.cz")
    assert (row.party_id, row.owner_id) == (None, row.id)

    async def name(ctx: Any) -> str:
        found = await queries.complaint(ctx, row.id)
        await ctx.vault.load([found.owner_id])
        return await service.complainant_name(ctx, found)

    assert await bank.run("officer", name) == "Petr Cizí"


async def test_a_complaint_of_nobody_is_refused(bank: banks.Bank) -> None:
    with pytest.raises(ComplainantMissing):
        await make.received(bank, complainant=" ")


@pytest.mark.parametrize("days", [-1, 61])
async def test_a_day_of_receipt_in_the_future_or_long_ago_is_refused(
    bank: banks.Bank, clock: FixedClock, days: int
) -> None:
    with pytest.raises(ReceiptOutOfRange):
        await make.received(bank, received_on=clock().date() - timedelta(days=days))


async def test_whoever_is_complained_of_does_not_handle_it(bank: banks.Bank) -> None:
    row = await make.received(bank, staff=[bank["officer"].id])
    with pytest.raises(HandlerInvolved):
        await bank.run("officer", service.investigate, row.id)
    with pytest.raises(HandlerInvolved):
        await bank.run("officer2", service.assign, row.id, bank["officer"].id)
    assert (await bank.run("officer2", service.investigate, row.id)).handler_id == bank["officer2"].id


async def test_a_complaint_is_given_only_to_who_may_handle_it(bank: banks.Bank) -> None:
    row = await make.received(bank)
    with pytest.raises(HandlerUnfit):
        await bank.run("officer", service.assign, row.id, bank["auditor"].id)
    assert (await bank.run("officer", service.assign, row.id, bank["lead"].id)).handler_id == bank["lead"].id


async def test_a_manager_sees_complaints_of_the_own_book_and_handles_none(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make.received(bank, party_id, login="rm")
    stranger = await make.received(bank)
    assert [each.id for each in await bank.run("rm", queries.listed)] == [row.id]
    assert stranger.id in {each.id for each in await bank.run("officer", queries.listed)}
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.investigate, row.id)


async def test_the_whole_course_ends_with_a_letter_that_can_be_proved(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make.received(bank, party_id)
    await make.lettered(bank, row.id, LetterKind.ACKNOWLEDGEMENT)
    await bank.run("officer", service.investigate, row.id)
    await make.decided(bank, row.id)
    letter = await make.lettered(bank, row.id, LetterKind.FINAL_RESPONSE)
    taken = await bank.run("auditor", service.download, letter.id)
    assert taken.content.startswith(b"%PDF")
    assert hashlib.sha256(taken.content).hexdigest() == letter.sha256
    closed = await bank.run("officer", service.close, row.id)
    assert (closed.state, closed.response_kind) == (State.CLOSED, "final_response")

    async def stored(ctx: Any) -> bytes:
        return bytes((await ctx.session.get_one(ComplaintLetterContent, letter.id)).body)

    assert b"%PDF" not in await bank.run("system", stored)


async def test_a_final_response_is_approved_by_somebody_else(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await make.decided(bank, row.id)
    letter = await bank.run("officer", service.draft, row.id, LetterKind.FINAL_RESPONSE)
    with pytest.raises(LetterNotOpen):
        await bank.run("officer", service.send, letter.id, Channel.MAIL)
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.approve, letter.id)
    assert (await bank.run("head", service.approve, letter.id)).state == LetterState.APPROVED


async def test_a_letter_speaks_the_language_of_whoever_complains(bank: banks.Bank) -> None:
    row = await make.received(bank, complainant="王芳", locale="zh_CN")
    letter = await bank.run("officer", service.draft, row.id, LetterKind.ACKNOWLEDGEMENT)

    async def body(ctx: Any) -> str:
        await ctx.vault.load([row.owner_id])
        return str(ctx.vault.open("complaint_letter", "body", letter.id, row.owner_id, letter.body))

    words = await bank.run("officer", body)
    assert (letter.subject, "尊敬的王芳" in words) == (f"您的投诉 {row.number}", True)


async def test_nothing_closes_without_an_answer(bank: banks.Bank) -> None:
    row = await make.received(bank)
    with pytest.raises(StateForbids):
        await bank.run("officer", service.close, row.id)
    await make.decided(bank, row.id)
    with pytest.raises(StateForbids):
        await bank.run("officer", service.close, row.id)


async def test_a_summary_within_three_business_days_closes_a_british_complaint(
    bank: banks.Bank, clock: FixedClock
) -> None:
    row = await make.received(bank, jurisdiction="GB")
    assert row.summary_by == date(2026, 11, 25)
    await make.decided(bank, row.id)
    await make.lettered(bank, row.id, LetterKind.SUMMARY)
    assert (await bank.run("officer", service.close, row.id)).response_kind == "summary"


async def test_a_summary_is_too_late_on_the_fourth_day_and_unknown_elsewhere(
    bank: banks.Bank, clock: FixedClock
) -> None:
    british, czech = await make.received(bank, jurisdiction="GB"), await make.received(bank)
    await make.decided(bank, british.id)
    await make.decided(bank, czech.id)
    with pytest.raises(NoSummaryHere):
        await bank.run("officer", service.draft, czech.id, LetterKind.SUMMARY)
    clock.advance(timedelta(days=4))
    with pytest.raises(SummaryTooLate):
        await bank.run("officer", service.draft, british.id, LetterKind.SUMMARY)


async def test_redress_above_the_limit_waits_for_a_second_person(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await make.decided(bank, row.id)
    small = await bank.run("officer", service.propose, row.id, "refund", crowns(20_000))
    assert (small.state, small.needs_signature) == (RedressState.APPROVED, False)
    large = await bank.run("officer", service.propose, row.id, "interest", crowns(6_000))
    assert large.state == RedressState.PROPOSED
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.sign, large.id)
    assert (await bank.run("officer2", service.sign, large.id)).signed_by == bank["officer2"].id


async def test_a_complaint_stays_open_until_redress_is_paid(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await make.decided(bank, row.id)
    redress = await bank.run("officer", service.propose, row.id, "refund", crowns(100))
    await make.lettered(bank, row.id, LetterKind.FINAL_RESPONSE)
    with pytest.raises(RedressOpen):
        await bank.run("officer", service.close, row.id)
    await bank.run("officer", service.pay, redress.id)
    assert (await bank.run("officer", service.close, row.id)).state == State.CLOSED


async def test_a_complaint_not_upheld_is_refunded_nothing(bank: banks.Bank) -> None:
    row = await make.received(bank)
    await make.decided(bank, row.id, Outcome.NOT_UPHELD)
    with pytest.raises(RedressNotOwed):
        await bank.run("officer", service.propose, row.id, "refund", crowns(100))


async def test_a_warning_goes_out_before_the_time_ends_and_a_breach_after(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.received(bank)
    assert await bank.run("system", service.watch) == 0
    clock.advance(timedelta(days=27))
    assert [await bank.run("system", service.watch) for _ in range(2)] == [1, 0]
    clock.advance(timedelta(days=10))
    assert [await bank.run("system", service.watch) for _ in range(2)] == [1, 0]
    assert await events(bank) == ["complaint.received", "complaint.due_soon", "complaint.breached"]
    assert (await bank.run("officer", queries.complaint, row.id)).breached_at == clock()


async def test_the_clock_of_an_outside_appraisal_stops_in_china_alone(bank: banks.Bank, clock: FixedClock) -> None:
    chinese, czech = await make.received(bank, jurisdiction="CN"), await make.received(bank)
    with pytest.raises(PauseNotAllowed):
        await bank.run("officer", service.pause, czech.id, "appraisal")
    due_on = chinese.due_on
    await bank.run("officer", service.pause, chinese.id, "appraisal")
    clock.advance(timedelta(days=28))
    assert await bank.run("system", service.watch) == 1
    resumed = await bank.run("officer", service.resume, chinese.id)
    assert (resumed.due_on, resumed.breached_at) == (due_on + timedelta(days=28), None)


async def test_the_time_is_extended_once_and_only_before_it_ends(bank: banks.Bank, clock: FixedClock) -> None:
    row, late = await make.received(bank, category="payments"), await make.received(bank, category="payments")
    longer = await bank.run("officer", service.extend, row.id, "beyond_control")
    assert longer.due_on > row.first_due_on
    with pytest.raises(ExtensionNotAllowed):
        await bank.run("officer", service.extend, row.id, "beyond_control")
    clock.advance(timedelta(days=60))
    with pytest.raises(ExtensionNotAllowed):
        await bank.run("officer", service.extend, late.id, "beyond_control")


async def test_reopened_the_clock_begins_anew_and_an_answer_is_owed_again(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.received(bank)
    await make.answered(bank, row.id)
    await bank.run("officer", service.refer, row.id, "FA/123/2026")
    clock.advance(timedelta(days=50))
    again = await bank.run("officer", service.reopen, row.id, "The ombudsman asks for a second look")
    assert (again.state, again.reopened, again.response_at, again.due_on) == (
        State.REOPENED,
        1,
        None,
        date(2027, 2, 10),
    )
    await make.answered(bank, row.id, Outcome.NOT_UPHELD)
    assert (await bank.run("officer", service.close, row.id)).outcome == "not_upheld"


async def test_a_customer_with_an_open_complaint_is_held_until_it_is_answered(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank)).party_id
    row = await make.received(bank, party_id)
    assert await bank.run("system", queries.open_complaints, [party_id]) == {party_id}
    await make.answered(bank, row.id)
    assert await bank.run("system", queries.open_complaints, [party_id]) == set()


async def test_complaints_that_rise_are_told_by_product(bank: banks.Bank) -> None:
    for _ in range(5):
        await make.received(bank, product_code="fund")
    found = await bank.run("system", service.look_for_spikes)
    assert [(each.product_code, each.recent) for each in found] == [("fund", 5)]
    assert (await events(bank))[-1] == "complaint.spiked"


async def test_the_database_closes_no_complaint_without_an_answer(bank: banks.Bank) -> None:
    row = await make.received(bank)

    async def forced(ctx: Any) -> None:
        found: Complaint = await queries.complaint(ctx, row.id)
        async with ctx.audit("complaint.close", ("complaint", row.id)):
            found.state = State.CLOSED

    with pytest.raises(Exception, match="answered"):
        await bank.run("officer", forced)


async def test_the_letters_are_in_the_customers_language(bank: banks.Bank) -> None:
    someone = (await banks.person(bank, language="zh_CN")).party_id
    row = await make.received(bank, someone)
    letter = await bank.run("officer", service.draft, row.id, LetterKind.ACKNOWLEDGEMENT)
    assert (row.locale, letter.locale) == ("zh_CN", "zh_CN")


async def test_the_complaints_own_language_comes_before_the_customers(bank: banks.Bank) -> None:
    someone = (await banks.person(bank, language="zh_CN")).party_id
    assert (await make.received(bank, someone, locale="en")).locale == "en"


async def test_somebody_who_is_no_customer_is_answered_in_the_language_of_whoever_took_it_in(bank: banks.Bank) -> None:
    assert (await make.received(bank)).locale == bank["officer"].locale
