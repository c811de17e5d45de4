"""What the pages of advice and sales call things."""

from typing import Final

SELLING_LABELS: Final[dict[str, dict[str, str]]] = {
    "assessment_state": {
        "in_force": "In force",
        "replaced": "Replaced",
        "expired": "Expired",
        "withdrawn": "Taken out of force",
    },
    "assessment_end": {
        "validity_over": "Its time was over",
        "assessed_again": "Assessed again",
        "customer_wish": "The customer's wish",
        "wrong_answers": "The answers turned out to be wrong",
        "wrong_person": "Somebody else had answered",
    },
    "answer_fault": {
        "unanswered": "Please answer this question.",
        "unknown_option": "This answer is not offered.",
        "one_answer_only": "One answer only.",
        "excludes_others": "This answer excludes every other.",
    },
    "sale_state": {
        "proposed": "Waits for a signature",
        "confirmed": "Sold",
        "refused": "Refused",
        "cancelled": "Cancelled",
    },
    "sale_allowed": {"yes": "May be sold", "warn": "With a warning", "no": "May not be sold"},
    "sale_market": {"inside": "Inside", "outside": "Outside", "unknown": "Not known"},
    "sale_end": {
        "customer_wish": "The customer's wish",
        "not_suitable": "Not suitable",
        "not_explained": "Not explained well enough",
        "entered_wrongly": "Entered wrongly",
    },
}

SELLING_NOTICES: Final[dict[str, str]] = {
    "assessment.taken": "The assessment was recorded.",
    "assessment.withdrawn": "The assessment was taken out of force.",
    "sale.confirmed": "The sale was recorded.",
    "sale.proposed": "The sale was recorded; it waits for a second person.",
    "sale.refused": "The rules refuse this sale; the attempt was recorded.",
    "sale.signed": "Your signature was recorded.",
    "sale.declined": "You did not sign; the sale is over.",
    "sale.cancelled": "The sale was cancelled.",
}

SELLING_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"confirmed", "yes", "inside"}),
    "warn": frozenset({"warn", "unknown"}),
    "bad": frozenset({"no", "outside"}),
}
