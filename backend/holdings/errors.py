"""What cannot be done to a holding."""

from backend.core.errors import Conflict, Invalid, NotFound


class HoldingUnknown(NotFound):
    code = "holding.unknown"
    text = "There is no such holding."


class HoldingEnded(Conflict):
    code = "holding.ended"
    text = "This holding has ended already ({status})."


class NotLapsed(Conflict):
    code = "holding.not_lapsed"
    text = "Only a lapsed holding can be reinstated; this one is {status}."


class ReasonUnknown(Invalid):
    code = "holding.reason_unknown"
    text = "“{reason}” is no reason for this end. Possible: {reasons}."


class EndBeforeOpening(Invalid):
    code = "holding.end_before_opening"
    text = "A holding cannot end before it was opened on {opened}."


class EndInFuture(Invalid):
    code = "holding.end_in_future"
    text = "A holding cannot have ended on a day that is still to come."
