"""What the portrait refuses, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class LifeEventNotFound(NotFound):
    code = "life_event.not_found"
    text = "There is no such event in this customer's life, or you may not see it."


class LifeEventUnknown(Invalid):
    code = "life_event.kind_unknown"
    text = "“{given}” is none of the events of the rule-set: {known}."


class LifeEventDayOutOfRange(Invalid):
    code = "life_event.day"
    text = "The day of an event lies between 1900 and ten years from now."


class LifeEventWithdrawn(Conflict):
    code = "life_event.withdrawn"
    text = "This event was taken back already."
