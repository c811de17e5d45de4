"""The institution's own clock, for what people write into fields for days and times."""

from backend.casework.queues import Calendar, queues_on
from backend.web.door import Visit


def calendar_of(visit: Visit) -> Calendar:
    """Office hours, holidays and time zone of the rule-set of queues."""
    platform = visit.web.platform
    return queues_on(platform.policies_of(visit.actor), platform.clock().date()).calendar
