"""Time is an argument: whoever needs "now" is handed a clock, and every instant is aware and in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def __call__(self) -> datetime: ...


def system_clock() -> datetime:
    return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until told to move; for tests, replays and the demonstration's past."""

    def __init__(self, instant: datetime) -> None:
        self._instant = as_utc(instant)

    def __call__(self) -> datetime:
        return self._instant

    def advance(self, delta: timedelta) -> None:
        self._instant += delta


def as_utc(instant: datetime) -> datetime:
    """Raise ValueError for a naive time: guessing its zone would move deadlines."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give one, for example +00:00")
    return instant.astimezone(UTC)
