"""How messages and receipts between houses are signed: HMAC-SHA-256 over instant and body, with a secret per channel.

    Tenure-Signature: t=1795338000,v1=9a1c…

`t` is the second of signing (Unix time); a signature is good for five minutes, so that none is replayed for long.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

HEADER: Final = "Tenure-Signature"
_GOOD_FOR: Final = timedelta(minutes=5)


def signature(secret: bytes, body: bytes, now: datetime) -> str:
    stamp = str(int(now.timestamp()))
    return f"t={stamp},v1={_digest(secret, stamp, body)}"


def _digest(secret: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def genuine(secret: bytes, body: bytes, header: str, now: datetime) -> bool:
    """Signed with the secret, over these bytes, not longer than five minutes ago (or ahead)."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdecimal() and given.isascii()):
        return False
    try:
        age = now - datetime.fromtimestamp(int(stamp), UTC)
    except (OverflowError, ValueError, OSError):
        return False
    return abs(age) <= _GOOD_FOR and hmac.compare_digest(_digest(secret, stamp, body), given)
