"""What the pages of models call things."""

from typing import Final

from backend.engagement.models.card import SEVERITIES, STATES

MODEL_LABELS: Final[dict[str, dict[str, str]]] = {
    "model_state": dict(STATES),
    "model_severity": dict(SEVERITIES),
    "model_verdict": {"better": "Better", "worse": "Worse", "open": "Undecided", "mixed": "Mixed"},
}

MODEL_NOTICES: Final[dict[str, str]] = {
    "model.requested": "The training was asked for; it appears below when it has ended.",
    "model.submitted": "The version was handed to validation.",
    "model.found": "The finding was written down.",
    "model.answered": "The finding was answered.",
    "model.validated": "The version is validated.",
    "model.rejected": "The version was rejected.",
    "model.challenged": "The version now scores beside the champion.",
    "model.promoted": "The champion was proposed; a second person confirms it.",
    "model.kept": "The champion stays.",
    "model.confirmed": "The version is champion now.",
    "model.retired": "The version was retired.",
}

MODEL_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"champion", "validated"}),
    "info": frozenset({"trained", "in_validation", "challenger"}),
}
