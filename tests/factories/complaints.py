"""Complaints at any point of their course, made through the services."""

from typing import Any
from uuid import UUID

from backend.complaints import service
from backend.complaints.models import Channel, Complaint, ComplaintLetter, LetterKind, Outcome
from tests.factories import onboarding as make

WORDS = "The fee was taken twice."
FOUND = "The fee was booked twice because of a fault in the nightly run."


async def received(bank: make.Bank, party_id: UUID | None = None, login: str = "officer", **given: Any) -> Complaint:
    told = {"channel": Channel.BRANCH, "category": "fees", "details": WORDS, **given}
    if party_id is None:
        told.setdefault("complainant", "Petr Cizí")
    row: Complaint = await bank.run(login, service.receive, service.ComplaintInput(party_id=party_id, **told))
    return row


async def decided(
    bank: make.Bank, complaint_id: UUID, outcome: Outcome = Outcome.UPHELD, login: str = "officer"
) -> Complaint:
    row: Complaint = await bank.run(login, service.decide, complaint_id, outcome, "system", FOUND)
    return row


async def lettered(
    bank: make.Bank, complaint_id: UUID, kind: LetterKind, login: str = "officer", second: str = "officer2"
) -> ComplaintLetter:
    """Drafted, approved by the second person where the rules ask for one, and sent by mail."""
    letter: ComplaintLetter = await bank.run(login, service.draft, complaint_id, kind)
    if letter.needs_approval:
        await bank.run(second, service.approve, letter.id)
    sent: ComplaintLetter = await bank.run(login, service.send, letter.id, Channel.MAIL)
    return sent


async def answered(bank: make.Bank, complaint_id: UUID, outcome: Outcome = Outcome.UPHELD) -> Complaint:
    """Decided and answered with a final response."""
    row = await decided(bank, complaint_id, outcome)
    await lettered(bank, complaint_id, LetterKind.FINAL_RESPONSE)
    return row
