"""What the pages of targets call things."""

from typing import Final

TARGET_LABELS: Final[dict[str, dict[str, str]]] = {
    "target_dimension": {
        "all": "The whole institution",
        "team": "By team",
        "product": "By product",
        "segment": "By segment",
    },
    "target_absent": {
        "no_source": "not kept yet",
        "no_records": "no record in this month",
        "no_past": "known only while the month lasts",
    },
    "target_record": {
        "customer": "Customer",
        "case": "Application",
        "review": "Review",
        "complaint": "Complaint",
        "survey": "Answer",
        "interaction": "Contact",
        "task": "Task",
        "playbook_step": "Step of a playbook",
    },
}
TARGET_NOTICES: Final[dict[str, str]] = {
    "target.set": "The goal was set; it counts when the month is computed next.",
    "target.ended": "The goal ends with the month.",
    "target.computed": "The month was computed.",
}
