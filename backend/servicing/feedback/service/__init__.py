"""The verbs of feedback, one module a subject."""

from backend.servicing.feedback.service.answering import (
    Given,
    Shown,
    answer,
    by_telephone,
    close_expired,
    record,
    shown,
)
from backend.servicing.feedback.service.following import close_follow_up, may_follow_up
from backend.servicing.feedback.service.inviting import ask_yearly, invite
from backend.servicing.feedback.service.opening import Occasion
from backend.servicing.feedback.service.reading import comment, done
from backend.servicing.feedback.service.watching import discontent

__all__ = [
    "Given",
    "Occasion",
    "Shown",
    "answer",
    "ask_yearly",
    "by_telephone",
    "close_expired",
    "close_follow_up",
    "comment",
    "discontent",
    "done",
    "invite",
    "may_follow_up",
    "record",
    "shown",
]
