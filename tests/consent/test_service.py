"""Consents by purpose, channel and version of the text: recorded with evidence, withdrawn, expired, asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.consent import queries, service
from backend.consent.errors import (
    ChannelUnknown,
    ConsentInFuture,
    ConsentNotInForce,
    EvidenceDocumentMissing,
    EvidenceUnknown,
    PurposeNeedsNoConsent,
    PurposeUnknown,
    TextVersionUnknown,
)
from backend.consent.rules import Decision
from backend.core.clock import FixedClock
from backend.customers.errors import PartyNotFound
from tests.factories.customers import Bank


def _given(**other: Any) -> service.ConsentInput:
    told = {"purpose": "marketing", "channel": "email", "text_version": 1, "evidence": "in_person", **other}
    return service.ConsentInput(**told)


async def _ask(bank: Bank, party_id: UUID, purpose: str, channel: str = "any", on: date | None = None) -> Decision:
    async with bank.platform.transaction(bank.system) as ctx:
        return (await service.allowed(ctx, [party_id], purpose, channel, on))[party_id]


async def test_without_consent_marketing_is_not_allowed(bank: Bank) -> None:
    party = await bank.customer()
    decided = await _ask(bank, party.id, "marketing", "email")
    assert (decided.allowed, decided.reason) == (False, "consent_missing")


async def test_a_consent_counts_for_its_channel_and_no_other(bank: Bank) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    assert (await _ask(bank, party.id, "marketing", "email")).allowed
    assert not (await _ask(bank, party.id, "marketing", "phone")).allowed
    assert not (await _ask(bank, party.id, "profiling")).allowed


async def test_a_consent_for_every_channel_can_be_withdrawn_for_one(bank: Bank) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given(channel="any"))
    await bank.run(bank.manager, service.withdraw_consent, party.id, "marketing", "phone")
    assert (await _ask(bank, party.id, "marketing", "post")).allowed
    assert (await _ask(bank, party.id, "marketing", "phone")).reason == "consent_withdrawn"


async def test_withdrawing_everything_ends_every_channel(bank: Bank) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    await bank.run(bank.manager, service.withdraw_consent, party.id, "marketing")
    assert (await _ask(bank, party.id, "marketing", "email")).reason == "consent_withdrawn"


async def test_a_consent_given_again_counts_again(bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    for _ in range(2):
        await bank.run(bank.manager, service.record_consent, party.id, _given())
        clock.advance(timedelta(hours=1))
        await bank.run(bank.manager, service.withdraw_consent, party.id, "marketing", "email")
        clock.advance(timedelta(hours=1))
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    assert (await _ask(bank, party.id, "marketing", "email")).allowed


async def test_nothing_is_withdrawn_that_was_not_given(bank: Bank) -> None:
    party = await bank.customer()
    with pytest.raises(ConsentNotInForce):
        await bank.run(bank.manager, service.withdraw_consent, party.id, "marketing", "email")


async def test_a_consent_ends_with_its_last_day_before_any_job_has_run(bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    consent = await bank.run(bank.manager, service.record_consent, party.id, _given())
    assert (await _ask(bank, party.id, "marketing", "email", consent.expires_on)).allowed
    late = consent.expires_on + timedelta(days=1)
    assert (await _ask(bank, party.id, "marketing", "email", late)).reason == "consent_expired"
    assert consent.expires_on == date(2028, 11, 22)


async def test_an_expiry_is_recorded_once(bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    clock.advance(timedelta(days=800))
    assert await bank.run(bank.system, service.expire_consents) == 1
    assert await bank.run(bank.system, service.expire_consents) == 0
    async with bank.platform.transaction(bank.system) as ctx:
        lines = (await queries.history(ctx, [party.id]))[party.id]
    assert [line.act for line in lines] == ["expired", "given"]


async def test_a_past_day_is_answered_as_it_was(bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    day = clock().date()
    clock.advance(timedelta(days=10))
    await bank.run(bank.manager, service.withdraw_consent, party.id, "marketing", "email")
    assert (await _ask(bank, party.id, "marketing", "email", day)).allowed
    assert not (await _ask(bank, party.id, "marketing", "email")).allowed


async def test_the_text_that_was_read_is_recorded_with_its_rule_set(bank: Bank) -> None:
    party = await bank.customer()
    consent = await bank.run(bank.manager, service.record_consent, party.id, _given(text_locale="zh_CN"))
    assert (consent.text_version, consent.text_locale, len(consent.ruleset)) == (1, "zh_CN", 64)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"purpose": "espionage"}, PurposeUnknown),
        ({"purpose": "servicing", "channel": "any"}, PurposeNeedsNoConsent),
        ({"channel": "pigeon"}, ChannelUnknown),
        ({"text_version": 99}, TextVersionUnknown),
        ({"evidence": "hearsay"}, EvidenceUnknown),
        ({"evidence": "signed_document"}, EvidenceDocumentMissing),
    ],
)
async def test_a_consent_without_its_ground_is_refused(
    bank: Bank, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    party = await bank.customer()
    with pytest.raises(refusal):
        await bank.run(bank.manager, service.record_consent, party.id, _given(**wrong))


async def test_a_consent_of_tomorrow_is_refused(bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    tomorrow = clock() + timedelta(days=1)
    with pytest.raises(ConsentInFuture):
        await bank.run(bank.manager, service.record_consent, party.id, _given(effective_at=tomorrow))


async def test_a_stranger_records_no_consent(bank: Bank) -> None:
    party = await bank.customer()
    with pytest.raises((NotAllowed, PartyNotFound)):
        await bank.run(bank.stranger, service.record_consent, party.id, _given())


@pytest.mark.parametrize("statement", ["UPDATE consent_event SET act = 'given'", "DELETE FROM consent_event"])
async def test_the_database_refuses_to_change_the_history(bank: Bank, statement: str) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())

    async def tamper(ctx: Context) -> None:
        await ctx.session.execute(text(statement))

    with pytest.raises(Exception, match="permission denied"):
        await bank.platform.run(bank.system, tamper)


async def test_what_rests_on_law_or_contract_needs_no_consent(bank: Bank) -> None:
    party = await bank.customer()
    for purpose, basis in (("anti_money_laundering", "legal_obligation"), ("servicing", "contract")):
        decided = await _ask(bank, party.id, purpose)
        assert (decided.allowed, decided.basis) == (True, basis)


async def test_a_lifted_restriction_lets_processing_go_on(bank: Bank) -> None:
    party = await bank.customer()
    limit = await bank.run(bank.officer, service.restrict, party.id, "request", None)
    assert not (await _ask(bank, party.id, "servicing")).allowed
    await bank.run(bank.officer, service.lift_limit, limit.id)
    assert (await _ask(bank, party.id, "servicing")).allowed


async def test_a_party_of_another_institution_is_never_allowed(bank: Bank) -> None:
    decided = await _ask(bank, UUID(int=7), "servicing")
    assert (decided.allowed, decided.reason) == (False, "erased")


async def test_many_parties_are_answered_by_one_query(bank: Bank) -> None:
    parties = [(await bank.customer()).id for _ in range(5)]
    async with bank.platform.transaction(bank.system) as ctx:
        with _statements(bank) as sent:
            decided = await service.allowed(ctx, parties, "marketing", "email")
    assert len(decided) == 5
    assert len(sent) == 1


@contextmanager
def _statements(bank: Bank) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = bank.platform.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_purpose_over_everybody_is_what_each_is_told(bank: Bank) -> None:
    parties = [(await bank.customer()).id for _ in range(4)]
    await bank.run(bank.manager, service.record_consent, parties[0], _given(channel="any"))
    await bank.run(bank.manager, service.record_consent, parties[1], _given(channel="any"))
    await bank.run(bank.manager, service.withdraw_consent, parties[1], "marketing")
    for limit in (service.restrict, service.object_to):
        chosen = parties[2:3] if limit is service.restrict else parties[3:]
        given = ("test", None) if limit is service.restrict else ("analytics", "test", None)
        await bank.run(bank.system, limit, chosen[0], *given)
    for purpose in ("marketing", "analytics", "profiling"):
        asked = await bank.run(bank.system, service.allowed, parties, purpose)
        whole = await bank.run(bank.system, service.throughout, purpose)
        some = await bank.run(bank.system, service.throughout, purpose, parties[1:])
        assert {each: (each in whole.apart) != whole.allowed for each in parties} == {
            each: decision.allowed for each, decision in asked.items()
        }
        assert some.apart == whole.apart - {parties[0]}


async def test_several_channels_are_decided_by_one_query(bank: Bank) -> None:
    party = await bank.customer()
    await bank.run(bank.manager, service.record_consent, party.id, _given())
    async with bank.platform.transaction(bank.system) as ctx:
        with _statements(bank) as sent:
            found = await service.allowed_by(ctx, [party.id], "marketing", ["email", "phone"])
    assert len(sent) == 1
    assert [found[channel][party.id].allowed for channel in ("email", "phone")] == [True, False]
