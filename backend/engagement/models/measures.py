"""When the watch over a model calls somebody, and what each of its figures means. Pure.

Three things look like trouble and are none: a shift that chance gives as easily (small institutions), a characteristic
that moved without moving the score (in a young institution everybody grows older), and a figure of few outcomes whose
interval holds what is right. They are told as what they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pandas as pd

from backend.engagement.models.ruleset import Span, WatchRules
from risk_models.estimate import Estimate

SCORE: Final = "score"
_NORMAL: Final = 1.0


class Meaning(StrEnum):
    """`harmless`: it moved, and the score hardly with it; `chance`: beyond the bound, and no more than chance."""

    RIGHT = "right"
    CHANCE = "chance"
    HARMLESS = "harmless"
    MOVED = "moved"
    WORSE = "worse"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Measure:
    """`bound` is what it was held against, None where nothing is; `effect` what a characteristic's shift does to the
    score, in log-odds of the average customer, where the model can say.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    bound: str | None
    breach: bool
    meaning: Meaning = Meaning.TOLD
    effect: float | None = None

    def record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def drift(compared: pd.DataFrame, effects: Mapping[str, float], rules: WatchRules) -> list[Measure]:
    """PSI of the score first, then CSI of each characteristic, the largest first.

    Without any shift an index is about its `expected` value (Yurdakul 2018: (bins - 1)(1/n + 1/m)), which is allowed on
    top of the bound; and a shift counts only if chance would seldom give as much. A characteristic calls nobody unless
    it moves the score: by its own effect where the model says one, else while the score itself has moved.
    """
    ordered = compared.sort_values("psi", ascending=False).to_dict("records")
    rows = [{str(name): value for name, value in row.items()} for row in ordered]
    (score,) = (_score(row, rules) for row in rows if row["characteristic"] == SCORE)
    others = [row for row in rows if row["characteristic"] != SCORE]
    return [score, *(_characteristic(row, effects, rules, score_moved=score.breach) for row in others)]


def _score(row: Mapping[str, Any], rules: WatchRules) -> Measure:
    bound = rules.psi_breach + float(row["expected"])
    meaning = _shift(row, bound, rules)
    return Measure("PSI", float(row["psi"]), None, None, f"< {bound:.3g}", meaning is Meaning.MOVED, meaning)


def _characteristic(
    row: Mapping[str, Any], effects: Mapping[str, float], rules: WatchRules, *, score_moved: bool
) -> Measure:
    name = str(row["characteristic"])
    effect = effects.get(name)
    bound = rules.characteristic_breach + float(row["expected"])
    meaning = _shift(row, bound, rules)
    moves_it = score_moved if effect is None else abs(effect) >= rules.effect_breach
    if meaning is Meaning.MOVED and not moves_it:
        meaning = Meaning.HARMLESS
    breach = meaning is Meaning.MOVED
    return Measure(f"CSI {name}", float(row["psi"]), None, None, f"< {bound:.3g}", breach, meaning, effect)


def _shift(row: Mapping[str, Any], bound: float, rules: WatchRules) -> Meaning:
    if float(row["psi"]) < bound:
        return Meaning.RIGHT
    return Meaning.MOVED if float(row["p_value"]) < rules.significance else Meaning.CHANCE


def performance(judged: Sequence[Estimate], development: Mapping[str, float], rules: WatchRules) -> list[Measure]:
    """Figures of what came true, held against the bounds and against what was reached when the model was made."""
    return [_held(each, development.get(each.name), rules) for each in judged]


def _held(found: Estimate, reached: float | None, rules: WatchRules) -> Measure:
    if found.name == "AUC" and reached is not None:
        least = reached - rules.auc_fall
        return _told(found, f"≥ {least:.3f}", found.value >= least, _holds(found, reached))
    if found.name in _RATIOS:
        span: Span = getattr(rules, _RATIOS[found.name])
        return _told(found, f"{span.low:g}–{span.high:g}", span.holds(found.value), _holds(found, _NORMAL))
    if found.name.endswith("correlation"):
        least = rules.least_correlation
        return _told(found, f"≥ {least:g}", found.value >= least, _holds(found, least))
    return Measure(found.name, found.value, found.low, found.high, None, breach=False)


_RATIOS: Final = {"calibration slope": "calibration_slope", "forecast to actual": "forecast_ratio"}
"""Whose right value is one."""


def _told(found: Estimate, bound: str, within: bool, maybe: bool) -> Measure:
    meaning = Meaning.RIGHT if within else Meaning.CHANCE if maybe else Meaning.WORSE
    return Measure(found.name, found.value, found.low, found.high, bound, meaning is Meaning.WORSE, meaning)


def _holds(found: Estimate, value: float) -> bool:
    """Whether the value lies within the interval: then the difference may be chance."""
    return found.low is not None and found.high is not None and found.low <= value <= found.high


def moved_most(measures: Sequence[Mapping[str, Any]], count: int = 3) -> list[str]:
    """The characteristics behind a shift, the one with the largest effect first."""
    moved = [each for each in measures if str(each["name"]).startswith("CSI ") and each["breach"]]
    ordered = sorted(moved, key=lambda each: -abs(each.get("effect") or each["value"]))
    return [str(each["name"]).removeprefix("CSI ") for each in ordered[:count]]
