"""How often a stranger may knock: a sliding count for each caller, kept in this process and bounded in memory.

Pages without sign-in ask it before anything is looked up. A caller is whatever the door can tell callers apart by.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.core.errors import Refused


class KnocksTooOften(Refused):
    code = "request.too_often"
    text = "Too many requests came from here. Wait a minute and try again."


@dataclass(slots=True)
class Throttle:
    """At most `most` knocks of one caller in `within`; of more than `callers` the longest silent are forgotten."""

    most: int
    within: timedelta
    callers: int = 10_000
    _knocks: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def knock(self, caller: str, now: datetime) -> None:
        """Raises KnocksTooOften."""
        times = self._knocks.setdefault(caller, deque())
        self._knocks.move_to_end(caller)
        while times and times[0] <= now - self.within:
            times.popleft()
        if len(times) >= self.most:
            raise KnocksTooOften()
        times.append(now)
        while len(self._knocks) > self.callers:
            self._knocks.popitem(last=False)
