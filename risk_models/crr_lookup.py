"""A rule-set compiled against the columns of a frame: per fact one small table from cell to points and to signals.

Signals are the bits of one uint64: the lower 32 say which conditions a cell meets, the upper 32 which fact is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.arrays import require_columns
from risk_models.crr_book import Rating
from risk_models.crr_checks import triggers
from risk_models.crr_columns import Codes, column
from risk_models.crr_rules import Condition, Fact, Floor, Grant, Item, NumberFact, Trigger
from risk_models.crr_values import Meaning, edges, holds, meaning, score

UNKNOWN_SHIFT = 32


@dataclass(frozen=True)
class FactLookup:
    """`points[k]` belongs to the item of position `rows[k]`; `signals` is None if no cell of the column has any."""

    codes: Codes
    rows: tuple[int, ...]
    points: tuple[NDArray[np.int16], ...]
    signals: NDArray[np.uint64] | None


@dataclass(frozen=True)
class Effect:
    """One trigger, compiled: the condition bits it needs, its own bit in `fired`, and what it does to the level."""

    trigger: Trigger
    needs: np.uint32
    bit: np.uint32
    floor: int | None
    mandatory: bool
    bars: np.uint32 | None


class Plan:
    """What a rule-set alone determines, whatever the frame."""

    def __init__(self, rating: Rating) -> None:
        self.rating = rating
        self.rules = rating.rules
        self.triggers: tuple[Trigger, ...] = tuple(trigger for _, trigger in triggers(rating.rules))

    @cached_property
    def conditions(self) -> tuple[tuple[Condition, bool], ...]:
        """All conditions in the order of their bits, each with what an unknown value counts as."""
        return tuple((each, trigger.if_unknown == "fires") for trigger in self.triggers for each in trigger.when)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        ranks = {code: rank for rank, code in enumerate(self.rules.level_codes)}
        bits = {trigger.code: 1 << place for place, trigger in enumerate(self.triggers)}
        found, at = [], 0
        highest = {trigger.code for trigger in self.rules.direct_to_highest}
        for trigger in self.triggers:
            needs = ((1 << len(trigger.when)) - 1) << at
            at += len(trigger.when)
            direct = trigger.code in highest
            floor = ranks[trigger.level] if isinstance(trigger, Floor) else len(ranks) - 1 if direct else None
            mandatory = direct or (isinstance(trigger, Floor) and trigger.mandatory)
            bars = sum(bits[bar.code] for bar in trigger.barred_by) if isinstance(trigger, Grant) else None
            found.append(
                Effect(
                    trigger,
                    np.uint32(needs),
                    np.uint32(bits[trigger.code]),
                    floor,
                    mandatory,
                    None if bars is None else np.uint32(bars),
                )
            )
        return tuple(found)

    @cached_property
    def moving(self) -> np.uint32:
        """The conditions that can fire something by themselves: all but those of bars, which only take a grant away."""
        bars = {bar.code for grant in self.rules.direct_to_lowest for bar in grant.barred_by}
        return np.uint32(sum(int(effect.needs) for effect in self.effects if effect.trigger.code not in bars))

    @cached_property
    def levels_by_total(self) -> NDArray[np.int8]:
        """The level of every possible total, compared in whole points."""
        scale = self.rules.highest_score
        totals = np.arange(100 * scale + 1)
        step = 0 if self.rules.closed == "lower" else 1
        starts = np.array([level.from_ * scale + step for level in self.rules.levels[1:]], dtype=np.int64)
        return np.searchsorted(starts, totals, side="right").astype(np.int8)

    def lookups(self, frame: pd.DataFrame) -> list[FactLookup]:
        require_columns(frame, *self.rules.facts)
        facts = enumerate(self.rules.facts.items())
        return [self._lookup(frame[name], name, fact, place) for place, (name, fact) in facts]

    def meanings(self, name: str, values: list[object]) -> list[Meaning]:
        return [meaning(self.rules.facts[name], self.rating, value) for value in values]

    def _lookup(self, values: pd.Series, name: str, fact: Fact, place: int) -> FactLookup:
        rows = [row for row, item in enumerate(self.rules.items) if item.fact == name]
        items = [self.rules.items[row] for row in rows]
        bits = [bit for bit, (condition, _) in enumerate(self.conditions) if condition.fact == name]
        found = column(values, fact, self._edges(fact, items, bits))
        cells = self.meanings(name, list(found.cells))
        signals = np.array([self._signals(cell, bits, place) for cell in cells], dtype=np.uint64)
        points = tuple(np.array([item.weight * score(item, cell) for cell in cells], dtype=np.int16) for item in items)
        return FactLookup(found.codes, tuple(rows), points, signals if signals[found.present].any() else None)

    def _edges(self, fact: Fact, items: list[Item], bits: list[int]) -> list[int]:
        return edges(fact, items, [self.conditions[bit][0] for bit in bits]) if isinstance(fact, NumberFact) else []

    def _signals(self, cell: Meaning, bits: list[int], place: int) -> int:
        met = sum(1 << bit for bit in bits if holds(self.conditions[bit][0], cell, self.conditions[bit][1]))
        return met | (int(cell.unknown) << (UNKNOWN_SHIFT + place))
