"""What the portrait of a customer is put together from: every capability that knows something says it as facts.

A source answers for one customer in few queries, asks for the rights itself and leaves out what the reader may not
see: what is hidden is not there. Sources of floors that engagement does not know are registered by backend.edge.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.money import Money
from backend.core.rulesets import Wording

Value = str | bool | int | Decimal | date | Money | Wording
"""A code (with its `vocabulary`) or words, a number, a day, an amount, or words in both languages."""

GROUPS: Final = (
    "relationship",
    "ties",
    "holdings",
    "value",
    "behaviour",
    "contact",
    "life",
    "satisfaction",
    "complaints",
    "risk",
    "consent",
    "loyalty",
    "next",
)
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`code` names the fact; `words` where the vocabulary of the pages does not know it.

    `vocabulary` is the group of words to which a code in `value` belongs. `source` is where it is known from, `on` the
    day for which it holds. `record` (type, id) opens what stands behind it. `reasons` are words in the reader's
    language. `share` marks a number of one that is shown as per cent.
    """

    group: str
    code: str
    value: Value
    source: str
    on: date | None = None
    vocabulary: str | None = None
    words: Wording | None = None
    record: tuple[str, UUID] | None = None
    reasons: tuple[str, ...] = ()
    share: bool = False

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ValueError(f"a portrait has no group “{self.group}” (known: {', '.join(GROUPS)})")


Source = Callable[[Context, UUID], Awaitable[Sequence[Fact]]]
_SOURCES: Final[dict[str, Source]] = {}


def register(name: str, source: Source) -> None:
    """Once under a name; the same name again takes the earlier one's place."""
    _SOURCES[name] = source


def registered() -> dict[str, Source]:
    return dict(_SOURCES)
