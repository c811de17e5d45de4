"""The figures of the rule-set that a pack is computed with; part of its recorded inputs, so all of them are plain."""

from __future__ import annotations

from dataclasses import dataclass

from risk_models.errors import OutOfRangeError
from risk_models.record import Record


@dataclass(frozen=True)
class Expectation(Record):
    """What a measure was expected to be when the product was approved, per ten thousand, and its source."""

    measure: str
    basis_points: int
    source: str


@dataclass(frozen=True)
class Control(Record):
    """A CUSUM on the months of a measure: allowance and limit in standard deviations, from `since` on.

    Target and deviation are learnt on the first `learn_months` months.
    """

    measure: str
    learn_months: int
    allowance: float
    limit: float
    since: str
    source: str


@dataclass(frozen=True)
class Comparison(Record):
    """A fairness comparison: groups of `dimension` against `reference` ("" takes the largest)."""

    dimension: str
    reference: str = ""


@dataclass(frozen=True)
class Parameters(Record):
    """`seed` makes the resampling the same every time. Shares are per ten thousand.

    `dimensions` tell groups apart; `population` are those of them by which new holders are compared with earlier ones.
    Purposes are those of bookings: `fee_purposes` are what customers pay, `benefit_purposes` what they are paid.
    `lapse_reasons` end a holding against what was expected; `cancel_reasons` take it back at the beginning.
    """

    dimensions: tuple[str, ...]
    population: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    fee_purposes: tuple[str, ...]
    benefit_purposes: tuple[str, ...]
    lapse_reasons: tuple[str, ...]
    cancel_reasons: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    controls: tuple[Control, ...]
    smallest_group: int
    outlier_ratio: int
    psi_watch: float
    psi_shifted: float
    level: float
    resamples: int
    seed: int
    persistency_months: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.smallest_group < 1 or self.resamples < 1 or not 0 < self.level < 1:
            raise OutOfRangeError("Smallest group, resamples and level must be above zero", remedy="See the rule-set.")
