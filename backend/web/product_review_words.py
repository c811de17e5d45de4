"""What the codes of product reviews are called on pages."""

from typing import Final

from backend.product_reviews.words import WORDS

PRODUCT_REVIEW_LABELS: Final[dict[str, dict[str, str]]] = {**WORDS}

PRODUCT_REVIEW_NOTICES: Final[dict[str, str]] = {
    "product_review.opened": "The review of the product is open.",
    "product_review.taken": "You have taken the review.",
    "product_review.released": "The review is back on the list.",
    "product_review.pack": "The pack is being computed; this page shows how far it is.",
    "product_review.found": "The finding was written down.",
    "product_review.action": "The action was set.",
    "product_review.ended": "The action has ended.",
    "product_review.proposed": "You have signed first; a second person has to sign.",
    "product_review.signed": "The decision is signed by two people.",
    "product_review.sent_back": "The decision was sent back.",
}

PRODUCT_REVIEW_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"decided", "ready"}),
    "warn": frozenset({"pending_signature"}),
    "bad": frozenset({"failed"}),
    "info": frozenset({"running"}),
}
