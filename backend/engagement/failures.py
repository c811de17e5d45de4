"""What is kept of why a work in the background failed, and how it reads in any language."""

import json
from typing import Final

from backend.core.errors import TenureError
from backend.core.i18n import translate

INTERNAL: Final = "internal"
"""A fault of ours: the server's log says which."""


def failure_kept(error: Exception) -> str:
    """The template with its values, for a reader of any language; anything else stands for itself."""
    if isinstance(error, TenureError):
        return json.dumps({"text": error.text, "params": error.params}, default=str, ensure_ascii=False)
    return str(error)


def failure_told(locale: str, kept: str, fault: str) -> str:
    """Of what `failure_kept` gave; `fault` is said of a fault of ours."""
    if kept == INTERNAL:
        return translate(locale, fault)
    try:
        told = json.loads(kept)
        return translate(locale, told["text"], **told["params"])
    except (ValueError, TypeError, KeyError):
        return kept
