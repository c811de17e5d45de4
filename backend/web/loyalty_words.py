"""What the pages of the loyalty programme call things."""

from typing import Final

LOYALTY_LABELS: Final[dict[str, dict[str, str]]] = {
    "points_kind": {
        "earn": "Earned",
        "burn": "Spent",
        "expire": "Expired",
        "reverse": "Reversed",
        "transfer": "Moved",
    },
    "points_account": {
        "member": "With members",
        "issued": "Issued",
        "burned": "Spent",
        "expired": "Expired",
        "reversed": "Reversed",
        "transferred": "Between merged records",
    },
    "tier_reason": {
        "enrolled": "Since joining",
        "reached": "Reached by points",
        "held": "Held until the end of its period",
        "fell": "No longer reached when its period ended",
    },
    "care_kind": {"contact": "Contact", "task": "Task"},
    "points_code": {
        "expiry": "Points expired",
        "left": "Left the programme",
        "merged": "From a merged record",
        "source_gone": "What earned it fell away",
    },
    "points_source": {
        "product": "A contract",
        "referral": "Somebody of whom they told",
        "survey": "A survey",
    },
}

LOYALTY_NOTICES: Final[dict[str, str]] = {
    "loyalty.enrolled": "The customer joined the programme.",
    "loyalty.left": "The membership ended, and its points with it.",
    "loyalty.earned": "The points were booked.",
    "loyalty.burned": "The points were spent.",
    "loyalty.reversed": "The entry was reversed.",
    "loyalty.cared": "The step of care is done.",
}
