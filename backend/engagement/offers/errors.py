"""What offers refuse."""

from backend.core.errors import Conflict, Invalid


class NotOffered(Conflict):
    code = "offer.not_offered"
    text = "{product} is not offered to this customer now: {reasons}."


class DeclineReasonUnknown(Invalid):
    code = "offer.reason_unknown"
    text = "“{reason}” is no reason of the rule-set; known are {known}."


class LaterOutOfRange(Invalid):
    code = "offer.later_out_of_range"
    text = "“Later” names a day after today, at most {days} days away."


class AnswerOverdetermined(Invalid):
    code = "offer.answer_overdetermined"
    text = "A reason belongs to “declined”, a day to “later”, and neither to anything else."
