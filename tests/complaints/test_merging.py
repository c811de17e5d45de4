"""Two records of one customer are merged: complaints go on with the record that is left, and so does what they stop."""

from typing import Any
from uuid import UUID

from backend.complaints import queries, service
from backend.complaints.models import LetterKind
from backend.customers import service as customers
from backend.onboarding.dependants import CaseDependants
from tests.factories import complaints as make
from tests.factories import onboarding as banks


async def merged(bank: banks.Bank, loser: UUID, survivor: UUID) -> None:
    case = await bank.run("officer", customers.propose_merge, loser, survivor, survivor)
    await bank.run("officer2", customers.approve_merge, case.id, CaseDependants())


async def pair(bank: banks.Bank) -> tuple[UUID, UUID]:
    return (await banks.person(bank)).party_id, (await banks.person(bank)).party_id


async def test_a_complaint_is_read_and_answered_at_the_survivor(bank: banks.Bank) -> None:
    loser, survivor = await pair(bank)
    row = await make.received(bank, loser)
    await merged(bank, loser, survivor)
    assert [each.id for each in (await bank.run("officer", queries.of_parties, [survivor]))[survivor]] == [row.id]
    answered = await make.answered(bank, row.id)
    assert (answered.owner_id, answered.party_id) == (survivor, survivor)


async def test_an_open_complaint_of_the_former_record_holds_the_survivor(bank: banks.Bank) -> None:
    loser, survivor = await pair(bank)
    await make.received(bank, loser)
    await merged(bank, loser, survivor)
    assert await bank.run("system", queries.open_complaints, [survivor]) == {survivor}


async def test_a_letter_that_was_sent_before_the_merge_is_opened_after_it(bank: banks.Bank) -> None:
    loser, survivor = await pair(bank)
    row = await make.received(bank, loser)
    letter = await make.lettered(bank, row.id, LetterKind.ACKNOWLEDGEMENT)
    before: Any = await bank.run("officer", service.download, letter.id)
    await merged(bank, loser, survivor)
    assert await bank.run("officer", service.download, letter.id) == before
