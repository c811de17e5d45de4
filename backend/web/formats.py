"""Dates, numbers and money as the reader's language writes them. What is absent is shown as a dash, never as zero."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import orjson
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup, escape

from backend.core.i18n import translate

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)$")
ABSENT: Final = Markup("—")


def filters(locale: str) -> dict[str, Callable[..., Any]]:
    """The filters of the templates of one language."""
    bound: dict[str, Callable[..., Any]] = {
        "day": day,
        "month": month,
        "instant": instant,
        "written": written,
        "recorded": recorded,
        "due": due,
        "money": money,
        "number": number,
        "share": share,
        "size": size,
        "country": country,
    }
    return {name: partial(function, locale) for name, function in bound.items()}


def day(locale: str, value: date | None) -> str:
    return ABSENT if value is None else str(format_date(value, "medium", locale=locale))


def month(locale: str, value: date | None) -> str:
    return ABSENT if value is None else str(format_skeleton("yMMMM", value, locale=locale))


def written(locale: str, value: str | None) -> str:
    """A personal value as text; a whole day, which the schema writes in ISO 8601, as the reader writes days."""
    if value is None:
        return ABSENT
    return day(locale, date.fromisoformat(value)) if _DAY.fullmatch(value) else value


def recorded(locale: str, value: str | None) -> Markup | str:
    """A value as the log keeps it, which is JSON: instants and days as the reader writes them, codes as they are."""
    found = None if value is None else orjson.loads(value)
    if found is None:
        return ABSENT
    if not isinstance(found, str):
        return str(value)
    return instant(locale, datetime.fromisoformat(found)) if _INSTANT.match(found) else written(locale, found)


def instant(locale: str, value: datetime | None) -> Markup:
    """UTC for readers without scripts; app.js rewrites the text in the reader's own time zone."""
    if value is None:
        return ABSENT
    moment = value.astimezone(UTC)
    words = format_datetime(moment, "medium", tzinfo=UTC, locale=locale)
    iso = moment.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" data-local>{} UTC</time>').format(iso, words)


def due(locale: str, value: datetime | None, now: datetime) -> Markup:
    """How long until or since, with the exact time beside it for whoever asks."""
    if value is None:
        return ABSENT
    words = format_timedelta(value - now, add_direction=True, locale=locale, threshold=1.2)
    late = Markup(' class="late"') if value < now else ""
    return Markup('<time datetime="{}"{} data-exact>{}</time>').format(value.isoformat(timespec="seconds"), late, words)


def money(locale: str, value: Mapping[str, Any] | None) -> str:
    """`value` is the schema's money: amount and currency."""
    if value is None:
        return ABSENT
    return str(format_currency(Decimal(value["amount"]), value["currency"], locale=locale))


def number(locale: str, value: float | Decimal | None) -> str:
    return ABSENT if value is None else str(format_decimal(value, locale=locale))


def share(locale: str, value: Decimal | float | str | None) -> str:
    """A fraction of one as a percentage with at most two decimals."""
    if value is None:
        return ABSENT
    return str(format_percent(Decimal(value), "#,##0.##%", locale=locale))


def size(locale: str, octets: int) -> str:
    kilo, mega = 1000, 1_000_000
    if octets < kilo:
        return translate(locale, "{count} bytes", count=octets)
    amount, unit = (octets / mega, "MB") if octets >= mega else (octets / kilo, "kB")
    return f"{format_decimal(round(amount, 1), locale=locale)} {unit}"


def country(locale: str, code: str | None) -> str:
    """The name of an ISO 3166 country in the reader's language; a code nobody knows stays a code."""
    if code is None:
        return ABSENT
    return str(Locale.parse(locale).territories.get(code.upper(), code))


def countries(locale: str) -> list[tuple[str, str]]:
    """Codes and names for a choice, in the order of the reader's alphabet; without continents and fictions."""
    names = Locale.parse(locale).territories
    real = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NOT_ONE]  # noqa: PLR2004 - ISO
    return sorted(real, key=lambda pair: pair[1])


_NOT_ONE: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"})


def initials(name: str) -> str:
    """One or two letters for an avatar: the first of the first and last word, or the last two of a Chinese name."""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1:
        return str(escape(words[0][-2:] if not words[0].isascii() else words[0][:2].upper()))
    return (words[0][0] + words[-1][0]).upper()
