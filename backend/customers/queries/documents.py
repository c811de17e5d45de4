"""Documents, for many parties at once; their content is handed out by the service alone."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Document
from backend.customers.queries.details import Grouped, grouped
from backend.customers.queries.sight import Sight, sights
from backend.customers.views import DocumentView


async def documents_of(ctx: Context, party_ids: Collection[UUID]) -> Grouped[DocumentView]:
    """Newest last."""
    seen = await sights(ctx, party_ids, "view", "document")
    found = select(Document).where(col(Document.party_id).in_(seen)).order_by(col(Document.id))
    return grouped(await ctx.session.scalars(found), seen, document_view)


async def documents_by_ids(ctx: Context, document_ids: Collection[UUID]) -> dict[UUID, DocumentView]:
    rows = (await ctx.session.scalars(select(Document).where(col(Document.id).in_(document_ids)))).all()
    seen = await sights(ctx, {row.party_id for row in rows}, "view", "document")
    return {row.id: document_view(row, seen[row.party_id]) for row in rows if row.party_id in seen}


def document_view(row: Any, sight: Sight) -> DocumentView:
    """A file's name often is its holder's, so it is shown as the name is."""
    return DocumentView(
        id=row.id,
        party_id=row.party_id,
        case_id=row.case_id,
        type=row.type,
        issuer=row.issuer,
        country=row.country,
        number=sight.open("document_number", ("document", "number"), row.id, row.number),
        file_name=sight.open("name", ("document", "file_name"), row.id, row.file_name),
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256.hex(),
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        status=row.status,
        reason=row.reason,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        verified_by=row.verified_by,
        verified_at=row.verified_at,
    )
