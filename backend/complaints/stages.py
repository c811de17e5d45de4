"""In which states the law's clock runs, and in which a complaint is not over."""

from typing import Final

from backend.complaints.models import State

RUNNING: Final = frozenset({State.RECEIVED, State.ACKNOWLEDGED, State.INVESTIGATING, State.RESOLVED, State.REOPENED})
"""An answer is owed."""
OPEN: Final = RUNNING | {State.FINAL_RESPONSE, State.REFERRED}
HOLDING: Final = RUNNING | {State.REFERRED}
"""While one of these stands, nothing is offered to whoever complains."""
