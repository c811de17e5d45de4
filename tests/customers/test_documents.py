"""Documents are received, judged by somebody else, and handed out on the record."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.access.policy import AccessPolicy
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.customers import queries, service
from backend.customers.errors import (
    DocumentContentHidden,
    DocumentDecided,
    DocumentEmpty,
    DocumentExpiryMissing,
    DocumentMediaType,
    DocumentOutOfDate,
    DocumentReasonUnknown,
    DocumentRepeated,
    DocumentTooLarge,
    DocumentTypeUnknown,
)
from backend.customers.inputs import DocumentInput
from backend.customers.media import media_type
from backend.customers.models import Document
from tests.factories.customers import Bank, with_roles

PDF = b"%PDF-1.7 a scanned page"
EXPIRY = date(2027, 1, 31)


def passport(**given: object) -> DocumentInput:
    return DocumentInput(type="passport", expires_on=EXPIRY, **given)


async def _uploaded(bank: Bank, given: DocumentInput | None = None) -> Document:
    party = await bank.customer()
    return await bank.run(bank.manager, service.upload_document, party.id, given or passport(), PDF)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n..", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic....", "image/heic"),
        (b"MZ\x90\x00", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_format(content: bytes, found: str | None) -> None:
    assert media_type(content) == found


async def test_what_was_uploaded_is_downloaded_and_logged(bank: Bank) -> None:
    document = await _uploaded(bank, passport(file_name="Pas Novák.pdf", number="40123456"))
    got = await bank.run(bank.officer, service.download_document, document.id)
    assert (got.content, got.file_name, got.document.media_type) == (PDF, "Pas Novák.pdf", "application/pdf")
    async with bank.platform.transaction(bank.system) as ctx:
        query = text("SELECT actor_id FROM audit_entry WHERE action = 'document.download' AND subject_id = :id")
        assert (await ctx.session.scalars(query, {"id": document.id})).all() == [bank.officer.id]


async def test_the_content_is_encrypted_at_rest(bank: Bank) -> None:
    document = await _uploaded(bank)
    async with bank.platform.transaction(bank.system) as ctx:
        body = await ctx.session.scalar(text("SELECT body FROM document_content WHERE id = :id"), {"id": document.id})
    assert b"scanned" not in bytes(body)


@pytest.mark.parametrize(
    ("given", "content", "error"),
    [
        (passport(), b"", DocumentEmpty),
        (passport(), b"MZ\x90\x00 a program", DocumentMediaType),
        (passport(), b"%PDF-" + bytes(15_728_640), DocumentTooLarge),
        (DocumentInput(type="passport"), PDF, DocumentExpiryMissing),
        (DocumentInput(type="napkin"), PDF, DocumentTypeUnknown),
    ],
)
async def test_what_cannot_be_used_is_refused(
    bank: Bank, given: DocumentInput, content: bytes, error: type[TenureError]
) -> None:
    party = await bank.customer()
    with pytest.raises(error):
        await bank.run(bank.manager, service.upload_document, party.id, given, content)


async def test_the_same_file_twice_is_recognised(bank: Bank) -> None:
    document = await _uploaded(bank)
    with pytest.raises(DocumentRepeated) as refusal:
        await bank.run(bank.manager, service.upload_document, document.party_id, passport(), PDF)
    assert refusal.value.params["document_id"] == document.id


async def test_the_same_file_of_another_customer_is_another_document(bank: Bank) -> None:
    first, second = await _uploaded(bank), await _uploaded(bank)
    assert first.id != second.id


async def test_a_document_is_accepted_by_somebody_else(bank: Bank) -> None:
    document = await _uploaded(bank)
    decided = await bank.run(bank.officer, service.accept_document, document.id)
    assert (decided.status, decided.verified_by) == ("accepted", bank.officer.id)


async def test_who_uploaded_may_not_accept(bank: Bank) -> None:
    both = with_roles(bank.officer, "compliance_officer", "service_agent")
    party = await bank.customer()
    document = await bank.run(both, service.upload_document, party.id, passport(), PDF)
    with pytest.raises(NotAllowed):
        await bank.run(both, service.accept_document, document.id)


async def test_a_manager_may_not_verify(bank: Bank) -> None:
    document = await _uploaded(bank)
    with pytest.raises(NotAllowed):
        await bank.run(bank.manager, service.accept_document, document.id)


async def test_reasons_for_revision_are_not_reasons_for_rejection(bank: Bank) -> None:
    document = await _uploaded(bank)
    with pytest.raises(DocumentReasonUnknown):
        await bank.run(bank.officer, service.reject_document, document.id, "blurred")
    with pytest.raises(DocumentReasonUnknown):
        await bank.run(bank.officer, service.request_revision, document.id, "suspected_forgery")
    decided = await bank.run(bank.officer, service.request_revision, document.id, "blurred")
    assert (decided.status, decided.reason) == ("revision", "blurred")


async def test_a_document_is_decided_once(bank: Bank) -> None:
    document = await _uploaded(bank)
    await bank.run(bank.officer, service.reject_document, document.id, "other_person")
    with pytest.raises(DocumentDecided):
        await bank.run(bank.second_officer, service.accept_document, document.id)


async def test_an_expired_document_cannot_be_accepted(bank: Bank, clock: FixedClock) -> None:
    document = await _uploaded(bank)
    clock.advance(timedelta(days=100))
    with pytest.raises(DocumentOutOfDate):
        await bank.run(bank.officer, service.accept_document, document.id)


async def test_an_accepted_document_expires_the_day_after_its_last(bank: Bank, clock: FixedClock) -> None:
    document = await _uploaded(bank)
    await bank.run(bank.officer, service.accept_document, document.id)
    clock.advance(EXPIRY - clock().date())
    assert await bank.run(bank.system, service.expire_documents) == 0
    clock.advance(timedelta(days=1))
    assert await bank.run(bank.system, service.expire_documents) == 1
    assert (await bank.run(bank.officer, queries.documents_of, [document.party_id]))[document.party_id][
        0
    ].status == "expired"


async def test_an_agent_sees_that_a_document_exists_and_not_what_is_in_it(bank: Bank) -> None:
    document = await _uploaded(bank, passport(number="40123456"))
    view = (await bank.run(bank.agent, queries.documents_of, [document.party_id]))[document.party_id][0]
    assert (view.type, view.number) == ("passport", "•••456")
    with pytest.raises(NotAllowed):
        await bank.run(bank.agent, service.download_document, document.id)


async def test_the_right_to_download_without_sight_of_contents_opens_nothing(bank: Bank, tmp_path: Path) -> None:
    """An institution may take the field from its managers and leave them the right."""
    document = await _uploaded(bank)
    shutil.copytree(bank.platform.settings.policies / "access", tmp_path, dirs_exist_ok=True)
    fields = tmp_path / "fields.csv"
    lines = fields.read_text(encoding="utf-8").splitlines(keepends=True)
    fields.write_text("".join(line for line in lines if "document_content" not in line), encoding="utf-8")
    bank.platform.policy = AccessPolicy.load(tmp_path)
    with pytest.raises(DocumentContentHidden):
        await bank.run(bank.manager, service.download_document, document.id)
