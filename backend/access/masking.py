"""What is left of a value when it is masked: enough to recognise it, too little to use it.

The number of dots is fixed, so a mask never shows how long the value is; a value too short for its mask to hide most
of it is hidden altogether. Dots stand for text of any script.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

DOTS: Final = "•••"
_EMAIL: Final = re.compile(r"\A([^@\s]+)@([^@\s]+\.[^@\s]+)\Z")
_YEAR: Final = re.compile(r"\A(\d{4})-\d{2}-\d{2}\Z")

Value = str | date
Mask = Callable[[Value], str]


def everything(value: Value) -> str:
    return DOTS


def tail(count: int) -> Mask:
    """Keeps the last `count` letters or digits of a value at least twice as long."""

    def mask(value: Value) -> str:
        signs = [sign for sign in unicodedata.normalize("NFKC", str(value)) if sign.isalnum()]
        return DOTS + "".join(signs[-count:]) if len(signs) >= 2 * count else DOTS

    return mask


def email(value: Value) -> str:
    """`jan.novak@example.com` → `j•••@example.com`; a one-letter mailbox keeps no letter."""
    match = _EMAIL.match(str(value))
    if match is None:
        return DOTS
    mailbox, domain = match.groups()
    return f"{_initial(mailbox) if len(mailbox) > 1 else ''}{DOTS}@{domain}"


def name(value: Value) -> str:
    """`Anna Maria Nováková` → `A••• N•••`; `王小明` → `王•••` (family name, as is the custom with Chinese names).

    Words between the first and the last are left out: their number would identify.
    """
    words = [word for word in unicodedata.normalize("NFC", str(value)).split() if any(map(str.isalnum, word))]
    ends = words[:1] + words[1:][-1:]
    return " ".join(_initial(word) + DOTS for word in ends) or DOTS


def year(value: Value) -> str:
    """`1985-03-09` → `1985-••-••`."""
    if isinstance(value, date):
        return f"{value.year:04d}-••-••"
    match = _YEAR.match(value)
    return DOTS if match is None else f"{match[1]}-••-••"


def _initial(word: str) -> str:
    """The first letter with the marks that combine with it."""
    start = next((place for place, sign in enumerate(word) if sign.isalnum()), 0)
    end = start + 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    return word[start:end]
