"""Text on its way into a spreadsheet: it stays text, whatever it begins with.

A cell that begins with one of these signs is a formula to Excel, LibreOffice or WPS once a CSV file is opened (OWASP,
"CSV Injection"); full-width forms count, which Chinese and Japanese editions read as their ASCII twins.
"""

import re
from typing import Final

_LEADING: Final = re.compile(r"\A[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")
_BREAKS: Final = ("\t", "\r", "\n")
_NUMBER: Final = re.compile(r"\A[+-]?\d+(\.\d+)?\Z")
_CONTROL: Final = {code: 0x2400 + code for code in range(32) if code not in {9, 10, 13}} | {127: 0x2421}
LONGEST: Final = 32_767
"""Characters in a cell of a workbook."""


def neutral(text: str) -> str:
    """An apostrophe in front of what a spreadsheet would calculate; plain numbers stay."""
    if text[:1].isalnum() and text.isprintable():
        return text
    clean = visible(text)
    if _NUMBER.match(clean):
        return clean
    return f"'{clean}" if _LEADING.match(clean) or clean.startswith(_BREAKS) else clean


def visible(text: str) -> str:
    """Control characters as their pictures (U+2400…): nothing is lost, and nothing acts."""
    if text.isprintable():
        return text
    return text.translate(_CONTROL).encode("utf-8", "replace").decode()


def fitting(text: str) -> str:
    """Cut to what a cell holds, and saying so."""
    if len(text) <= LONGEST:
        return text
    tail = f"… ({len(text)})"
    return text[: LONGEST - len(tail)] + tail
