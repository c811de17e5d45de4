"""What the pages of products call things."""

from typing import Final

from backend.products import wording

PRODUCT_LABELS: Final[dict[str, dict[str, str]]] = {
    "product_kind": dict(wording.KINDS),
    "product_state": dict(wording.STATES),
    "product_risk": dict(wording.RISKS),
    "sale_channel": dict(wording.CHANNELS),
    "needs_assessment": dict(wording.ASSESSMENTS),
    "gate_sort": {
        "artefact": "Paper",
        "document": "Document for customers",
        "target_market": "Target market",
        "signature": "Signature",
        "committee": "Committee",
        "cooling": "Waiting time",
        "day": "Day",
    },
    "product_vote": {"agree": "Agreed", "refuse": "Refused"},
    "step_state": {"open": "Waits", "done": "Step taken", "refused": "Refused", "taken_back": "Taken back"},
    "difference_place": {
        "general": "General",
        "terms": "Terms",
        "prices": "Prices",
        "channels": "Channels",
        "documents": "Documents",
        "suitability": "Suitability",
        "target_market": "Target market",
        "links": "Links",
    },
    "document_language": {"en": "English", "zh": "Chinese"},
    "document_for_customers": {"key_facts": "Key facts", "terms": "Terms and conditions", "prospectus": "Prospectus"},
}

PRODUCT_NOTICES: Final[dict[str, str]] = {
    "product.created": "The product was entered.",
    "product.revised": "The version was changed.",
    "product.begun": "A new version was begun.",
    "product.proposed": "The step was proposed.",
    "product.moved": "The step was taken.",
    "product.signed": "Your signature was recorded.",
    "product.refused": "Your refusal was recorded.",
    "product.taken_back": "The proposal was taken back.",
    "product.suspended": "The product was taken off sale.",
    "product.attached": "The file was added.",
    "product.reclassified": "The risk was changed.",
}

PRODUCT_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"on_sale", "agree", "done"}),
    "warn": frozenset({"under_review", "remediation", "taken_back"}),
    "bad": frozenset({"refuse"}),
    "info": frozenset({"concept", "design", "target_market", "testing", "approval"}),
}
