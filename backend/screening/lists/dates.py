"""Birth dates as publishers write them: exact, of a month or year, circa, or between two years."""

import calendar
import re
from datetime import date

from backend.screening.lists.entity import BirthDate

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_CIRCA = re.compile(r"\b(?:circa|approximately|approx\.?|about|c\.)\s*", re.IGNORECASE)
_RANGE = re.compile(r"^(.+?)\s+(?:to|-|and)\s+(.+)$", re.IGNORECASE)
_FORMS = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"^(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})$"),
    re.compile(r"^(?P<d>\d{1,2})\s+(?P<mon>[A-Za-z]{3})[a-z]*\.?,?\s+(?P<y>\d{4})$"),
    re.compile(r"^(?P<mon>[A-Za-z]{3})[a-z]*\.?\s+(?P<y>\d{4})$"),
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})$"),
    re.compile(r"^(?P<y>\d{4})$"),
)


def birth_date(text: str) -> BirthDate | None:
    """None when nothing dependable is written (an unknown day or month, "00", widens to what is known)."""
    cleaned = _CIRCA.sub("", text.strip())
    approximate = cleaned != text.strip()
    between = _RANGE.match(cleaned)
    if between:
        first, last = _span(between[1]), _span(between[2])
        if first and last and first[0] <= last[1]:
            return BirthDate(first[0], last[1], approximate)
        return None
    span = _span(cleaned)
    return BirthDate(*span, approximate) if span else None


def years(first: int, last: int, *, approximate: bool = False) -> BirthDate:
    return BirthDate(date(first, 1, 1), date(last, 12, 31), approximate)


def _span(text: str) -> tuple[date, date] | None:
    for form in _FORMS:
        found = form.match(text.strip())
        if found:
            return _widen(found.groupdict())
    return None


def _widen(parts: dict[str, str | None]) -> tuple[date, date] | None:
    year = int(parts["y"] or 0)
    named = parts.get("mon")
    month = _MONTHS.get(named.casefold(), 0) if named else int(parts.get("m") or 0)
    day = int(parts.get("d") or 0)
    if not date.min.year <= year <= date.max.year or month > len(_MONTHS):
        return None
    if month == 0:
        return date(year, 1, 1), date(year, 12, 31)
    length = calendar.monthrange(year, month)[1]
    if day == 0:
        return date(year, month, 1), date(year, month, length)
    return (date(year, month, day), date(year, month, day)) if day <= length else None
