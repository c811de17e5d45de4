"""Opaque cursors: the key of the last entry of a page, signed for one institution and one list.

cursor = base64url(HMAC-SHA256(key, list ‖ 0 ‖ tenant ‖ 0 ‖ place)[:16] ‖ place), its key derived from the platform's
index root by HKDF (RFC 5869), so that a client can neither read meaning into a cursor nor make one up.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.api.errors import CursorInvalid

_TAG: Final = 16
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class Cursors:
    key: bytes

    @classmethod
    def derive(cls, root: bytes) -> Self:
        return cls(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"GraphQL cursor 1").derive(root))

    def seal(self, tenant_id: UUID, listed: str, place: str) -> str:
        body = place.encode()
        return urlsafe_b64encode(self._tag(tenant_id, listed, body) + body).rstrip(b"=").decode()

    def open(self, tenant_id: UUID, listed: str, cursor: str | None) -> str | None:
        """Raises CursorInvalid for what was not sealed for this institution and list."""
        if cursor is None:
            return None
        if len(cursor) > _LONGEST or not cursor.isascii():
            raise CursorInvalid(field="after")
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (NotBase64, ValueError):
            raise CursorInvalid(field="after") from None
        tag, body = raw[:_TAG], raw[_TAG:]
        if not hmac.compare_digest(tag, self._tag(tenant_id, listed, body)):
            raise CursorInvalid(field="after")
        return body.decode()

    def _tag(self, tenant_id: UUID, listed: str, body: bytes) -> bytes:
        message = b"\0".join((listed.encode(), tenant_id.bytes, body))
        return hmac.digest(self.key, message, "sha256")[:_TAG]
