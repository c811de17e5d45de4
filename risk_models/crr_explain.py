"""Why a customer has his level, as data for a waterfall: one row per step, from the first item to the level."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from risk_models.arrays import same_rows
from risk_models.crr import PREFIX, fired_codes, unknown_facts
from risk_models.crr_book import Rating
from risk_models.crr_lookup import plan_of
from risk_models.crr_override import State
from risk_models.crr_rules import Item

COLUMNS = (
    "customer", "step", "kind", "code", "element", "fact", "value", "unknown", "score", "weight", "points",
    "start", "end", "excess", "level", "source",
)  # fmt: skip


def explain(frame: pd.DataFrame, rated: pd.DataFrame, rating: Rating) -> pd.DataFrame:
    """`rated` is what `rate` said of `frame`.

    `kind` is item, total, trigger, override or level. An item runs from `start` to `end` in points, so that the bars of
    a waterfall join and the last one ends at the total; `excess` is what it adds beyond its least possible points,
    which is what a reader should be shown first. `value` is the text of what was recorded. What a step does not have is
    None.
    """
    same_rows(frame.iloc[:, 0], rated["points"])
    records = zip(
        frame.index, frame[list(rating.rules.facts)].to_dict("records"), rated.to_dict("records"), strict=True
    )
    rows = [
        dict.fromkeys(COLUMNS) | {"customer": customer, "step": step} | found
        for customer, facts, result in records
        for step, found in enumerate(_steps(facts, result, rating), start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def contributions(rated: pd.DataFrame, rating: Rating) -> pd.DataFrame:
    """Points per item, columns named by the items' codes."""
    return rated[[PREFIX + item.code for item in rating.rules.items]].rename(columns=lambda name: name[len(PREFIX) :])


def excess(rated: pd.DataFrame, rating: Rating) -> pd.DataFrame:
    """Points per item beyond the least that the item can bring: what `risk_models.reasons.reasons` ranks."""
    least = np.array([item.weight for item in rating.rules.items])
    return contributions(rated, rating) - least


def _steps(facts: dict[Hashable, Any], result: dict[Hashable, Any], rating: Rating) -> Iterator[dict[str, Any]]:
    unknown = set(unknown_facts(int(result["unknown"]), rating))
    at = 0
    for item in rating.rules.items:
        points = int(result[PREFIX + item.code])
        yield _item(item, facts[item.fact], item.fact in unknown, points) | {"start": at, "end": at + points}
        at += points
    yield {"kind": "total", "points": at, "start": 0, "end": at, "level": result["scored"]}
    yield from _triggers(int(result["fired"]), rating)
    if result["override"] != State.NONE:
        yield {"kind": "override", "code": str(result["override"]), "level": result["level"]}
    yield {"kind": "level", "level": result["level"]}


def _item(item: Item, value: object, unknown: bool, points: int) -> dict[str, Any]:
    return {
        "kind": "item",
        "code": item.code,
        "element": item.element,
        "fact": item.fact,
        "value": None if pd.isna(value) else str(value),  # type: ignore[call-overload]
        "unknown": unknown,
        "score": points // item.weight,
        "weight": item.weight,
        "points": points,
        "excess": points - item.weight,
        "source": item.source,
    }


def _triggers(fired: int, rating: Rating) -> Iterator[dict[str, Any]]:
    plan, codes = plan_of(rating), set(fired_codes(fired, rating))
    for trigger, effect in zip(plan.triggers, plan.effects, strict=True):
        if trigger.code in codes:
            level = None if effect.floor is None else rating.rules.level_codes[effect.floor]
            yield {"kind": "trigger", "code": trigger.code, "level": level, "source": trigger.source}
