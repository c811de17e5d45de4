"""The day a publisher says its file is of, where the format tells it near the beginning of the file."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

_BEGINNING: Final = 4_000
_MARKS: Final[Mapping[str, re.Pattern[bytes]]] = MappingProxyType(
    {
        "un_xml": re.compile(rb'\bdateGenerated="(\d{4})-(\d\d)-(\d\d)'),
        "eu_xml": re.compile(rb'\bgenerationDate="(\d{4})-(\d\d)-(\d\d)'),
        "ofac_xml": re.compile(
            rb"<DateOfIssue[^>]*>\s*<Year>(\d{4})</Year>\s*<Month>(\d{1,2})</Month>\s*<Day>(\d{1,2})</Day>"
        ),
    }
)


def published_on(format_: str, main: bytes) -> date | None:
    """None for formats without a date, and for a date that is none."""
    mark = _MARKS.get(format_)
    found = None if mark is None else mark.search(main[:_BEGINNING])
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
