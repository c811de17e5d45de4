"""One verb per use case: authorise, decide, write. Services flush and never commit."""

from backend.engagement.prospects.service.recording import ConsentGiven, ProspectInput, record, record_known
from backend.engagement.prospects.service.working import convert, follow_up, lose

__all__ = ["ConsentGiven", "ProspectInput", "convert", "follow_up", "lose", "record", "record_known"]
