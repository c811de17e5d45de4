"""What may happen to a version of a model, and when its watch calls somebody. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pandas as pd

from backend.engagement.models.errors import FindingsOpen, VersionForbids, WordsMissing
from backend.engagement.models.models import Severity, VersionState
from backend.engagement.models.ruleset import WatchRules
from risk_models.estimate import Estimate

MOST_WORDS: Final = 4_000
_SCORE: Final = "score"
_NORMAL: Final = 1.0


class Verb(StrEnum):
    SUBMIT = "submit"
    FIND = "find"
    ANSWER = "answer"
    VALIDATE = "validate"
    REJECT = "reject"
    CHALLENGE = "challenge"
    PROMOTE = "promote"
    KEEP = "keep"
    CONFIRM = "confirm"
    RETIRE = "retire"


STEPS: Final[Mapping[Verb, frozenset[VersionState]]] = {
    Verb.SUBMIT: frozenset({VersionState.TRAINED}),
    Verb.FIND: frozenset({VersionState.IN_VALIDATION}),
    Verb.ANSWER: frozenset({VersionState.IN_VALIDATION}),
    Verb.VALIDATE: frozenset({VersionState.IN_VALIDATION}),
    Verb.REJECT: frozenset({VersionState.IN_VALIDATION}),
    Verb.CHALLENGE: frozenset({VersionState.VALIDATED}),
    Verb.PROMOTE: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.KEEP: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.CONFIRM: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.RETIRE: frozenset(
        {
            VersionState.DRAFT,
            VersionState.TRAINED,
            VersionState.REJECTED,
            VersionState.VALIDATED,
            VersionState.CHALLENGER,
            VersionState.CHAMPION,
        }
    ),
}
"""In which states a version takes a step; nothing leads out of `retired`."""
RIGHTS: Final[Mapping[Verb, str]] = {
    Verb.SUBMIT: "train",
    Verb.FIND: "validate",
    Verb.ANSWER: "train",
    Verb.VALIDATE: "validate",
    Verb.REJECT: "validate",
    Verb.CHALLENGE: "promote",
    Verb.PROMOTE: "promote",
    Verb.KEEP: "confirm",
    Verb.CONFIRM: "confirm",
    Verb.RETIRE: "promote",
}


def allow(verb: Verb, state: VersionState, *, proposed: bool) -> None:
    """Raises VersionForbids. `proposed`: somebody has proposed the version as champion."""
    if state not in STEPS[verb] or _WHEN_PROPOSED.get(verb, proposed) != proposed:
        raise VersionForbids(state=state.value)


_WHEN_PROPOSED: Final[Mapping[Verb, bool]] = {
    Verb.CHALLENGE: False,
    Verb.PROMOTE: False,
    Verb.KEEP: True,
    Verb.CONFIRM: True,
}
"""Steps that need a proposal of a champion to be there, or not to be."""


def no_finding_open(severities: Iterable[Severity]) -> None:
    """Raises FindingsOpen: what a validator called high is answered first."""
    count = sum(severity is Severity.HIGH for severity in severities)
    if count:
        raise FindingsOpen(count=count)


def written(words: str, field: str) -> str:
    """Raises WordsMissing for nothing and for too much."""
    text = words.strip()
    if not text or len(text) > MOST_WORDS:
        raise WordsMissing(field=field, most=MOST_WORDS)
    return text


@dataclass(frozen=True, slots=True)
class Measure:
    """`bound` is what it was held against, None where nothing is."""

    name: str
    value: float
    low: float | None
    high: float | None
    bound: str | None
    breach: bool

    def record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def drift(compared: pd.DataFrame, rules: WatchRules) -> list[Measure]:
    """PSI of the score first, then CSI of each characteristic, the largest first.

    A shift that chance alone gives as easily is none: small institutions pass the customary bounds by noise
    (Yurdakul 2018), so the p-value has to agree.
    """
    found = []
    ordered = compared.sort_values("psi", ascending=False)
    for characteristic, psi, p_value in zip(
        ordered["characteristic"].astype(str),
        ordered["psi"].astype(float),
        ordered["p_value"].astype(float),
        strict=True,
    ):
        bound = rules.psi_breach if characteristic == _SCORE else rules.characteristic_breach
        name = "PSI" if characteristic == _SCORE else f"CSI {characteristic}"
        found.append(Measure(name, psi, None, None, f"< {bound:g}", psi >= bound and p_value < rules.significance))
    return sorted(found, key=lambda each: each.name != "PSI")


def performance(judged: Sequence[Estimate], development: Mapping[str, float], rules: WatchRules) -> list[Measure]:
    """Figures of what came true, held against the bounds and against what was reached when the model was made."""
    return [_held(each, development.get(each.name), rules) for each in judged]


def _held(found: Estimate, reached: float | None, rules: WatchRules) -> Measure:
    bound, breach = None, False
    if found.name == "AUC" and reached is not None:
        least = reached - rules.auc_fall
        bound, breach = f"≥ {least:.3f}", found.value < least and not _reaches(found, reached)
    elif found.name == "calibration slope":
        span = rules.calibration_slope
        bound, breach = f"{span.low:g}–{span.high:g}", not span.holds(found.value) and not _reaches(found, _NORMAL)
    elif found.name == "forecast to actual":
        span = rules.forecast_ratio
        bound, breach = f"{span.low:g}–{span.high:g}", not span.holds(found.value)
    elif found.name.endswith("correlation"):
        bound, breach = f"≥ {rules.least_correlation:g}", found.value < rules.least_correlation
    return Measure(found.name, found.value, found.low, found.high, bound, breach)


def _reaches(found: Estimate, value: float) -> bool:
    """Whether the value lies within the interval: then the difference may be chance."""
    return found.low is not None and found.high is not None and found.low <= value <= found.high
