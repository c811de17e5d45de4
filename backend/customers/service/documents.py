"""Documents: received, handed out, judged by somebody other than who brought them, and expired."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.customers import media, rulesets
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
from backend.customers.models import Document, DocumentContent, DocumentStatus
from backend.customers.queries.sight import facts
from backend.customers.rulesets import DocumentRules, Term
from backend.customers.service.loading import party_for, record
from backend.customers.service.rows import past

_DECIDED: Final = {
    DocumentStatus.ACCEPTED: "document.accept",
    DocumentStatus.REVISION: "document.revision",
    DocumentStatus.REJECTED: "document.reject",
}


@dataclass(frozen=True, slots=True)
class Download:
    document: Document
    file_name: str | None
    content: bytes


async def upload_document(ctx: Context, party_id: UUID, given: DocumentInput, content: bytes) -> Document:
    """The very same file of the same party is recognised and refused, whatever its name."""
    await party_for(ctx, party_id, "upload", "document")
    loaded = rulesets.documents(ctx)
    _check_kind(given, loaded.rules)
    past(given.issued_on, ctx.now.date(), "issued_on")
    media_type = _check_content(content, loaded.rules)
    digest = hashlib.sha256(content).digest()
    same = select(Document.id).where(Document.party_id == party_id, Document.sha256 == digest)
    known = await ctx.session.scalar(same)
    if known is not None:
        raise DocumentRepeated(document_id=known)
    document = _document(ctx, party_id, given, media_type, content, digest)
    async with ctx.audit("document.upload", ("document", document.id), ruleset=loaded.sha256):
        ctx.session.add(document)
        await ctx.session.flush()
        body = ctx.vault.seal_document(party_id, document.id, content)
        ctx.session.add(DocumentContent(id=document.id, tenant_id=ctx.actor.tenant_id, party_id=party_id, body=body))
    await ctx.emit("document.uploaded", document.id, {"party": str(party_id), "type": given.type})
    return document


def _document(
    ctx: Context, party_id: UUID, given: DocumentInput, media_type: str, content: bytes, digest: bytes
) -> Document:
    row_id, vault = new_id(), ctx.vault
    return Document(
        id=row_id,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        case_id=given.case_id,
        type=given.type,
        issuer=given.issuer,
        country=given.country,
        number=vault.seal_optional("document", "number", row_id, party_id, given.number),
        file_name=vault.seal_optional("document", "file_name", row_id, party_id, given.file_name),
        media_type=media_type,
        size=len(content),
        sha256=digest,
        issued_on=given.issued_on,
        expires_on=given.expires_on,
        uploaded_by=ctx.actor.id,
        uploaded_at=ctx.now,
    )


def _check_kind(given: DocumentInput, rules: DocumentRules) -> None:
    type_ = rules.type(given.type)
    if type_ is None:
        raise DocumentTypeUnknown(field="type", type=given.type)
    if type_.expires and given.expires_on is None:
        raise DocumentExpiryMissing(field="expires_on", type=given.type)


def _check_content(content: bytes, rules: DocumentRules) -> str:
    if not content:
        raise DocumentEmpty(field="content")
    if len(content) > rules.largest_bytes:
        raise DocumentTooLarge(field="content", size=len(content), largest=rules.largest_bytes)
    found = media.media_type(content)
    if found is None or found not in rules.media_types:
        raise DocumentMediaType(field="content", accepted=", ".join(sorted(rules.media_types)))
    return found


async def download_document(ctx: Context, document_id: UUID) -> Download:
    """Needs the right to download and sight of contents; each download is an entry of its own in the log."""
    document = await record(ctx, Document, document_id, "document")
    standing = await facts(ctx, document.party_id)
    ctx.require("download", "document", standing)
    _require_sight(ctx, standing)
    stored = await record(ctx, DocumentContent, document_id, "document")
    await ctx.vault.load([document.party_id])
    content = b"".join(ctx.vault.open_document(document.party_id, document_id, stored.body))
    name = ctx.vault.open_optional("document", "file_name", document_id, document.party_id, document.file_name)
    ctx.saw(("party", document.party_id), "document_content")
    await ctx.trail.note("document.download", ("document", document_id))
    return Download(document, name, content)


def _require_sight(ctx: Context, standing: Facts) -> None:
    if ctx.plan("customer", ["document_content"]).of(standing)["document_content"] is not Visibility.CLEAR:
        raise DocumentContentHidden()


async def accept_document(ctx: Context, document_id: UUID) -> Document:
    """An expired document is refused even by those who may accept."""
    document = await _to_be_judged(ctx, document_id)
    if document.expires_on is not None and document.expires_on < ctx.now.date():
        raise DocumentOutOfDate(day=document.expires_on.isoformat())
    return await _decide(ctx, document, DocumentStatus.ACCEPTED, None)


async def request_revision(ctx: Context, document_id: UUID, reason: str) -> Document:
    """The document is the right one, this copy is not."""
    document = await _to_be_judged(ctx, document_id)
    _known(reason, rulesets.documents(ctx).rules.revision)
    return await _decide(ctx, document, DocumentStatus.REVISION, reason)


async def reject_document(ctx: Context, document_id: UUID, reason: str) -> Document:
    """This document does not do, whatever the copy."""
    document = await _to_be_judged(ctx, document_id)
    _known(reason, rulesets.documents(ctx).rules.rejection)
    return await _decide(ctx, document, DocumentStatus.REJECTED, reason)


async def _to_be_judged(ctx: Context, document_id: UUID) -> Document:
    document = await record(ctx, Document, document_id, "document")
    standing = replace(await facts(ctx, document.party_id), maker_id=document.uploaded_by)
    ctx.require("verify", "document", standing)
    if document.status != DocumentStatus.PENDING:
        raise DocumentDecided(status=document.status)
    return document


async def _decide(ctx: Context, document: Document, status: DocumentStatus, reason: str | None) -> Document:
    ruleset = rulesets.documents(ctx).sha256
    async with ctx.audit(_DECIDED[status], ("document", document.id), reason=reason, ruleset=ruleset):
        document.status, document.reason = status, reason
        document.verified_by, document.verified_at = ctx.actor.id, ctx.now
    payload = {"party": str(document.party_id), "status": status.value, "reason": reason}
    await ctx.emit("document.verified", document.id, payload)
    return document


def _known(reason: str, terms: Sequence[Term]) -> None:
    known = [term.code for term in terms]
    if reason not in known:
        raise DocumentReasonUnknown(field="reason", reason=reason, known=", ".join(known))


async def expire_documents(ctx: Context, limit: int = 200) -> int:
    """Accepted documents whose last day has passed; run daily until it answers 0. The oldest expiry first."""
    ctx.require("expire", "document", Facts(tenant_id=ctx.actor.tenant_id))
    over = select(Document).where(Document.status == DocumentStatus.ACCEPTED, col(Document.expires_on) < ctx.now.date())
    ripe = over.order_by(col(Document.expires_on), col(Document.id)).limit(limit).with_for_update(skip_locked=True)
    documents = (await ctx.session.scalars(ripe)).all()
    for document in documents:
        async with ctx.audit("document.expire", ("document", document.id)):
            document.status = DocumentStatus.EXPIRED
        await ctx.emit("document.expired", document.id, {"party": str(document.party_id)})
    return len(documents)
