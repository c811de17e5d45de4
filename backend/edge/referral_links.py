"""The link by which a customer tells others of the institution: signed, and nothing about the customer in it.

code = base64url(party ‖ HMAC-SHA256(key, tenant ‖ party)[:12]); the key is derived from the platform's index root (RFC
5869), so nothing of it is stored, and a code of one institution means nothing to another.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Final
from urllib.parse import quote
from uuid import UUID

from backend.edge.platform import Platform
from backend.privacy.blind import derive

PATH: Final = "/apply/"
_TAG: Final = 12
_ID: Final = 16


def referral_link(platform: Platform, tenant_id: UUID, slug: str, party_id: UUID, language: str | None = None) -> str:
    """The page opens in `language`, the customer's own where they have said one; else in that of who opens it."""
    raw = party_id.bytes + _tag(platform, tenant_id, party_id.bytes)
    spoken = "" if language is None else f"&lang={language}"
    return f"{platform.settings.base_url}{PATH}{quote(slug)}?friend={urlsafe_b64encode(raw).decode()}{spoken}"


def referrer_of(platform: Platform, tenant_id: UUID, code: str) -> UUID | None:
    """None for what was not signed here for the institution."""
    try:
        raw = urlsafe_b64decode(code.encode("ascii"))
    except (NotBase64, ValueError):
        return None
    body, tag = raw[:_ID], raw[_ID:]
    if len(raw) != _ID + _TAG or not hmac.compare_digest(tag, _tag(platform, tenant_id, body)):
        return None
    return UUID(bytes=body)


def _tag(platform: Platform, tenant_id: UUID, party: bytes) -> bytes:
    key = derive(platform.index_root, b"referral link 1")
    return hmac.digest(key, tenant_id.bytes + party, "sha256")[:_TAG]
