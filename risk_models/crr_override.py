"""A person's override of a rating: when it is refused, how long it holds, when the computed level takes it back.

The trap this avoids: an override that keeps a customer where he was while the facts behind him grow worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import require_columns
from risk_models.crr_rules import RatingRules
from risk_models.errors import ContradictionError, OutOfRangeError


class Refusal(StrEnum):
    REASON = "reason_not_listed"
    NO_SECOND = "second_approver_missing"
    SAME_PERSON = "approved_by_the_same_person"
    NOT_LATER = "expires_before_it_begins"
    TOO_LONG = "expires_too_late"
    LEVEL = "level_not_declared"
    MANDATORY = "below_mandatory_level"
    NO_CHANGE = "equals_computed_level"


class State(StrEnum):
    NONE = "none"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REOPENED = "reopened"


STATES: Final = tuple(State)
COLUMNS: Final = ("level", "computed_then", "decided_on", "expires_on")


@dataclass(frozen=True, slots=True)
class Proposal:
    """`level`, `computed` and `mandatory` are level codes; `mandatory` is None where no mandatory floor fired."""

    level: str
    computed: str
    mandatory: str | None
    reason: str
    proposed_by: str
    approved_by: str | None
    decided_on: date
    expires_on: date


def refusals(proposal: Proposal, rules: RatingRules) -> tuple[Refusal, ...]:
    """Why the override may not come into force; empty if it may."""
    codes = rules.level_codes
    if proposal.level not in codes:
        return (Refusal.LEVEL,)
    below = proposal.mandatory is not None and codes.index(proposal.level) < codes.index(proposal.mandatory)
    checks = {
        Refusal.REASON: proposal.reason not in rules.override.reasons,
        Refusal.NO_SECOND: proposal.approved_by is None,
        Refusal.SAME_PERSON: proposal.approved_by == proposal.proposed_by,
        Refusal.NOT_LATER: proposal.expires_on <= proposal.decided_on,
        Refusal.TOO_LONG: (proposal.expires_on - proposal.decided_on).days > rules.override.longest_days,
        Refusal.MANDATORY: below,
        Refusal.NO_CHANGE: proposal.level == proposal.computed,
    }
    return tuple(refusal for refusal, broken in checks.items() if broken)


@dataclass(frozen=True)
class Overridden:
    """`level` as ranks from the lowest, `state` as positions in STATES."""

    level: NDArray[np.int8]
    state: NDArray[np.int8]


def apply(
    computed: NDArray[np.int8],
    mandatory: NDArray[np.int8],
    index: pd.Index,
    overrides: pd.DataFrame,
    rules: RatingRules,
    on: date,
) -> Overridden:
    """`overrides` is indexed by customer; `computed` and `mandatory` are ranks, aligned with `index`.

    An override holds from `decided_on` through `expires_on`. It is reopened, and the computed level counts, when the
    computed level has risen above both the override and the level that it was decided against, or when a mandatory
    floor has come to stand above it.
    """
    where = _places(index, overrides)
    chosen, then = _ranks(overrides, "level", rules), _ranks(overrides, "computed_then", rules)
    decided, expires = (pd.to_datetime(overrides[name]).to_numpy() for name in ("decided_on", "expires_on"))
    today = np.datetime64(on, "D")
    risen = (computed[where] > np.maximum(chosen, then)) | (mandatory[where] > chosen)
    state = np.select(
        [today < decided, today > expires, risen],
        [STATES.index(State.NONE), STATES.index(State.EXPIRED), STATES.index(State.REOPENED)],
        STATES.index(State.IN_FORCE),
    ).astype(np.int8)
    level, states = computed.copy(), np.zeros(len(computed), dtype=np.int8)
    level[where] = np.where(state == STATES.index(State.IN_FORCE), chosen, computed[where])
    states[where] = state
    return Overridden(level, states)


def _places(index: pd.Index, overrides: pd.DataFrame) -> NDArray[np.intp]:
    require_columns(overrides, *COLUMNS)
    if not index.is_unique or not overrides.index.is_unique:
        raise ContradictionError(
            "A customer occurs twice", remedy="Pass one row and at most one override per customer."
        )
    where = index.get_indexer(overrides.index)
    if (where < 0).any():
        raise ContradictionError("There are overrides of customers not in the table", overrides.index[where < 0])
    return where


def _ranks(overrides: pd.DataFrame, column: str, rules: RatingRules) -> NDArray[np.int8]:
    ranks = pd.Index(rules.level_codes).get_indexer(pd.Index(overrides[column]))
    if (ranks < 0).any():
        raise OutOfRangeError(f"{column} is no level of {rules.id}", overrides.index[ranks < 0])
    return ranks.astype(np.int8)
