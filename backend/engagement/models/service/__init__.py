"""One verb per use case: the inventory, training, validation by somebody else, champions by two, scoring, the watch."""

from backend.engagement.models.rules import Verb
from backend.engagement.models.service.registering import register, retire_model, trainable
from backend.engagement.models.service.scoring import digest, due, prune, score, snapshots, store
from backend.engagement.models.service.standing import in_force, settling_days, verbs
from backend.engagement.models.service.training import (
    advance,
    compare,
    data_digest,
    fail,
    keep,
    request,
    train,
    trial_of,
)
from backend.engagement.models.service.using import challenge, confirm, promote, retire, turn_down
from backend.engagement.models.service.validating import answer, find, reject, submit, validate
from backend.engagement.models.service.watching import came_true, measured, note

__all__ = [
    "Verb",
    "advance",
    "answer",
    "came_true",
    "challenge",
    "compare",
    "confirm",
    "data_digest",
    "digest",
    "due",
    "fail",
    "find",
    "in_force",
    "keep",
    "measured",
    "note",
    "promote",
    "prune",
    "register",
    "reject",
    "request",
    "retire",
    "retire_model",
    "score",
    "settling_days",
    "snapshots",
    "store",
    "submit",
    "train",
    "trainable",
    "trial_of",
    "turn_down",
    "validate",
    "verbs",
]
