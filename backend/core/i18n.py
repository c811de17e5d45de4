"""Words in the user's language: catalogs are gettext .po files, read with Babel at start (no compile step).

The message id is the English text itself, so a missing translation still reads; the catalog of English holds only the
texts that depend on a number, in their forms.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import Any, Final

from babel.messages.pofile import read_po

LOCALES: Final = ("en", "zh_CN")
_DIRECTORY: Final = Path(__file__).resolve().parent.parent / "locales"
_WHOLE: Final = re.compile(r"\d+(?:\D\d{3})*")
"""A whole number, also as a reader's language groups it."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The forms of one text, and which of them a number takes (Plural-Forms of the catalog)."""

    forms: tuple[str, ...]
    index: Callable[[int], int]


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


@cache
def numbered(locale: str) -> dict[str, Numbered]:
    """The texts that depend on a number."""
    found: dict[str, Numbered] = {}
    for path in sorted((_DIRECTORY / locale).glob("*.po")):
        with path.open("rb") as file:
            read = read_po(file, locale=locale, abort_invalid=True)
        index = c2py(read.plural_expr)
        for each in read:
            if isinstance(each.id, tuple) and isinstance(each.string, tuple):
                found[str(each.id[1])] = Numbered(each.string, index)
    return found


def translate(locale: str, text: str, **params: Any) -> str:
    template = wording(locale, text, params)
    return template.format_map(_Known(params)) if params else template


def wording(locale: str, text: str, params: Mapping[str, Any]) -> str:
    """The text in the language, in the form that the first whole number among its parameters takes."""
    known = numbered(locale).get(text)
    number = None if known is None else _first_number(text, params)
    if known is not None and number is not None:
        return known.forms[known.index(number)]
    return text if locale == "en" else catalog(locale).get(text, text)


def _first_number(text: str, params: Mapping[str, Any]) -> int | None:
    for _, name, _, _ in Formatter().parse(text):
        written = str(params.get(name or "", ""))
        if _WHOLE.fullmatch(written):
            return int(re.sub(r"\D", "", written))
    return None


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
