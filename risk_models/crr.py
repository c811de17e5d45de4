"""Customer risk rating: facts in, level out, with the contribution of each item and what fired.

The scheme of 银发〔2013〕2号, which risk-based schemes elsewhere share with other items: total = sum of score times
weight, compared in whole points with the thresholds of the levels; then floors and direct levels; then a person's
override; then the date of the next review. Rows do not see each other: a customer alone, in a batch, in any order or
partition gets the same rating, and a single customer is a frame of one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models import crr_override
from risk_models.crr_book import Rating
from risk_models.crr_lookup import UNKNOWN_SHIFT, FactLookup, Plan, plan_of
from risk_models.crr_review import next_review

BLOCK = 32_768
ALL = 0xFFFF_FFFF
PREFIX = "points_"
REVIEWED_ON = "reviewed_on"


def rate(frame: pd.DataFrame, rating: Rating, on: date, overrides: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per customer, on the index of `frame`, which holds a column per fact of the rule-set.

    `points` is the total (divided by `highest_score` it is the score on the scale of the levels), `scored` the level by
    points alone, `computed` the level after floors and direct levels, `level` the one in force after `overrides`
    (crr_override.COLUMNS, indexed by customer) with their state in `override`; `fired` and `unknown` are bit sets that
    `fired_codes` and `unknown_facts` read; `next_review` counts from the column `reviewed_on` where the frame has it;
    `points_<item>` are the contributions, which add up to `points`.
    """
    plan = plan_of(rating)
    work = _scored(plan.lookups(frame), len(frame), plan)
    if overrides is None or overrides.empty:
        final = crr_override.Overridden(work.computed, np.zeros(len(frame), dtype=np.int8))
    else:
        final = crr_override.apply(work.computed, work.mandatory(plan), frame.index, overrides, rating.rules, on)
    reviewed_on = frame[REVIEWED_ON] if REVIEWED_ON in frame.columns else None
    months = tuple(level.review_months for level in rating.rules.levels)
    levels = pd.CategoricalDtype(list(rating.rules.level_codes), ordered=True)
    states = pd.CategoricalDtype(list(crr_override.STATES))
    figures = {
        "points": work.points,
        "scored": pd.Categorical.from_codes(work.scored, dtype=levels, validate=False),
        "computed": pd.Categorical.from_codes(work.computed, dtype=levels, validate=False),
        "level": pd.Categorical.from_codes(final.level, dtype=levels, validate=False),
        "override": pd.Categorical.from_codes(final.state, dtype=states, validate=False),
        "fired": work.fired,
        "unknown": work.unknown,
        "next_review": next_review(final.level, months, on, reviewed_on),
    }
    names = [PREFIX + item.code for item in rating.rules.items]
    contributions = pd.DataFrame(work.contributions.T, index=frame.index, columns=names, copy=False)
    return pd.concat([pd.DataFrame(figures, index=frame.index, copy=False), contributions], axis=1)


def fired_codes(fired: int, rating: Rating) -> tuple[str, ...]:
    """The codes of the triggers whose bits are set, in the order of the rule-set."""
    return tuple(trigger.code for place, trigger in enumerate(plan_of(rating).triggers) if fired >> place & 1)


def unknown_facts(unknown: int, rating: Rating) -> tuple[str, ...]:
    """The facts that were missing, out of range or not in the vocabulary."""
    return tuple(name for place, name in enumerate(rating.rules.facts) if unknown >> place & 1)


def mandatory_level(fired: int, rating: Rating) -> str | None:
    """The level that no person may undercut, given what fired."""
    floors = [effect.floor for effect in plan_of(rating).effects if effect.mandatory and fired & effect.bit]
    ranks = [floor for floor in floors if floor is not None]
    return rating.rules.level_codes[max(ranks)] if ranks else None


@dataclass(frozen=True)
class _Scored:
    """Arrays of one entry per customer; `contributions` has a row per item."""

    contributions: NDArray[np.int16]
    points: NDArray[np.int16]
    scored: NDArray[np.int8]
    computed: NDArray[np.int8]
    fired: NDArray[np.uint32]
    unknown: NDArray[np.uint32]

    def mandatory(self, plan: Plan) -> NDArray[np.int8]:
        """The highest mandatory floor per customer, as a rank; 0 where none fired."""
        ranks = np.zeros(len(self.fired), dtype=np.int8)
        for effect in plan.effects:
            if effect.mandatory and effect.floor is not None:
                np.maximum(ranks, effect.floor, out=ranks, where=(self.fired & np.uint32(effect.bit)) != 0)
        return ranks


def _scored(lookups: list[FactLookup], rows: int, plan: Plan) -> _Scored:
    """Block by block, so that what a step reads is still in the processor's cache when the next one does."""
    out = _Scored(
        np.empty((len(plan.rules.items), rows), dtype=np.int16),
        np.empty(rows, dtype=np.int16),
        np.empty(rows, dtype=np.int8),
        np.empty(rows, dtype=np.int8),
        np.zeros(rows, dtype=np.uint32),
        np.empty(rows, dtype=np.uint32),
    )
    cell, signal = np.empty(min(BLOCK, rows), dtype=np.intp), np.empty(min(BLOCK, rows), dtype=np.uint64)
    for start in range(0, rows, BLOCK):
        here = slice(start, min(start + BLOCK, rows))
        size = here.stop - start
        signals = _look_up(lookups, here, out.contributions, cell[:size], signal[:size])
        out.contributions[:, here].sum(axis=0, dtype=np.int16, out=out.points[here])
        out.scored[here] = out.computed[here] = plan.levels_by_total[out.points[here]]
        out.unknown[here] = signals >> np.uint64(UNKNOWN_SHIFT)
        conditions = signals.astype(np.uint32)
        if conditions.any():
            out.fired[here], out.computed[here] = _triggered(conditions, out.scored[here], plan)
    return out


def _look_up(
    lookups: list[FactLookup],
    here: slice,
    contributions: NDArray[np.int16],
    cell: NDArray[np.intp],
    signal: NDArray[np.uint64],
) -> NDArray[np.uint64]:
    """Fills the contributions of one block and returns its signals."""
    signals = np.zeros(len(cell), dtype=np.uint64)
    for fact in lookups:
        np.copyto(cell, fact.codes[here])
        for row, points in zip(fact.rows, fact.points, strict=True):
            np.take(points, cell, mode="wrap", out=contributions[row, here])
        if fact.signals is not None:
            np.take(fact.signals, cell, mode="wrap", out=signal)
            signals |= signal
    return signals


def _triggered(
    conditions: NDArray[np.uint32], scored: NDArray[np.int8], plan: Plan
) -> tuple[NDArray[np.uint32], NDArray[np.int8]]:
    """What fires, and the level after it: the lowest where granted and not barred, then lifted to the highest floor."""
    fired = conditions & np.uint32((1 << len(plan.triggers)) - 1)
    for effect in plan.effects:
        if effect.needs != effect.bit:
            part = (conditions & np.uint32(effect.needs)) != np.uint32(effect.needs)
            fired[part] &= np.uint32(ALL ^ effect.bit)
    level = scored.copy()
    for effect in plan.effects:
        if effect.bars is not None:
            granted = (fired & np.uint32(effect.bit)) != 0
            fired[~granted] &= np.uint32(ALL ^ effect.bars)  # a bar says nothing of who was granted nothing
            level[granted & ((fired & np.uint32(effect.bars)) == 0)] = 0
    floor = np.zeros(len(level), dtype=np.int8)
    for bits in plan.floors:
        floor += (fired & bits) != 0
    return fired, np.maximum(level, floor)
