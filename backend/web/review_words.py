"""What the codes of reviews are called."""

from typing import Final

REVIEW_LABELS: Final[dict[str, dict[str, str]]] = {
    "review_state": {
        "open": "Waiting",
        "in_review": "In review",
        "awaiting_information": "Waits for information",
        "pending_approval": "Waits for a signature",
        "completed": "Completed",
        "cancelled": "Cancelled",
    },
    "review_depth": {"simplified": "Simplified review", "standard": "Standard review", "enhanced": "Enhanced review"},
    "review_outcome": {
        "keep": "Keep the relationship",
        "change_level": "Change the risk level",
        "restrict": "Restrict the relationship",
        "exit": "End the relationship",
    },
    "review_answer": {"satisfied": "Satisfied", "concern": "Concern", "not_applicable": "Not applicable"},
    "review_trigger": {
        "periodic": "Periodic review",
        "list_hit": "Found on a list",
        "factor_moved": "Risk level rose",
        "document_expired": "Document expired",
        "assessment_expired": "Agreed risk level ended",
        "behaviour": "Unusual movements",
        "adverse_information": "Adverse information",
        "product_changed": "New product",
        "owners_changed": "Owners or control changed",
        "request": "Asked for by a colleague",
    },
    "change_sort": {
        "fact": "Customer data",
        "document": "Document",
        "owner": "Owners or control",
        "rating": "Risk rating",
        "override": "Agreed risk level",
        "alert": "Screening alert",
        "finding": "Public sources",
        "behaviour": "Movements",
        "product": "Product",
    },
    "behaviour": {
        "structuring": "Cash deposits just below the threshold",
        "reactivation": "Woke up after a long sleep",
        "cash": "High share of cash",
        "pass_through": "Money left as soon as it came",
    },
    "adverse_standing": {
        "none": "Searched, nothing found",
        "unconfirmed": "Reported, not confirmed",
        "confirmed": "Confirmed",
    },
    "restriction_ground": {"overdue": "A review is overdue", "outcome": "Decided by a review"},
}

REVIEW_NOTICES: Final[dict[str, str]] = {
    "review.opened": "The review is open.",
    "review.taken": "You have taken the review.",
    "review.released": "The review is back in its queue.",
    "review.answered": "The answer was noted.",
    "review.asked": "The customer is being asked.",
    "review.received": "The review goes on.",
    "review.ended": "The review is completed.",
    "review.proposed": "The outcome was proposed; a second person has to sign.",
    "review.signed": "The review is signed and completed.",
    "review.sent_back": "The proposal was sent back.",
}
