"""A picture of one point whose request tells that an e-mail was opened: signed, and only where the rule-set wants it.

token = base64url(tenant ‖ message ‖ HMAC-SHA256(key, tenant ‖ message)[:16]); the key is derived from the platform's
index root (RFC 5869), so nothing of it is stored. It says nothing about whoever opened the message, nor what it said.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, replace
from html import escape
from typing import Final, Self
from uuid import UUID

from backend.privacy.blind import derive
from backend.servicing.interactions.channels.parcel import Parcel

PATH: Final = "/contact/opened/"
POINT: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one pixel."""
_BODY: Final = 32
_TAG: Final = 16
_LENGTH: Final = (_BODY + _TAG) * 4 // 3


@dataclass(frozen=True, slots=True)
class Openings:
    key: bytes
    base_url: str

    @classmethod
    def derived(cls, root: bytes, base_url: str) -> Self:
        return cls(derive(root, b"message opened 1"), base_url.rstrip("/"))

    def traced(self, parcel: Parcel) -> Parcel:
        """The same message, with its words as HTML beside them and the picture at their end."""
        paragraphs = "".join(f"<p>{escape(each)}</p>" for each in parcel.body.split("\n\n"))
        picture = f'<img src="{self.address(parcel)}" width="1" height="1" alt="">'
        return replace(parcel, html=f"<!doctype html><html><body>{paragraphs}{picture}</body></html>")

    def address(self, parcel: Parcel) -> str:
        body = parcel.tenant_id.bytes + parcel.id.bytes
        return f"{self.base_url}{PATH}{urlsafe_b64encode(body + self._tag(body)).decode()}"

    def opened(self, token: str) -> tuple[UUID, UUID] | None:
        """Institution and message; None for what was not signed here."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(token)
        except (NotBase64, ValueError):
            return None
        body = raw[:_BODY]
        if not hmac.compare_digest(raw[_BODY:], self._tag(body)):
            return None
        return UUID(bytes=body[:16]), UUID(bytes=body[16:])

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self.key, body, "sha256")[:_TAG]
