"""Messages on their way: once for each reference, decided again when they leave, at most once whatever happens."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.consent import service as consent
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.inputs import PartyChanges
from backend.customers.service import edit_party
from backend.edge.errors import RuleOfDatabase
from backend.jobs import contact as jobs
from backend.servicing.interactions import service
from backend.servicing.interactions.answers import Reason
from backend.servicing.interactions.channels.parcel import Outcome
from backend.servicing.interactions.errors import (
    ContactRefused,
    FreeTextNotAllowed,
    MergeFieldMissing,
    StateForbids,
    TemplateNotFound,
    TemplatePurpose,
)
from backend.servicing.interactions.models import BarKind, Channel, ContactAddress, Interaction, State
from backend.servicing.interactions.queries import history
from tests.factories import complaints
from tests.factories import contact as make
from tests.factories import onboarding as banks


async def send(bank: banks.Bank, party_id: UUID, reference: str = "r1", **given: Any) -> Interaction:
    told = {"purpose": "service", **given}
    code = told.pop("code", "news")
    row: Interaction = await bank.run("system", service.send, party_id, code, reference=reference, **told)
    return row


async def run(bank: banks.Bank, post: make.Post) -> jobs.Run:
    return await jobs.send_due(bank.platform, bank.system, lambda *_: None, dict.fromkeys(Channel, post))


async def now(bank: banks.Bank, row: Interaction) -> Interaction:
    found: Interaction = await bank.run("officer", history.interaction, row.id)
    return found


async def test_a_message_leaves_with_the_customers_record_merged_in(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    row = await send(bank, party_id)
    assert row.state == State.WAITING
    await run(bank, post)
    (parcel,) = post.left
    assert (parcel.to, parcel.subject, parcel.institution) == ("jana@example.cz", "News", "Test Bank")
    assert parcel.body == "Dear Jana Nováková,\n\nwe have news for you."
    assert (await now(bank, row)).state == State.SENT


async def test_a_customer_in_china_is_written_to_in_chinese(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank, country="CN"), make.Post()
    await make.in_force(bank)
    await send(bank, party_id)
    await run(bank, post)
    assert post.left[0].body.startswith("尊敬的Jana Nováková")


@pytest.mark.parametrize(("language", "greeting"), [("zh_CN", "尊敬的Jana Nováková"), ("en", "Dear Jana Nováková")])
async def test_ones_own_language_comes_before_that_of_the_country(
    bank: banks.Bank, language: str, greeting: str
) -> None:
    party_id = await make.reached(bank, country="CN" if language == "en" else "CZ", language=language)
    await make.in_force(bank)
    row, post = await send(bank, party_id), make.Post()
    await run(bank, post)
    assert (row.locale, post.left[0].locale, post.left[0].body.startswith(greeting)) == (language, language, True)


async def test_a_preview_is_in_the_language_of_the_message(bank: banks.Bank) -> None:
    party_id = await make.reached(bank, language="zh_CN")
    await make.in_force(bank)
    shown = await bank.run("rm", service.preview_template, party_id, "news", {})
    own = await bank.run(
        "rm", service.preview_words, party_id, purpose="service", channel="email", subject="您好", body="谢谢"
    )
    assert (shown.text.locale, shown.text.subject, own.text.locale) == ("zh_CN", "消息", "zh_CN")


async def test_a_message_that_waits_keeps_the_language_it_was_written_in(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank, language="zh_CN"), make.Post()
    await make.in_force(bank)
    await send(bank, party_id)
    await bank.run("rm", edit_party, party_id, PartyChanges(correspondence_language="en"))
    await run(bank, post)
    assert post.left[0].locale == "zh_CN"


async def test_what_is_said_is_sealed_with_the_customers_key(bank: banks.Bank) -> None:
    await make.in_force(bank)
    row = await send(bank, await make.reached(bank))
    assert row.body is not None
    assert b"news for you" not in row.body


async def test_the_same_reference_is_sent_once(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    first = await send(bank, party_id)
    assert (await send(bank, party_id)).id == first.id
    await run(bank, post)
    assert (await send(bank, party_id)).id == first.id
    await run(bank, post)
    assert len(post.tried) == 1


async def test_a_template_that_nobody_approved_is_not_sent(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await bank.run("lead", service.draft_template, make.template())
    with pytest.raises(TemplateNotFound):
        await send(bank, party_id)


async def test_a_template_serves_its_own_purpose_alone(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank, purpose="survey")
    with pytest.raises(TemplatePurpose):
        await send(bank, party_id, purpose="service")


async def test_a_field_that_nobody_gave_is_named(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank, body_en="See {link}", body_zh="见{link}")
    with pytest.raises(MergeFieldMissing, match="link"):
        await send(bank, party_id)
    assert (await send(bank, party_id, merge={"link": "https://example.cz"})).state == State.WAITING


async def test_without_consent_the_message_is_refused_and_says_why(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank, consents=()), make.Post()
    await make.in_force(bank, purpose="marketing")
    row = await send(bank, party_id, purpose="marketing")
    assert (row.state, row.reasons) == (State.REFUSED, [Reason.CONSENT_MISSING])
    await run(bank, post)
    assert post.tried == []


async def test_consent_withdrawn_while_the_message_waits_is_heeded(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank, purpose="marketing")
    row = await send(bank, party_id, purpose="marketing")
    await bank.run("officer", consent.withdraw_consent, party_id, "marketing")
    await run(bank, post)
    after = await now(bank, row)
    assert (post.tried, after.state, after.reasons) == ([], State.REFUSED, [Reason.CONSENT_WITHDRAWN])


async def test_another_channel_takes_over_where_the_caller_left_it_open(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank, consents=("email", "sms"), phone=True), make.Post()
    await make.in_force(bank, purpose="marketing", channels=["email", "sms"])
    row = await send(bank, party_id, purpose="marketing")
    assert row.channel == Channel.EMAIL
    await bank.run("officer", consent.withdraw_consent, party_id, "marketing", "email")
    await run(bank, post)
    assert [(each.channel, each.to) for each in post.left] == [("sms", "+420777123456")]


async def test_an_open_complaint_holds_an_offer_until_it_is_answered(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank, purpose="marketing")
    complaint = await complaints.received(bank, party_id)
    row = await send(bank, party_id, purpose="marketing")
    assert (row.state, row.reasons) == (State.DEFERRED, [Reason.COMPLAINT])
    clock.advance(timedelta(hours=7))
    await run(bank, post)
    assert post.tried == []
    await complaints.answered(bank, complaint.id)
    clock.advance(timedelta(days=1))
    await run(bank, post)
    assert len(post.left) == 1


async def test_a_message_that_would_come_too_late_expires_and_is_not_lost(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank, purpose="marketing")
    await complaints.received(bank, party_id)
    row = await send(bank, party_id, purpose="marketing")
    for _ in range(25):
        clock.advance(timedelta(days=1))
        await run(bank, post)
    after = await now(bank, row)
    assert (post.tried, after.state, after.reasons) == ([], State.EXPIRED, [Reason.COMPLAINT])


async def test_a_message_at_night_leaves_in_the_morning(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    clock.advance(timedelta(hours=13))
    row = await send(bank, party_id)
    assert (row.state, row.reasons) == (State.DEFERRED, [Reason.QUIET])
    assert row.not_before == datetime(2026, 11, 23, 6, tzinfo=UTC)
    await run(bank, post)
    assert post.tried == []
    clock.advance(timedelta(hours=8))
    await run(bank, post)
    assert len(post.left) == 1


async def test_a_cap_is_kept_also_among_messages_that_wait_together(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank, purpose="marketing")
    rows = [await send(bank, party_id, f"r{each}", purpose="marketing") for each in range(4)]
    assert {row.state for row in rows} == {State.WAITING}
    await run(bank, post)
    assert len(post.left) == 2
    states = [(await now(bank, row)).state for row in rows]
    assert sorted(states) == ["deferred", "deferred", "sent", "sent"]
    clock.advance(timedelta(days=7))
    await run(bank, post)
    assert len(post.left) == 4


async def test_whoever_has_died_is_sent_nothing(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    row = await send(bank, party_id)
    await bank.run("rm", service.bar, party_id, BarKind.DECEASED)
    await run(bank, post)
    assert (post.tried, (await now(bank, row)).reasons) == ([], [Reason.DECEASED])


async def test_an_attempt_that_sent_nothing_is_made_again_later(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post(lambda _: Outcome.NOT_SENT)
    await make.in_force(bank)
    row = await send(bank, party_id)
    await run(bank, post)
    assert ((await now(bank, row)).state, len(post.tried)) == (State.WAITING, 1)
    for _ in range(6):
        clock.advance(timedelta(days=1))
        await run(bank, post)
    assert ((await now(bank, row)).state, len(post.tried)) == (State.FAILED, 6)


async def test_a_failed_message_goes_out_when_a_person_says_so(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)
    await run(bank, make.Post(lambda _: Outcome.FAILED))
    await bank.run("officer", service.retry, row.id)
    post = make.Post()
    await run(bank, post)
    assert len(post.left) == 1


async def test_a_killed_worker_sends_nobody_twice(bank: banks.Bank, clock: FixedClock) -> None:
    """It died after the message had left and before it could report so."""
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)
    post = make.Post()

    def dies(_: Any) -> Outcome:
        post.left.append(_)
        raise make.Killed

    with pytest.raises(make.Killed):
        await run(bank, make.Post(dies))
    clock.advance(timedelta(minutes=16))
    await run(bank, post)
    assert await bank.run("system", service.find_stuck) == 1
    await run(bank, post)
    assert (len(post.left), (await now(bank, row)).state) == (1, State.STUCK)


@pytest.mark.parametrize(("sent", "times"), [(True, 0), (False, 1)])
async def test_a_person_decides_about_a_message_nobody_knows_about(bank: banks.Bank, sent: bool, times: int) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)
    await run(bank, make.Post(lambda _: Outcome.UNKNOWN))
    assert (await now(bank, row)).state == State.STUCK
    await bank.run("officer", service.resolve, row.id, sent=sent)
    post = make.Post()
    await run(bank, post)
    assert (len(post.left), (await now(bank, row)).state) == (times, State.SENT)


async def test_a_late_report_settles_what_was_taken_for_stuck(bank: banks.Bank, clock: FixedClock) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)
    taken = await bank.run("system", service.claim)
    clock.advance(timedelta(minutes=20))
    await bank.run("system", service.find_stuck)
    delivery = await make.Post().deliver(taken.parcel)
    await bank.run("system", service.settle, row.id, taken.parcel.claim_id, delivery)
    assert (await now(bank, row)).state == State.SENT


async def test_a_report_without_the_claim_changes_nothing(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)
    taken = await bank.run("system", service.claim)
    delivery = await make.Post().deliver(taken.parcel)
    assert await bank.run("system", service.settle, row.id, party_id, delivery) is None
    assert (await now(bank, row)).state == State.CLAIMED


async def test_a_permanent_bounce_closes_the_address(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    row = await send(bank, party_id)
    await run(bank, post)
    await bank.run("system", service.receipt, row.id, service.Receipt.BOUNCED)
    second = await send(bank, party_id, "r2")
    assert ((await now(bank, row)).state, second.reasons) == (State.BOUNCED, [Reason.ADDRESS_CLOSED])


async def test_an_address_that_was_confirmed_again_is_used_again(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post(lambda _: Outcome.REJECTED)
    await make.in_force(bank)
    row = await now(bank, await send(bank, party_id))
    await run(bank, post)
    address = (await now(bank, row)).address_id
    assert (await send(bank, party_id, "r2")).state == State.REFUSED
    await bank.run("rm", service.confirm, party_id, address, Channel.EMAIL)
    assert (await send(bank, party_id, "r3")).state == State.WAITING


async def test_several_soft_bounces_close_the_address(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    for each in range(3):
        row = await send(bank, party_id, f"r{each}")
        assert row.state == State.WAITING
        await run(bank, post)
        await bank.run("system", service.receipt, row.id, service.Receipt.SOFT_BOUNCED)
    assert (await send(bank, party_id, "r9")).reasons == [Reason.ADDRESS_CLOSED]


async def test_receipts_are_noted_once_and_only_forward(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    row = await send(bank, party_id)
    await run(bank, post)
    for what in (service.Receipt.OPENED, service.Receipt.DELIVERED, service.Receipt.OPENED):
        clock.advance(timedelta(minutes=1))
        await bank.run("system", service.receipt, row.id, what)
    after = await now(bank, row)
    assert (after.state, after.opened_at, after.delivered_at) == (
        State.OPENED,
        clock() - timedelta(minutes=2),
        clock() - timedelta(minutes=2),
    )


async def test_a_waiting_message_can_be_cancelled_and_a_sent_one_not(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    first, second = await send(bank, party_id), await send(bank, party_id, "r2")
    await bank.run("officer", service.cancel, first.id)
    await run(bank, post)
    assert len(post.left) == 1
    with pytest.raises(StateForbids):
        await bank.run("officer", service.cancel, second.id)


async def test_a_colleague_writes_in_their_own_words(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    words = {"purpose": "service", "channel": "email", "subject": "Your loan", "body": "It is ready."}
    await bank.run("rm", service.write, party_id, reference="w1", **words)
    await run(bank, post)
    assert (post.left[0].subject, post.left[0].body) == ("Your loan", "It is ready.")


async def test_a_channel_without_subjects_is_handed_the_text_alone(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank, phone=True), make.Post()
    words = {"purpose": "service", "channel": "sms", "subject": "Your loan", "body": "It is ready."}
    shown = await bank.run("rm", service.preview_words, party_id, **words)
    await bank.run("rm", service.write, party_id, reference="w1", **words)
    await run(bank, post)
    assert (post.left[0].subject, post.left[0].body, shown.text.subject) == ("", "It is ready.", "")


@pytest.mark.parametrize(
    ("country", "body", "said"),
    [
        ("CZ", "Until {valid_until}.", "Until January 31, 2027."),
        ("CN", "在{valid_until}之前。", "在2027年1月31日之前。"),
    ],
)
async def test_a_day_is_written_as_the_customers_language_writes_it(
    bank: banks.Bank, country: str, body: str, said: str
) -> None:
    party_id, post = await make.reached(bank, country=country), make.Post()
    await make.in_force(bank, body_en=body, body_zh=body)
    await send(bank, party_id, merge={"valid_until": "2027-01-31"})
    await run(bank, post)
    assert post.left[0].body == said


async def test_an_offer_is_not_written_in_ones_own_words(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    with pytest.raises(FreeTextNotAllowed):
        await bank.run(
            "rm", service.write, party_id, purpose="marketing", channel="email", subject="!", body="!", reference="w"
        )


async def test_whoever_writes_learns_at_once_that_it_can_never_leave(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await bank.run("rm", service.bar, party_id, BarKind.NO_CONTACT)
    with pytest.raises(ContactRefused) as refused:
        await bank.run(
            "rm", service.write, party_id, purpose="service", channel="email", subject="!", body="!", reference="w"
        )
    assert refused.value.params == {"reasons": "no_contact"}


async def test_a_stranger_sends_nothing(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    with pytest.raises(NotAllowed):
        await bank.run("rm2", service.send, party_id, "news", purpose="service", reference="r1")


async def test_many_are_asked_about_in_a_fixed_number_of_queries(bank: banks.Bank) -> None:
    ids = [await make.reached(bank, consents=()) for _ in range(3)]
    found = await bank.run("system", service.may_contact, [*ids, bank.tenant.id], "service")
    assert [found[each].allowed for each in ids] == [True, True, True]
    assert found[bank.tenant.id].reasons[0] == Reason.ERASED


async def test_events_name_the_customer_and_no_words(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    await send(bank, party_id)
    await run(bank, post)

    async def told(ctx: Any) -> list[tuple[str, str]]:
        query = select(Outbox).where(col(Outbox.name).like("interaction.%")).order_by(col(Outbox.id))
        return [(row.name, row.payload["customer"]) for row in await ctx.session.scalars(query)]

    assert await bank.run("system", told) == [
        ("interaction.waiting", str(party_id)),
        ("interaction.sent", str(party_id)),
    ]


async def test_the_database_keeps_a_message_that_was_sent_with_its_instant(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row = await send(bank, party_id)

    async def forged(ctx: Any) -> None:
        found = await ctx.session.get_one(Interaction, row.id)
        async with ctx.audit("contact.send", ("interaction", row.id)):
            found.state = State.SENT

    with pytest.raises(RuleOfDatabase):
        await bank.run("system", forged)


async def test_nothing_is_known_of_an_address_until_something_happens(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)

    async def known(ctx: Any) -> list[ContactAddress]:
        return list(await ctx.session.scalars(select(ContactAddress).where(ContactAddress.party_id == party_id)))

    assert await bank.run("system", known) == []


async def test_a_purpose_that_the_rules_know_no_more_holds_up_nobody(bank: banks.Bank) -> None:
    party_id, post = await make.reached(bank), make.Post()
    await make.in_force(bank)
    first, second = await send(bank, party_id), await send(bank, party_id, "r2")

    async def forgotten(ctx: Any) -> None:
        row = await ctx.session.get_one(Interaction, first.id)
        async with ctx.audit("contact.queue", ("interaction", row.id)):
            row.purpose = "gossip"

    await bank.run("system", forgotten)
    await run(bank, post)
    assert [parcel.id for parcel in post.left] == [second.id]
    assert (await now(bank, first)).reasons == [Reason.CHANNEL_UNFIT]
