"""Contact that took place, written down; who reads it; and how it counts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.errors import NotAllowed
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Party
from backend.servicing.interactions import service
from backend.servicing.interactions.answers import Reason
from backend.servicing.interactions.errors import MomentOutOfRange, PurposeUnknown, TextMissing, TopicUnknown
from backend.servicing.interactions.models import Channel, Direction, Interaction
from backend.servicing.interactions.queries import history
from tests.factories import contact as make
from tests.factories import onboarding as banks

WORDS = "Asked why the fee was taken twice."


def call(**given: Any) -> service.RecordInput:
    told = {"direction": Direction.INBOUND, "channel": Channel.TELEPHONE, "body": WORDS, "topic": "account", **given}
    return service.RecordInput(**told)


async def test_a_call_is_written_down_and_read_again(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    row = await bank.run("rm", service.record, party_id, call())
    assert row.body is not None
    assert b"fee" not in row.body
    (found,) = await bank.run("lead", history.history, party_id)
    assert await bank.run("lead", service.read, found, "body") == WORDS


async def test_the_history_is_the_newest_first_and_filtered(bank: banks.Bank, clock: FixedClock) -> None:
    party_id = await make.reached(bank)
    for days, topic in ((3, "card"), (1, "loan"), (2, "card")):
        await bank.run("rm", service.record, party_id, call(at=clock() - timedelta(days=days), topic=topic))
    rows = await bank.run("rm", history.history, party_id)
    assert [row.topic for row in rows] == ["loan", "card", "card"]
    cards = await bank.run("rm", history.history, party_id, history.Filters(topic="card"))
    assert len(cards) == 2
    place = history.After(rows[0].happened_at, rows[0].id)
    assert len(await bank.run("rm", history.history, party_id, after=place)) == 2


async def test_another_manager_reads_nothing_of_it(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await bank.run("rm", service.record, party_id, call())
    assert await bank.run("rm2", history.history, party_id) == []
    with pytest.raises(NotAllowed):
        await bank.run("rm2", service.record, party_id, call())


async def test_what_was_merged_keeps_its_history(bank: banks.Bank) -> None:
    old, new = await make.reached(bank, consents=()), await make.reached(bank, consents=())
    await bank.run("rm", service.record, old, call())
    await bank.run("system", merged, old, new)
    assert len(await bank.run("officer", history.history, new)) == 1


async def merged(ctx: Any, old: UUID, new: UUID) -> None:
    party = await ctx.session.get_one(Party, old)
    async with ctx.audit("customer.edit", ("party", old)):
        party.status, party.merged_into_id = "merged", new


async def test_caps_count_what_was_sent_to_a_record_that_was_merged(bank: banks.Bank) -> None:
    old, new = await make.reached(bank), await make.reached(bank)
    for _ in range(2):
        await bank.run("rm", service.record, old, call(direction=Direction.OUTBOUND, purpose="win_back"))
    await bank.run("system", merged, old, new)
    found = await bank.run("system", service.may_contact, [old, new], "marketing", "email")
    assert (found[old].reasons, found[new].reasons) == ((Reason.MERGED,), (Reason.CAP,))


async def test_calls_that_were_made_count_for_caps(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    for _ in range(2):
        await bank.run("rm", service.record, party_id, call(direction=Direction.OUTBOUND, purpose="care"))
    found = await bank.run("system", service.may_contact, [party_id], "marketing")
    assert found[party_id].reasons == (Reason.CAP,)


async def test_a_repeated_reference_is_written_down_once(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    first = await bank.run("rm", service.record, party_id, call(reference="chat-7"))
    again = await bank.run("rm", service.record, party_id, call(reference="chat-7", body="other words"))
    assert again.id == first.id


async def test_a_partner_writes_down_contact_with_whom_it_referred_and_reads_its_own(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    partner = Actor(new_id(), bank.tenant.id, "partner", frozenset({"partner"}), "graphql", "test")
    bank.people["partner"] = partner
    with pytest.raises(NotAllowed):
        await bank.run("partner", service.record, party_id, call(channel=Channel.PARTNER))
    await bank.run("system", referred, party_id, partner.id)
    await bank.run("rm", service.record, party_id, call())
    mine = await bank.run("partner", service.record, party_id, call(channel=Channel.PARTNER))
    rows: list[Interaction] = await bank.run("partner", history.history, party_id)
    assert [row.id for row in rows] == [mine.id]


async def referred(ctx: Any, party_id: UUID, partner_id: UUID) -> None:
    party = await ctx.session.get_one(Party, party_id)
    async with ctx.audit("customer.edit", ("party", party_id)):
        party.referred_by = partner_id


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"body": " "}, TextMissing),
        ({"topic": "gossip"}, TopicUnknown),
        ({"direction": Direction.OUTBOUND, "purpose": "gossip"}, PurposeUnknown),
    ],
)
async def test_what_the_rule_set_does_not_know_is_refused(
    bank: banks.Bank, given: dict[str, Any], error: type[Exception]
) -> None:
    party_id = await make.reached(bank, consents=())
    with pytest.raises(error):
        await bank.run("rm", service.record, party_id, call(**given))


@pytest.mark.parametrize("days", [-1, 61])
async def test_a_contact_is_entered_after_it_took_place_and_soon(
    bank: banks.Bank, clock: FixedClock, days: int
) -> None:
    party_id = await make.reached(bank, consents=())
    with pytest.raises(MomentOutOfRange):
        await bank.run("rm", service.record, party_id, call(at=clock() - timedelta(days=days)))


async def test_behaviour_shows_which_channel_a_customer_prefers(bank: banks.Bank) -> None:
    party_id = await make.reached(bank, consents=())
    for channel in (Channel.APP, Channel.APP, Channel.BRANCH):
        await bank.run("rm", service.record, party_id, call(channel=channel))
    assert (await bank.run("rm", history.channel_use, [party_id]))[party_id] == {"app": 2, "branch": 1}
