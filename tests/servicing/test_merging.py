"""Two records of one customer are merged: contact, feedback and conversations go on with the record that is left."""

from typing import Any
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.customers import service as customers
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.servicing.assistant import queries as conversations
from backend.servicing.assistant import service as assistant
from backend.servicing.assistant.models import Audience
from backend.servicing.feedback import queries as feedback
from backend.servicing.feedback import service as surveys
from backend.servicing.feedback.models import Contentment
from backend.servicing.feedback.service import Given
from backend.servicing.interactions import service as contact
from backend.servicing.interactions.models import BarKind, Channel, Direction, Interaction, State
from backend.servicing.interactions.queries import history
from tests.factories import contact as messages
from tests.factories import feedback as made
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def merge(bank: make.Bank, loser: UUID, survivor: UUID) -> None:
    case = await bank.run("officer", customers.propose_merge, loser, survivor, survivor)
    await bank.run("officer2", customers.approve_merge, case.id, CaseDependants())


async def pair(bank: make.Bank) -> tuple[UUID, UUID]:
    """The one that goes, and the one that stays."""
    return await messages.reached(bank), await messages.reached(bank)


async def histories(bank: make.Bank, party_id: UUID) -> list[tuple[str | None, Interaction]]:
    """With what was said, as the manager reads it."""

    async def read(ctx: Any) -> list[tuple[str | None, Interaction]]:
        rows = await history.history(ctx, party_id)
        await ctx.vault.load({row.party_id for row in rows})
        open_ = ctx.vault.open_optional
        return [(open_("interaction", "body", row.id, row.party_id, row.body), row) for row in rows]

    found: list[tuple[str | None, Interaction]] = await bank.run("rm", read)
    return found


async def test_what_was_said_to_the_former_record_is_read_at_the_survivor_even_after_another_merge(
    bank: make.Bank,
) -> None:
    first, second = await pair(bank)
    last = await messages.reached(bank)
    said = contact.RecordInput(channel=Channel.TELEPHONE, direction=Direction.INBOUND, topic="account", body="Hello.")
    await bank.run("rm", contact.record, first, said)
    await merge(bank, first, second)
    await merge(bank, second, last)
    [(words, row)] = await histories(bank, last)
    assert (words, row.party_id) == ("Hello.", last)


async def test_a_message_that_waited_for_the_former_record_goes_to_the_survivor(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    await messages.in_force(bank)
    sent = await bank.run("system", contact.send, loser, "news", purpose="service", reference="r")
    await merge(bank, loser, survivor)
    taken = await bank.run("system", contact.claim)
    assert (taken.interaction_id, taken.parcel is not None) == (sent.id, True)
    assert (await bank.run("officer", history.interaction, sent.id)).state == State.CLAIMED


async def test_somebody_who_wants_no_contact_is_left_alone_under_the_record_that_stays(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    await bank.run("rm", contact.bar, loser, BarKind.NO_CONTACT)
    await merge(bank, loser, survivor)
    assert [row.kind for row in await bank.run("rm", history.bars, survivor)] == [BarKind.NO_CONTACT]


async def test_an_answer_with_its_words_and_its_follow_up_is_the_survivors(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    await made.worded(bank)
    row = await made.answered(bank, loser, 1, made.WORDS)
    await merge(bank, loser, survivor)
    [survey] = await bank.run("rm", feedback.of_party, survivor)
    assert await bank.run("rm", surveys.comment, survey) == made.WORDS
    assert (await bank.run("rm", feedback.satisfaction, [survivor]))[survivor].score == 1
    [follow_up] = (await bank.run("system", feedback.follow_ups_of, [row.id])).values()
    assert follow_up.party_id == survivor
    closed = await bank.run("rm", surveys.close_follow_up, follow_up.id, "Called.", Contentment.CONTENT)
    assert await bank.run("rm", surveys.done, closed) == "Called."


async def test_a_link_that_was_sent_to_the_former_record_still_takes_an_answer(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    await made.worded(bank)
    row = await made.sent(bank, loser)
    await merge(bank, loser, survivor)
    answered = await bank.run("system", surveys.answer, row.id, Given(4, made.WORDS))
    assert answered.party_id == survivor
    assert await bank.run("rm", surveys.comment, answered) == made.WORDS


async def test_a_conversation_goes_on_with_the_survivor_and_is_read_under_its_key(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    asking = assistant.Asking(question="Do you rent out bicycles?", audience=Audience.CUSTOMER, party_id=loser)
    answer = await bank.run("system", assistant.ask, asking)
    await bank.run("system", assistant.leave_contact, answer.token, "after five")
    await merge(bank, loser, survivor)

    async def read(ctx: Any) -> assistant.Reached:
        [row] = await conversations.of_party(ctx, survivor, 10)
        return await assistant.read(ctx, row)

    found: assistant.Reached = await bank.run("rm", read)
    assert found.conversation.id == answer.conversation.id
    assert (found.turns[0][1], found.contact) == ("Do you rent out bicycles?", "after five")


async def test_conversations_of_strangers_stay_where_they_are(bank: make.Bank) -> None:
    loser, survivor = await pair(bank)
    asking = assistant.Asking(question="Do you rent out bicycles?", audience=Audience.CUSTOMER)
    answer = await bank.run("system", assistant.ask, asking)
    await merge(bank, loser, survivor)
    found = await bank.run("system", assistant.started, answer.token)
    assert found.owner_id == answer.conversation.id
