"""Who is asked to learn something: drawn by a hash, so that every process draws the same, and anew every month."""

from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

_WHOLE: Final = 10_000


def drawn(party_id: UUID, on: date, share_bp: int) -> bool:
    """Of everybody so many basis points, in every month independently of the others."""
    digest = sha256(f"offers {on:%Y-%m} {party_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * _WHOLE >> 64 < share_bp
