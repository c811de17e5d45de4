"""The link under which a survey is answered: signed, with its end in it, and nothing about whoever it was sent to.

token = base64url(tenant ‖ survey ‖ end ‖ HMAC-SHA256(key, tenant ‖ survey ‖ end)[:16]), the end in seconds since 1970
as u64 big-endian; the key is derived from the platform's index root (RFC 5869), so nothing of it is stored.
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self
from uuid import UUID

from backend.privacy.blind import derive
from backend.servicing.feedback.errors import LinkExpired, LinkInvalid

PATH: Final = "/survey/"
_BODY: Final = struct.Struct(">16s16sQ")
_TAG: Final = 16
_LENGTH: Final = -(-(_BODY.size + _TAG) * 4 // 3)


@dataclass(frozen=True, slots=True)
class Pointed:
    tenant_id: UUID
    survey_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """`base_url` is where customers reach the institution."""

    key: bytes
    base_url: str

    @classmethod
    def derived(cls, root: bytes, base_url: str) -> Self:
        return cls(derive(root, b"survey link 1"), base_url.rstrip("/"))

    def address(self, tenant_id: UUID, survey_id: UUID, until: datetime) -> str:
        return f"{self.base_url}{PATH}{self.token(tenant_id, survey_id, until)}"

    def token(self, tenant_id: UUID, survey_id: UUID, until: datetime) -> str:
        body = _BODY.pack(tenant_id.bytes, survey_id.bytes, int(until.timestamp()))
        return urlsafe_b64encode(body + self._tag(body)).rstrip(b"=").decode()

    def opened(self, token: str, now: datetime) -> Pointed:
        """Raises LinkInvalid for what was not signed here, LinkExpired after its end."""
        if len(token) != _LENGTH or not token.isascii():
            raise LinkInvalid()
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (NotBase64, ValueError):
            raise LinkInvalid() from None
        body, tag = raw[: _BODY.size], raw[_BODY.size :]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise LinkInvalid()
        tenant, survey, end = _BODY.unpack(body)
        until = datetime.fromtimestamp(end, UTC)
        if now >= until:
            raise LinkExpired()
        return Pointed(UUID(bytes=tenant), UUID(bytes=survey), until)

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, "sha256")[:_TAG]
