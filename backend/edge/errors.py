"""What the edge itself refuses."""

from backend.core.errors import Conflict, Invalid


class KeyReused(Conflict):
    code = "idempotency.key_reused"
    text = "The idempotency key “{key}” was used for another request. Use a new key for a new request."


class KeyInFlight(Conflict):
    code = "idempotency.in_flight"
    text = "A request with the idempotency key “{key}” is being carried out. Ask again in a moment."


class KeyMalformed(Invalid):
    code = "idempotency.key_malformed"
    text = "An idempotency key has 1 to 128 printable characters; a UUID is a good one."


class Duplicate(Conflict):
    code = "conflict.duplicate"
    text = "Such a record exists already ({constraint})."


class StillReferred(Conflict):
    code = "conflict.reference"
    text = "The record refers to something that does not exist, or something refers to it ({constraint})."


class RuleOfDatabase(Conflict):
    code = "conflict.rule"
    text = "The database refuses this change: it breaks the rule {constraint}."


class TooBusy(Conflict):
    code = "conflict.too_busy"
    text = "Others are changing the same records just now. Try again in a moment."
