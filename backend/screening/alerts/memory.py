"""What a finding means for its pair, pure: a new alert, one that waits already, or a decision that stands or falls."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backend.screening.alerts.models import ACTIVE, AlertState


class Treatment(StrEnum):
    OPENED = "opened"
    UNCHANGED = "unchanged"
    SUPPRESSED = "suppressed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides as digests: the customer's screened facts, and what is material of the entry."""

    facts: bytes | None
    material: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a pair. `merged`: the customer's record took another in since, and yet the pair compares as
    it did when it was decided.
    """

    state: AlertState
    sides: Sides
    remembered_until: date | None = None
    merged: bool = False


def treat(known: Known | None, seen: Sides, today: date) -> Treatment:
    if known is None:
        return Treatment.OPENED
    if known.state in ACTIVE:
        return Treatment.UNCHANGED
    stands = known.sides == seen or (known.merged and known.sides.material == seen.material)
    if known.state is AlertState.OBSOLETE or not stands or expired(known.remembered_until, today):
        return Treatment.REOPENED
    return Treatment.SUPPRESSED


def expired(until: date | None, today: date) -> bool:
    """A decision stands through its last day; without a last day it stands."""
    return until is not None and today > until
