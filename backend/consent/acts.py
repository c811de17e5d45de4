"""What is recorded of a person for one purpose, as far as it counts for a decision."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the history, as far as it counts here."""

    channel: str
    act: str
    effective_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Limit:
    kind: str
    purpose: str | None
