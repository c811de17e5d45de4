"""Forged requests are kept out twice: by a token that only a page of the same session holds, and by the origin.

The token is a keyed digest of the cookie's secret, so nothing is stored and a token dies with its session.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from backend.core.errors import Refused

_PURPOSE: Final = b"tenure form token v1"


class FormForged(Refused):
    code = "request.forged"
    text = "The form did not come from this site, or it is older than your session. Load the page again and repeat."


def new_secret() -> str:
    """For a visitor who has no session yet; the sign-in form is bound to it."""
    return secrets.token_urlsafe(24)


def form_token(secret: str) -> str:
    digest = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def check(headers: Mapping[str, str], *, secret: str, presented: str, public_url: str | None) -> None:
    """Raises FormForged. `headers` are looked up in lower case."""
    if not same_origin(headers, public_url):
        raise FormForged()
    if not secret or not hmac.compare_digest(form_token(secret).encode(), presented.encode()):
        raise FormForged()


def same_origin(headers: Mapping[str, str], public_url: str | None) -> bool:
    """By Origin, which browsers send with every POST; by Sec-Fetch-Site where there is none; without either, no."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in {"same-origin", "none"}
    if public_url is not None and origin == _origin(public_url):
        return True
    return public_url is None and urlsplit(origin).netloc == headers.get("host", "") != ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
