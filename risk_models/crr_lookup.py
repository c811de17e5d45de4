"""A rule-set compiled against the columns of a frame: per fact one small table from cell to points and to signals.

Signals are the bits of one uint64: the lower 32 say which conditions a cell meets, the upper 32 which fact is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import require_columns
from risk_models.crr_book import Rating
from risk_models.crr_checks import TOTAL_WEIGHT, triggers
from risk_models.crr_columns import Codes, column
from risk_models.crr_rules import Condition, Fact, Floor, Grant, Item, NumberFact, Trigger
from risk_models.crr_values import edges, holds, meaning, score

UNKNOWN_SHIFT = 32
REMEMBERED = 65_536  # values per fact; the combinations of a fact with many codes can be many


@dataclass(frozen=True)
class FactLookup:
    """`points[k]` belongs to the item of position `rows[k]`; `signals` is None if no cell of the column has any."""

    codes: Codes
    rows: tuple[int, ...]
    points: tuple[NDArray[np.int16], ...]
    signals: NDArray[np.uint64] | None


@dataclass(frozen=True)
class Effect:
    """One trigger, compiled: `bit` in the conditions met and in `fired`, all bits it `needs`, and what it does.

    `floor` is the rank it lifts to; `bars` the bits that take a grant of the lowest level away.
    """

    bit: int
    needs: int
    floor: int | None
    mandatory: bool
    bars: int | None


class Plan:
    """What a rule-set alone determines, whatever the frame. What a value means is worked out once and remembered."""

    def __init__(self, rating: Rating) -> None:
        self.rating = rating
        self.rules = rating.rules
        self.triggers: tuple[Trigger, ...] = tuple(trigger for _, trigger in triggers(rating.rules))
        self._facts = {name: self._part(name, place) for place, name in enumerate(rating.rules.facts)}

    @cached_property
    def conditions(self) -> tuple[tuple[int, Condition, bool], ...]:
        """Each condition with its bit, and what an unknown value counts as.

        A trigger's first condition has the trigger's own place, so that most triggers have fired when its bit is set;
        further conditions follow behind all triggers.
        """
        firsts, others = [], []
        for place, trigger in enumerate(self.triggers):
            fires = trigger.if_unknown == "fires"
            firsts.append((place, trigger.when[0], fires))
            others += [(place, condition, fires) for condition in trigger.when[1:]]
        behind = [(len(firsts) + at, condition, fires) for at, (_, condition, fires) in enumerate(others)]
        return (*firsts, *behind)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        bits = {trigger.code: 1 << place for place, trigger in enumerate(self.triggers)}
        behind = len(self.triggers)
        found = []
        for trigger in self.triggers:
            more = len(trigger.when) - 1
            needs = bits[trigger.code] | (((1 << more) - 1) << behind)
            behind += more
            floor, mandatory = self._floor(trigger)
            bars = sum(bits[bar.code] for bar in trigger.barred_by) if isinstance(trigger, Grant) else None
            found.append(Effect(bits[trigger.code], needs, floor, mandatory, bars))
        return tuple(found)

    def _floor(self, trigger: Trigger) -> tuple[int | None, bool]:
        if isinstance(trigger, Floor):
            return self.rules.level_codes.index(trigger.level), trigger.mandatory
        if trigger in self.rules.direct_to_highest:
            return len(self.rules.levels) - 1, True
        return None, False

    @cached_property
    def floors(self) -> tuple[np.uint32, ...]:
        """Per rank above the lowest, the bits of `fired` that lift to it or higher; a floor is how many meet."""
        lifting = [(effect.bit, effect.floor) for effect in self.effects if effect.floor is not None]
        ranks = range(1, len(self.rules.levels))
        return tuple(np.uint32(sum(bit for bit, floor in lifting if floor >= rank)) for rank in ranks)

    @cached_property
    def levels_by_total(self) -> NDArray[np.int8]:
        """The level of every possible total, compared in whole points."""
        scale = self.rules.highest_score
        totals = np.arange(TOTAL_WEIGHT * scale + 1)
        step = 0 if self.rules.closed == "lower" else 1
        starts = np.array([level.from_ * scale + step for level in self.rules.levels[1:]], dtype=np.int64)
        return np.searchsorted(starts, totals, side="right").astype(np.int8)

    def lookups(self, frame: pd.DataFrame) -> list[FactLookup]:
        require_columns(frame, *self.rules.facts)
        return [part.lookup(frame[name]) for name, part in self._facts.items()]

    def _part(self, name: str, place: int) -> FactPart:
        items = [(row, item) for row, item in enumerate(self.rules.items) if item.fact == name]
        conditions = [each for each in self.conditions if each[1].fact == name]
        return FactPart(self.rating, self.rules.facts[name], place, tuple(items), tuple(conditions))


@dataclass(frozen=True)
class FactPart:
    """What one fact moves: the items it is scored by (with their place) and the conditions it meets."""

    rating: Rating
    fact: Fact
    place: int
    items: tuple[tuple[int, Item], ...]
    conditions: tuple[tuple[int, Condition, bool], ...]
    _remembered: dict[object, tuple[int, ...]] = field(default_factory=dict)

    def lookup(self, values: pd.Series) -> FactLookup:
        found = column(values, self.fact, self._edges)
        cells = np.array([self._cell(value) for value in found.cells], dtype=np.uint64)
        points = tuple(cells[:, place].astype(np.int16) for place in range(1, cells.shape[1]))
        signals = cells[:, 0]
        silent = not signals[found.present].any()
        return FactLookup(found.codes, tuple(row for row, _ in self.items), points, None if silent else signals.copy())

    @cached_property
    def _edges(self) -> list[int]:
        scored, met = [item for _, item in self.items], [condition for _, condition, _ in self.conditions]
        return edges(self.fact, scored, met) if isinstance(self.fact, NumberFact) else []

    def _cell(self, value: object) -> tuple[int, ...]:
        """The signals of a value, and the points it brings to each item."""
        key = (type(value), value)  # True and 1 are equal, and not the same
        known = self._remembered.get(key)
        if known is None:
            known = self._worked_out(value)
            if len(self._remembered) < REMEMBERED:
                self._remembered[key] = known
        return known

    def _worked_out(self, value: object) -> tuple[int, ...]:
        found = meaning(self.fact, self.rating, value)
        met = sum(1 << bit for bit, condition, fires in self.conditions if holds(condition, found, fires))
        signals = met | (int(found.unknown) << (UNKNOWN_SHIFT + self.place))
        return (signals, *(item.weight * score(item, found) for _, item in self.items))


@lru_cache(maxsize=16)
def plan_of(rating: Rating) -> Plan:
    return Plan(rating)
