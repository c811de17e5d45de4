"""Where each customer stands by the rule-set, and whether the step there may be taken. Pure, for any number of rows.

A customer who is not one yet, or not any more, is left alone; so is whoever a person put somewhere for a time. A step
that the institution's stages (policies/customers/stages) do not know is not taken, and counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from backend.customers.models import Stage
from backend.customers.rulesets import Steps
from backend.engagement.conditions import Flags, holds
from backend.engagement.stages.ruleset import COMPUTED, OTHERWISE, RETURNED, StagePolicy

STAGES: Final = tuple(Stage)
_CODE: Final = {stage: place for place, stage in enumerate(STAGES)}
_MOVED: Final = np.array([stage in COMPUTED or stage is Stage.WON_BACK for stage in STAGES])
_WELL: Final = np.array([stage in {Stage.ACTIVE, Stage.GROWING, Stage.LOYAL} for stage in STAGES])
_NO_RULE: Final = np.int8(-1)
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Money:
    """The institution's currency, and how many minor units are one of it."""

    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Decided:
    """By row: the stage that the rules give, whether the customer moves there now, and whether the way was barred.

    `fired` has bit n set where rule n held; what of it counts as reasons is told by `reasons`.
    """

    frame: pd.DataFrame
    current: Codes
    target: Codes
    moves: Flags
    barred: Flags
    held: Flags
    fired: NDArray[np.uint64]
    policy: StagePolicy

    def reasons(self, row: int) -> tuple[str, ...]:
        """Codes of every rule that held for the stage, in the order of the rule-set."""
        stage = STAGES[self.target[row]]
        if stage is Stage.WON_BACK:
            return (RETURNED,)
        fired = int(self.fired[row])
        codes = [
            rule.code for place, rule in enumerate(self.policy.rules) if fired >> place & 1 and rule.stage is stage
        ]
        return tuple(codes) or (OTHERWISE,)

    def rows(self) -> Sequence[int]:
        """The places of those who move."""
        return np.flatnonzero(self.moves).tolist()

    def counts(self) -> dict[str, int]:
        """How many stand in each stage when the steps have been taken."""
        after = np.where(self.moves, self.target, self.current)
        numbers = np.bincount(after, minlength=len(STAGES))
        return {stage.value: int(number) for stage, number in zip(STAGES, numbers, strict=True) if number}


def decide(
    frame: pd.DataFrame,
    policy: StagePolicy,
    steps: Mapping[Stage, Steps],
    today: date,
    money: Money,
    held: Flags | None = None,
) -> Decided:
    """`frame` has the facts of `backend.engagement.facts` and the scores that are known; `held` rows stay."""
    current = codes_of(frame["stage"])
    target, fired = _by_rules(frame, policy, money)
    kept = np.zeros(len(frame), dtype=np.bool_) if held is None else held
    target = _returning(frame, policy, today, current, target)
    stays = kept | ~_MOVED[current]
    target = np.where(stays, current, target).astype(np.int8)
    wants = target != current
    open_ = _reachable(steps)[current, target]
    return Decided(frame, current, target, wants & open_, wants & ~open_, kept, fired, policy)


def codes_of(stages: "pd.Series[str]") -> Codes:
    """Places in `STAGES`."""
    categories = [stage.value for stage in STAGES]
    codes: Codes = pd.Categorical(stages, categories=categories).codes.astype(np.int8)
    return codes


def _by_rules(frame: pd.DataFrame, policy: StagePolicy, money: Money) -> tuple[Codes, NDArray[np.uint64]]:
    target = np.full(len(frame), _NO_RULE)
    fired = np.zeros(len(frame), dtype=np.uint64)
    for place, rule in enumerate(policy.rules):
        flags = holds(frame, rule.when, money.currency, money.minor)
        fired |= flags.astype(np.uint64) << np.uint64(place)
        target[flags & (target == _NO_RULE)] = _CODE[rule.stage]
    target[target == _NO_RULE] = _CODE[Stage.ACTIVE]
    return target, fired


def _returning(frame: pd.DataFrame, policy: StagePolicy, today: date, current: Codes, target: Codes) -> Codes:
    """Whoever had left is won back when all is well again, and stays so for a while; until then they stay churned."""
    churned, won_back = _CODE[Stage.CHURNED], _CODE[Stage.WON_BACK]
    since = pd.to_datetime(frame["stage_since"]).to_numpy(dtype="datetime64[D]")
    recent = (np.datetime64(today, "D") - since).astype(np.int64) < policy.won_back_days
    well = _WELL[target]
    back = well & ((current == churned) | ((current == won_back) & recent))
    return np.where(back, np.int8(won_back), np.where((current == churned) & ~well, np.int8(churned), target))


def _reachable(steps: Mapping[Stage, Steps]) -> Flags:
    """The steps that a process may take, as a table of from and to."""
    table = np.zeros((len(STAGES), len(STAGES)), dtype=np.bool_)
    for start, ways in steps.items():
        for end in ways.process:
            table[_CODE[start], _CODE[end]] = True
    return table
