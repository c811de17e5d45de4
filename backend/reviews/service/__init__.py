"""One verb per use case: what opens a review, what people do with it, how it ends, what its clocks say."""

from backend.reviews.service.acting import answer, ask, open_review, receive, release, take
from backend.reviews.service.behaviour import Looked, look_at_movements
from backend.reviews.service.ending import Verdict, propose, send_back, sign
from backend.reviews.service.noting import in_force, look, note
from backend.reviews.service.periodic import Night, Opened, due_now, open_due
from backend.reviews.service.watching import watch

__all__ = [
    "Looked",
    "Night",
    "Opened",
    "Verdict",
    "answer",
    "ask",
    "due_now",
    "in_force",
    "look",
    "look_at_movements",
    "note",
    "open_due",
    "open_review",
    "propose",
    "receive",
    "release",
    "send_back",
    "sign",
    "take",
    "watch",
]
