"""Where points come from by themselves: what customers did is known on floors beside and above, which register here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.errors import TenureError
from backend.core.money import Money
from backend.loyalty.ruleset import EarnRule


@dataclass(frozen=True, slots=True)
class Earned:
    """One record that earns: `key` names it within its source, `on` is its day, and `amount` what it came to."""

    party_id: UUID
    key: str
    on: date
    amount: Money | None = None
    product_code: str | None = None


Source = Callable[[Context, EarnRule, Mapping[UUID, date], date], Awaitable[Sequence[Earned]]]
"""Everything of these customers from their day on until the last day, as it stands now: also what was told before."""


class SourceMissing(TenureError):
    """A fault of the assembly, not of a request."""

    code = "loyalty.source_missing"
    text = "Nobody knows what earns points by “{source}”; the process was put together without it."


_known: Final[dict[str, Source]] = {}


def register(of: str, source: Source) -> None:
    _known[of] = source


def registered(of: str) -> Source:
    """Raises SourceMissing."""
    if of not in _known:
        raise SourceMissing(source=of)
    return _known[of]
