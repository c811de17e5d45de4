"""What the pages of stages, warnings and prospects call things."""

from typing import Final

LIFE_LABELS: Final[dict[str, dict[str, str]]] = {
    "life_fact": {
        "products": "Products held",
        "products_12m_ago": "Products held a year ago",
        "products_ever": "Products ever held",
        "used": "Accounts of others in use",
        "balance_minor": "Balance",
        "balance_3m_ago_minor": "Balance three months ago",
        "balance_12m_ago_minor": "Balance a year ago",
        "inflow_3m_minor": "Money in, three months",
        "inflow_prev_3m_minor": "Money in, the three months before",
        "outflow_3m_minor": "Money out, three months",
        "movements_3m": "Movements, three months",
        "movements_prev_3m": "Movements, the three months before",
        "months_inactive": "Months without activity",
        "tenure_months": "Months as a customer",
        "premiums_missed": "Premiums not paid",
        "claims_12m": "Claims within a year",
        "complaints_open": "Open complaints",
        "complaints_12m": "Complaints within a year",
        "competitor_paid_3m_minor": "Paid to competitors, three months",
        "churn": "Chance to leave",
        "activity": "Chance to be active",
        "value": "Lifetime value",
    },
    "stage_cause": {"computed": "Computed", "person": "Corrected by a person"},
    "funnel_by": {
        "channel": "Channel",
        "product": "Product",
        "segment": "Segment",
        "cohort": "Quarter in which they came",
    },
    "warning_state": {
        "open": "Open",
        "acknowledged": "Seen",
        "snoozed": "Put off",
        "acted": "Something was done",
        "closed": "Ended",
    },
    "warning_severity": {"high": "High", "medium": "Medium", "low": "Low"},
    "warning_outcome": {"recovered": "Recovered", "churned": "Left", "merged": "Merged with another warning"},
    "prospect_state": {
        "new": "New",
        "followed_up": "Followed up",
        "converted": "Applied",
        "lost": "Closed without a result",
    },
    "prospect_source": {
        "campaign": "Campaign",
        "referral": "Told of by a customer",
        "partner": "Partner",
        "branch": "Branch",
        "web": "Website",
        "migration": "Taken over",
    },
    "prospect_step": {"lost": "Closed"},
}
LIFE_NOTICES: Final[dict[str, str]] = {
    "stage.run_started": "Stages are being computed; this page shows how far it is.",
    "stage.corrected": "The stage was corrected; it holds until the day that you gave.",
    "stage.released": "The correction has ended; the next computation decides.",
    "warning.acknowledged": "Noted that you have seen the warning.",
    "warning.snoozed": "The warning was put off.",
    "warning.acted": "What you did is noted; the facts will say how it ended.",
    "prospect.recorded": "The prospect is recorded and stands in the book.",
    "prospect.followed_up": "The contact is noted.",
    "prospect.converted": "The application is open.",
    "prospect.lost": "The prospect is closed; the record is erased after its time.",
}
LIFE_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"recovered", "converted"}),
    "info": frozenset({"followed_up", "acknowledged", "acted"}),
    "warn": frozenset({"snoozed"}),
    "bad": frozenset({"churned"}),
}
