"""The files that lie with a product: kept once under their own hash, whoever brings them again."""

import hashlib
import re
from typing import Final

from backend.access.context import Context
from backend.core.ids import new_id
from backend.products import queries
from backend.products.errors import ArtefactRefused, ContentNotFound
from backend.products.models import ProductContent

MOST_BYTES: Final = 10 * 1024 * 1024
PDF: Final = "application/pdf"
TEXT: Final = "text/plain; charset=utf-8"
_TYPES: Final = "PDF, TXT"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def media_type(content: bytes) -> str:
    """By what is in it, not by what it is called. Raises ArtefactRefused."""
    if 0 < len(content) <= MOST_BYTES:
        if content.startswith(b"%PDF-"):
            return PDF
        if _is_text(content):
            return TEXT
    raise ArtefactRefused(field="content", most=MOST_BYTES // (1024 * 1024), types=_TYPES)


async def keep(ctx: Context, content: bytes) -> ProductContent:
    """Within the caller's audit block; the caller's right was asked for already."""
    kind, sha256 = media_type(content), sha256_of(content)
    known = await queries.content(ctx, sha256)
    if known is not None:
        return known
    row = ProductContent(id=new_id(), tenant_id=ctx.actor.tenant_id, sha256=sha256, media_type=kind, content=content)
    ctx.session.add(row)
    return row


async def handed_out(ctx: Context, sha256: str) -> ProductContent:
    """For whoever may see products. Raises ContentNotFound."""
    ctx.require("view", queries.OBJECT, queries.facts(ctx))
    row = await queries.content(ctx, sha256)
    if row is None:
        raise ContentNotFound()
    return row


def _is_text(content: bytes) -> bool:
    try:
        return _CONTROL.search(content.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False
