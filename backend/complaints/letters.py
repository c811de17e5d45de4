"""Letters of a complaint: words merged into the rule-set's template, and the PDF that leaves the house."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from babel.dates import format_date

from backend.complaints.ruleset import Letter
from backend.core import typesetting

_TEMPLATES: Final = Path(__file__).parent / "templates"


def day(value: date, locale: str) -> str:
    return format_date(value, "long", locale=locale)


def merged(letter: Letter, locale: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body; a paragraph whose fields are all empty is left out."""
    paragraphs = letter.body.text(locale).format_map(fields).split("\n\n")
    body = "\n\n".join(each.strip() for each in paragraphs if each.strip())
    return letter.subject.text(locale).format_map(fields), body


def typeset(
    institution: str, subject: str, body: str, locale: str, made_at: datetime, *, fonts: Path | None = None
) -> bytes:
    """A PDF/A-2b; the same words and instant give the same bytes. Raises NoChineseFont."""
    data = {
        "institution": institution,
        "title": subject,
        "date": day(made_at.date(), locale),
        "paragraphs": body.split("\n\n"),
        "language": "zh" if locale == "zh_CN" else "en",
    }
    return typesetting.typeset(_TEMPLATES, "letter", data, made_at, fonts=fonts)
