"""What the pages of segments call things."""

from typing import Final

from backend.engagement.segments.service.telling import FACT_WORDS

SEGMENT_LABELS: Final[dict[str, dict[str, str]]] = {
    "segment_fact": dict(FACT_WORDS),
    "segment_fact_short": {
        "balance_minor": "Balance",
        "balance_3m_ago_minor": "Balance, 3 months ago",
        "balance_12m_ago_minor": "Balance, a year ago",
        "inflow_3m_minor": "Money in",
        "inflow_prev_3m_minor": "Money in before",
        "outflow_3m_minor": "Money out",
        "movements_3m": "Movements of a quarter",
        "movements_prev_3m": "Movements before",
        "months_inactive": "Months inactive",
        "tenure_months": "Months with us",
        "products": "Products",
        "premiums_missed": "Premiums missed",
        "claims_12m": "Claims of the year",
        "complaints_open": "Open complaints",
        "complaints_12m": "Complaints of the year",
        "competitor_paid_3m_minor": "Paid to competitors",
        "churn": "Chance to leave",
        "value": "Value",
        "activity": "Chance to be active",
    },
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
    "segment_work": {
        "rules": "The portfolio is being put into segments by rules.",
        "clusters": "The portfolio is being put into the groups in use.",
        "fit": "Groups are being looked for in the portfolio.",
    },
    "segment_stage": {
        "read": "Reading the portfolio",
        "sort": "Putting everybody in place",
        "try": "Trying numbers of groups",
        "write": "Writing what was found",
    },
    "grouping_weak": {
        "silhouette": "The groups are not clearly apart.",
        "stability": "Half of the customers would give other groups.",
    },
}
SEGMENT_NOTICES: Final[dict[str, str]] = {
    "segment.asked": "It has begun; this page shows how far it is.",
    "segment.run": "The portfolio was put into segments.",
    "segment.fitted": "Groups were found and wait for somebody else to adopt them.",
    "segment.adopted": "The groups are in use; the next run puts everybody into them.",
    "segment.rejected": "The groups were rejected.",
}
SEGMENT_TONES: Final[dict[str, frozenset[str]]] = {"ok": frozenset({"in_use"}), "warn": frozenset({"proposed"})}
