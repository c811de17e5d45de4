"""What the pages of holdings and their imports call things."""

from typing import Final

HOLDING_LABELS: Final[dict[str, dict[str, str]]] = {
    "holding_status": {
        "open": "In force",
        "lapsed": "Lapsed",
        "closed": "Closed",
        "cancelled": "Cancelled",
        "matured": "Matured",
    },
    "holding_reason": {
        "premium_unpaid": "Premium unpaid",
        "fee_unpaid": "Fee unpaid",
        "customer_wish": "The customer’s wish",
        "surrendered": "Surrendered",
        "repaid": "Repaid",
        "refinanced": "Refinanced",
        "moved": "Moved to another institution",
        "switched": "Switched to another product",
        "deceased": "The customer has died",
        "total_loss": "Total loss",
        "written_off": "Written off",
        "institution": "Ended by the institution",
        "cooling_off": "Cooling-off period",
        "misselling": "Ought not to have been sold",
        "non_disclosure": "Facts were not disclosed",
        "fraud": "Fraud",
        "term_ended": "The term has ended",
        "benefit_paid": "The benefit was paid",
    },
    "import_kind": {
        "holdings": "Holdings",
        "movements": "Movements",
        "premiums": "Premiums",
        "claims": "Claims",
        "prospects": "Prospects",
    },
    "import_state": {
        "running": "Loading",
        "finished": "Loaded",
        "failed": "Stopped",
        "checked": "Waits for your word",
        "discarded": "Thrown away",
    },
}
HOLDING_NOTICES: Final[dict[str, str]] = {
    "holding.ended": "The holding has ended.",
    "holding.reinstated": "The holding is in force again.",
    "import.received": "The file was received.",
    "import.checked": "The file was read; nothing was recorded yet.",
    "import.confirmed": "The file is being loaded.",
    "import.discarded": "The file was thrown away; nothing of it was recorded.",
}
