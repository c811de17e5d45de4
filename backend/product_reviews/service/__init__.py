"""One verb per use case: what opens a review, its packs, what people do with it, how it is decided, its clocks."""

from backend.product_reviews.service.deciding import propose, send_back, sign
from backend.product_reviews.service.opening import look, note, open_due, open_review
from backend.product_reviews.service.packing import (
    advance,
    begin,
    fail,
    finish,
    follow_pack,
    note_replay,
    request,
    request_for,
    request_watch,
    take_over,
)
from backend.product_reviews.service.watching import watch
from backend.product_reviews.service.working import end_action, find, release, set_action, take

__all__ = [
    "advance",
    "begin",
    "end_action",
    "fail",
    "find",
    "finish",
    "follow_pack",
    "look",
    "note",
    "note_replay",
    "open_due",
    "open_review",
    "propose",
    "release",
    "request",
    "request_for",
    "request_watch",
    "send_back",
    "set_action",
    "sign",
    "take",
    "take_over",
    "watch",
]
