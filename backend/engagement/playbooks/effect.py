"""What a playbook does: the share that reached its goal with it less the share without, if that can be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.queries.goals import ArmFigure
from risk_models.estimate import Estimate
from risk_models.proportion import detectable, difference, share_estimate
from risk_models.stratified import pooled_difference

LEAST: Final = 10
"""Customers in an arm below which no share is worth showing."""


class Verdict(StrEnum):
    """`too_small`: not enough customers have gone through; `open`: no difference is shown, which is not “no effect”."""

    NO_CONTROL = "no_control"
    TOO_SMALL = "too_small"
    OPEN = "open"
    HELPS = "helps"
    HARMS = "harms"


@dataclass(frozen=True, slots=True)
class Effect:
    """Shares with Wilson's intervals, their difference with Newcombe's; None where there are too few to tell.

    Where several `versions` left other shares alone, customers are compared within each version (Mantel-Haenszel).
    `smallest` is the difference that these arms would show four times in five.
    """

    verdict: Verdict
    figures: Mapping[Arm, ArmFigure]
    treated: Estimate | None = None
    control: Estimate | None = None
    difference: Estimate | None = None
    smallest: float | None = None
    versions: int = 1


def measured(
    figures: Mapping[Arm, ArmFigure], holdout_bp: int, strata: Sequence[Mapping[Arm, ArmFigure]] = ()
) -> Effect:
    """`strata` are the figures of each version of the playbook, of which `figures` are the sum."""
    treated, control = figures[Arm.TREATED], figures[Arm.CONTROL]
    if not holdout_bp and not control.entered:
        return Effect(Verdict.NO_CONTROL, figures)
    if min(treated.observed, control.observed) < LEAST:
        return Effect(Verdict.TOO_SMALL, figures)
    compared = [each for each in strata if all(each[arm].observed for arm in Arm)] or [figures]
    found = _difference(compared)
    together = (treated.reached + control.reached) / (treated.observed + control.observed)
    return Effect(
        _verdict(found),
        figures,
        share_estimate("treated", treated.reached, treated.observed),
        share_estimate("control", control.reached, control.observed),
        found,
        detectable(together, (treated.observed, control.observed)),
        len(compared),
    )


def _difference(strata: Sequence[Mapping[Arm, ArmFigure]]) -> Estimate:
    pairs = [(_counts(each[Arm.TREATED]), _counts(each[Arm.CONTROL])) for each in strata]
    return difference("effect", *pairs[0]) if len(pairs) == 1 else pooled_difference("effect", pairs)


def _counts(figure: ArmFigure) -> tuple[float, float]:
    return figure.reached, figure.observed


def _verdict(found: Estimate) -> Verdict:
    if found.low is not None and found.low > 0:
        return Verdict.HELPS
    if found.high is not None and found.high < 0:
        return Verdict.HARMS
    return Verdict.OPEN
