"""Words in the user's language: catalogs are gettext .po files, read with Babel at start (no compile step).

The message id is the English text itself, so English needs no catalog and a missing translation still reads.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po

LOCALES: Final = ("en", "zh_CN")
_DIRECTORY: Final = Path(__file__).resolve().parent.parent / "locales"


@cache
def catalog(locale: str) -> dict[str, str]:
    """Message id to translation, merged from every .po file of the locale; fuzzy entries are left out."""
    messages: dict[str, str] = {}
    for path in sorted((_DIRECTORY / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale, abort_invalid=True):
                if message.id and message.string and not message.fuzzy and isinstance(message.id, str):
                    messages[message.id] = str(message.string)
    return messages


def translate(locale: str, text: str, **params: Any) -> str:
    template = text if locale == "en" else catalog(locale).get(text, text)
    return template.format_map(_Known(params)) if params else template


def negotiate(accept_language: str | None) -> str:
    """The best of our locales for an Accept-Language header (RFC 9110 section 12.5.4)."""
    ranked = sorted(_ranges(accept_language or ""), key=lambda pair: -pair[1])
    for tag, _ in ranked:
        primary = tag.split("-")[0].lower()
        if primary == "zh":
            return "zh_CN"
        if primary == "en":
            return "en"
    return "en"


def _ranges(header: str) -> list[tuple[str, float]]:
    ranges = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            ranges.append((tag, float(quality or 1)))
        except ValueError:
            continue
    return [pair for pair in ranges if pair[0] and pair[1] > 0]


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
