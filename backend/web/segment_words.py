"""What the pages of segments call things."""

from typing import Final

from backend.engagement.segments.service.telling import FACT_WORDS

SEGMENT_LABELS: Final[dict[str, dict[str, str]]] = {
    "segment_fact": dict(FACT_WORDS),
    "segment_comparison": {
        "at_least": "at least {limit}",
        "below": "below {limit}",
        "in": "is {limit}",
    },
    "grouping_state": {
        "proposed": "Proposed",
        "in_use": "In use",
        "rejected": "Rejected",
        "retired": "Replaced",
    },
    "grouping_weak": {
        "silhouette": "The groups are not clearly apart.",
        "stability": "Half of the customers would give other groups.",
    },
}
SEGMENT_NOTICES: Final[dict[str, str]] = {
    "segment.run": "The portfolio was put into segments.",
    "segment.fitted": "Groups were found and wait for somebody else to adopt them.",
    "segment.adopted": "The groups are in use; the next run puts everybody into them.",
    "segment.rejected": "The groups were rejected.",
}
SEGMENT_TONES: Final[dict[str, frozenset[str]]] = {"ok": frozenset({"in_use"}), "warn": frozenset({"proposed"})}
