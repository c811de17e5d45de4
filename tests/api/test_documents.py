"""Documents judged by somebody else than who handed them in."""

from datetime import date
from typing import Any

import pytest

from backend.core.actor import Actor
from backend.customers import service
from backend.customers.inputs import DocumentInput
from backend.customers.models import Document
from tests.api.conftest import Door
from tests.factories.customers import Bank, with_roles

PDF = b"%PDF-1.7 a scanned page"
ANSWER = """{
  __typename
  ... on Document { id status reason verifiedBy { name } number { value visibility } }
  ... on Problem { code message }
  ... on InvalidProblem { field }
}"""
ACCEPT = f"mutation ($id: UUID!) {{ answer: acceptDocument(documentId: $id) {ANSWER} }}"
REVISE = (
    f"mutation ($id: UUID!, $reason: String!) {{ answer: requestRevision(documentId: $id, reason: $reason) {ANSWER} }}"
)
REJECT = (
    f"mutation ($id: UUID!, $reason: String!) {{ answer: rejectDocument(documentId: $id, reason: $reason) {ANSWER} }}"
)


@pytest.fixture
async def passport(bank: Bank) -> Document:
    party = await bank.customer()
    given = DocumentInput(type="passport", number="CZ1234567", expires_on=date(2027, 1, 31))
    document: Document = await bank.run(bank.manager, service.upload_document, party.id, given, PDF)
    return document


async def _answer(door: Door, actor: Actor, mutation: str, document: Document, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await door.data(mutation, actor, id=str(document.id), **given))["answer"]
    return answer


async def test_an_accepted_document_names_who_accepted_it(door: Door, bank: Bank, passport: Document) -> None:
    answer = await _answer(door, bank.officer, ACCEPT, passport)
    assert (answer["status"], answer["verifiedBy"]) == ("ACCEPTED", {"name": "officer"})
    assert answer["number"] == {"value": "CZ1234567", "visibility": "CLEAR"}


@pytest.mark.parametrize(
    ("mutation", "reason", "status"), [(REVISE, "blurred", "REVISION"), (REJECT, "suspected_forgery", "REJECTED")]
)
async def test_a_document_that_is_not_accepted_says_why(
    door: Door, bank: Bank, passport: Document, mutation: str, reason: str, status: str
) -> None:
    answer = await _answer(door, bank.officer, mutation, passport, reason=reason)
    assert (answer.get("status"), answer.get("reason")) == (status, reason), answer


async def test_a_reason_of_rejection_asks_for_no_revision(door: Door, bank: Bank, passport: Document) -> None:
    answer = await _answer(door, bank.officer, REVISE, passport, reason="suspected_forgery")
    assert (answer["__typename"], answer["code"]) == ("InvalidProblem", "document.reason_unknown")


async def test_who_handed_a_document_in_does_not_judge_it(door: Door, bank: Bank, passport: Document) -> None:
    uploader = with_roles(bank.manager, "compliance_officer")
    assert (await _answer(door, uploader, ACCEPT, passport))["__typename"] == "NotAllowedProblem"


async def test_a_document_is_judged_once(door: Door, bank: Bank, passport: Document) -> None:
    await _answer(door, bank.officer, ACCEPT, passport)
    again = await _answer(door, bank.second_officer, REJECT, passport, reason="suspected_forgery")
    assert (again["__typename"], again["code"]) == ("ConflictProblem", "document.decided")


async def test_a_judged_document_stands_so_on_the_partys_page(door: Door, bank: Bank, passport: Document) -> None:
    await _answer(door, bank.officer, ACCEPT, passport)
    query = "query ($id: UUID!) { party(id: $id) { documents { id status number { value visibility } } } }"
    party = (await door.data(query, bank.lead, id=str(passport.party_id)))["party"]
    number = {"value": "•••567", "visibility": "MASKED"}
    assert party["documents"] == [{"id": str(passport.id), "status": "ACCEPTED", "number": number}]
