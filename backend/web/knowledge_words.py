"""What the pages of knowledge and the assistant call things."""

from typing import Final

KNOWLEDGE_LABELS: Final[dict[str, dict[str, str]]] = {
    "audience": {"customer": "Customers", "staff": "Colleagues"},
    "knowledge_state": {
        "draft": "Draft",
        "proposed": "Waits for a second person",
        "approved": "In force",
        "rejected": "Rejected",
        "replaced": "Replaced",
    },
    "conversation_state": {
        "open": "Answered by the assistant",
        "handed_over": "Waits for a colleague",
        "replied": "Answered by a colleague",
    },
    "assistant_reason": {
        "unsure": "The assistant was not sure",
        "long": "A long conversation",
        "emergency": "An emergency",
        "personal_data": "Asks about an own account or contract",
        "investment_advice": "Asks for investment advice",
        "insurance_advice": "Asks for insurance advice",
        "tax_and_law": "Asks about tax or law",
    },
}

KNOWLEDGE_NOTICES: Final[dict[str, str]] = {
    "knowledge.written": "The draft was kept.",
    "knowledge.proposed": "The version waits for a second person.",
    "knowledge.approved": "The version is in force.",
    "knowledge.rejected": "The version was rejected.",
    "knowledge.reviewed": "The article stays as it is until the day of its next review.",
    "knowledge.retired": "The article was taken out of use.",
    "assistant.replied": "The reply stands on the page of whoever asked.",
}
