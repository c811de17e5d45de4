"""What the pages of feedback call things."""

from typing import Final

FEEDBACK_LABELS: Final[dict[str, dict[str, str]]] = {
    "survey_kind": {
        "nps": "Net promoter score",
        "csat": "Satisfied customers (%)",
        "ces": "Ease (1 to 7)",
    },
    "survey_state": {"sent": "No answer yet", "answered": "Answered", "closed": "Answered, final"},
    "survey_answered_by": {"link": "by link", "telephone": "on the telephone"},
    "survey_sentiment": {"positive": "Positive", "neutral": "Neutral", "negative": "Negative"},
    "survey_by": {
        "product_code": "Product",
        "channel": "Channel",
        "team": "Team",
        "event": "Occasion",
    },
    "survey_channel": {
        "branch": "Branch",
        "telephone": "Telephone",
        "phone": "Telephone",
        "mail": "Mail",
        "email": "E-mail",
        "app": "App",
        "web": "Web client",
        "online": "Online",
        "partner": "Partner",
    },
    "survey_event": {
        "onboarding.approved": "Application approved",
        "complaint.closed": "Complaint closed",
        "sale.confirmed": "Sale",
        "claim.paid": "Claim paid",
        "yearly": "Once a year",
        "telephone": "On the telephone",
    },
    "follow_up_state": {"open": "To be followed up", "closed": "Followed up"},
    "contentment": {
        "content": "Content now",
        "not_content": "Still not content",
        "not_reached": "Not reached",
    },
}

FEEDBACK_NOTICES: Final[dict[str, str]] = {
    "feedback.recorded": "The answer was recorded.",
    "feedback.closed": "The follow-up was closed.",
}

FEEDBACK_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"positive", "content", "answered"}),
    "warn": frozenset({"not_reached"}),
    "bad": frozenset({"negative", "not_content"}),
}
