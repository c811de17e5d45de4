"""What the pages of contact call things."""

from typing import Final

CONTACT_LABELS: Final[dict[str, dict[str, str]]] = {
    "contact_channel": {
        "branch": "Branch",
        "telephone": "Telephone",
        "mail": "Mail",
        "email": "E-mail",
        "sms": "SMS",
        "app": "App",
        "wechat": "WeChat",
        "web_chat": "Web chat",
        "partner": "Partner",
    },
    "contact_direction": {"inbound": "From the customer", "outbound": "To the customer"},
    "message_state": {
        "recorded": "Recorded",
        "waiting": "Waiting",
        "deferred": "Deferred",
        "claimed": "Being sent",
        "sent": "Sent",
        "delivered": "Delivered",
        "opened": "Opened",
        "bounced": "Came back",
        "failed": "Failed",
        "stuck": "Not known whether sent",
        "refused": "Not allowed",
        "expired": "Too late",
        "cancelled": "Cancelled",
    },
    "template_state": {
        "drafted": "Waits for approval",
        "approved": "In use",
        "rejected": "Rejected",
        "retired": "Out of use",
    },
    "merge_field": {
        "amount": "Amount",
        "benefit": "Benefit",
        "due_on": "Due on",
        "event": "Event",
        "link": "Link",
        "offer": "Offer",
        "opt_out": "How to end such messages",
        "points": "Points",
        "product": "Product",
        "reason": "Reason",
        "reference": "Reference",
        "tier": "Tier",
        "valid_until": "Valid until",
    },
    "contact_bar": {"deceased": "The customer has died", "no_contact": "The customer wants no contact"},
}

CONTACT_NOTICES: Final[dict[str, str]] = {
    "contact.recorded": "The contact was written down.",
    "contact.waiting": "The message is on its way.",
    "contact.deferred": "The message waits; the reason stands beside it.",
    "contact.refused": "The message may not be sent; the reason stands beside it.",
    "contact.cancelled": "The message was taken back.",
    "contact.retried": "The message is sent again.",
    "contact.resolved": "The message was decided about.",
    "contact.barred": "It was noted; nothing is sent any more but what the law asks for.",
    "contact.unbarred": "The bar was lifted.",
    "contact.confirmed": "The address was confirmed.",
    "template.drafted": "The text was kept; a second person has to approve it.",
    "template.approved": "The text is in use.",
    "template.rejected": "The text was rejected.",
    "template.retired": "The text is used no more.",
}

CONTACT_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"sent", "delivered", "opened"}),
    "warn": frozenset({"deferred", "drafted"}),
    "bad": frozenset({"stuck", "bounced", "failed"}),
}
