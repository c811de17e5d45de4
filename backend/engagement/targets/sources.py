"""Where the records behind a measure come from: each source answers with one frame for a month.

Columns: `record` (its kind) and `record_id` open the record; `party_id` and `product` (a code, or None) say to whom and
what it belongs; `day` when it happened; `value` and `weight` are what counts. A measure without a source, or whose
source answers None, is told as not kept yet, and never as zero. Sources of floors that engagement does not know are
registered by backend.edge.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from backend.access.context import Context
from backend.core.periods import months_later

COLUMNS: Final = ("record", "record_id", "party_id", "product", "day", "value", "weight")


@dataclass(frozen=True, slots=True)
class Month:
    """Figures of a month that is under way count up to and with `as_of`."""

    first: date
    as_of: date

    @property
    def last(self) -> date:
        return min(months_later(self.first, 1) - timedelta(days=1), self.as_of)

    @property
    def ended(self) -> bool:
        return self.as_of >= months_later(self.first, 1) - timedelta(days=1)


Source = Callable[[Context, Month], Awaitable[pd.DataFrame | None]]
_SOURCES: Final[dict[str, Source]] = {}


def register(measure: str, source: Source) -> None:
    """Once for a measure; the same measure again takes the earlier one's place."""
    _SOURCES[measure] = source


def source_of(measure: str) -> Source | None:
    return _SOURCES.get(measure)


def framed(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows in the order of `COLUMNS`."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"record": object, "product": object, "party_id": object})
