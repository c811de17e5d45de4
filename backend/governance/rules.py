"""The life of a proposal, and what stands in the way of its approval. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from backend.core.errors import TenureError
from backend.governance.errors import BaseMoved, ChangeScheduled, SimulationMissing, SimulationOutdated, WrongState
from backend.governance.models import ProposalState as State


class Step(StrEnum):
    EDIT = "edit"
    REBASE = "rebase"
    SIMULATE = "simulate"
    SUBMIT = "submit"
    APPROVE = "approve"
    ENACT = "enact"
    REPLACE = "replace"
    REJECT = "reject"
    WITHDRAW = "withdraw"


_OPEN: Final = (State.DRAFT, State.SIMULATED, State.PROPOSED)
TRANSITIONS: Final[Mapping[tuple[State, Step], State]] = MappingProxyType(
    {(state, step): State.DRAFT for state in _OPEN for step in (Step.EDIT, Step.REBASE)}
    | {(state, Step.WITHDRAW): State.WITHDRAWN for state in (*_OPEN, State.APPROVED)}
    | {
        (State.DRAFT, Step.SIMULATE): State.SIMULATED,
        (State.SIMULATED, Step.SIMULATE): State.SIMULATED,
        (State.PROPOSED, Step.SIMULATE): State.PROPOSED,
        (State.SIMULATED, Step.SUBMIT): State.PROPOSED,
        (State.PROPOSED, Step.APPROVE): State.APPROVED,
        (State.PROPOSED, Step.REJECT): State.REJECTED,
        (State.APPROVED, Step.ENACT): State.EFFECTIVE,
        (State.EFFECTIVE, Step.REPLACE): State.SUPERSEDED,
    }
)
"""A proposal that changes its text or its base must be simulated and put forward again."""


def after(state: str, step: Step) -> State:
    """Raises WrongState."""
    try:
        return TRANSITIONS[State(state), step]
    except KeyError:
        raise WrongState(state=state) from None


def possible(state: str) -> frozenset[Step]:
    return frozenset(step for before, step in TRANSITIONS if before == state)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a proposal stands on, or would stand on now: the last text of its rule-set, and since when it counts."""

    sha256: str | None
    standing_id: UUID | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finished simulation: of which two texts, when, over which records."""

    base_sha256: str | None
    new_sha256: str
    taken_at: datetime
    stamp: str | None


def obstacle(
    made_on: Ground, new_sha256: str, now_on: Ground, evidence: Evidence | None, stamp: str
) -> TenureError | None:
    """Why a proposal cannot be approved now; None when nothing stands in the way."""
    if (made_on.sha256, made_on.standing_id) != (now_on.sha256, now_on.standing_id):
        return BaseMoved()
    if evidence is None:
        return SimulationMissing()
    other_texts = (evidence.base_sha256, evidence.new_sha256) != (made_on.sha256, new_sha256)
    if other_texts or evidence.stamp != stamp:
        return SimulationOutdated()
    return None


def begins(effective_on: date | None, now: datetime, last: Ground) -> datetime:
    """The instant a text approved now takes effect: at once, or when the chosen day begins (UTC).

    Raises ChangeScheduled when the last text has been approved for a later instant than that.
    """
    day = None if effective_on is None else datetime.combine(effective_on, time(), UTC)
    start = now if day is None or day <= now else day
    if last.since is not None and start <= last.since:
        raise ChangeScheduled(day=last.since.date().isoformat())
    return start
