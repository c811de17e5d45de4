"""The rule-set of screening: what each comparison weighs and where the cut-offs are (`policies/screening/*.yaml`)."""

import math
from typing import Annotated

from pydantic import Field, model_validator

from backend.core.rulesets import Part, RuleSet
from backend.screening.matching.comparisons import COMPARISONS

Weight = Annotated[float, Field(ge=0, le=30)]
Share = Annotated[float, Field(gt=0, lt=1)]


class NameWeights(Part):
    """Log-odds of two equal names, and what a comparison takes away when it disagrees wholly."""

    base: float
    takes: dict[str, Weight]

    @model_validator(mode="after")
    def _complete(self) -> "NameWeights":
        if self.takes.keys() != COMPARISONS.keys():
            differing = sorted(self.takes.keys() ^ COMPARISONS.keys())
            raise ValueError(f"comparisons missing or unknown: {', '.join(differing)}")
        return self


class EvidenceWeights(Part):
    """Log-odds that evidence besides the name adds (agrees) or takes (disagrees)."""

    birth_date_agrees: Weight
    birth_year_agrees: Weight
    birth_date_disagrees: Weight
    birth_years_tolerated: Annotated[int, Field(ge=0, le=20)]
    approximate_years_tolerated: Annotated[int, Field(ge=0, le=20)]
    country_agrees: Weight
    country_disagrees: Weight
    gender_disagrees: Weight
    identifier_agrees: Weight


class ScreeningRules(RuleSet):
    """`cut_off`: the score from which a match is an alert; `name_floor`: names below it are no match whatever else
    agrees (an equal identifier apart); `review_from`: alerts from this score need four eyes.
    """

    cut_off: Share
    name_floor: Share
    review_from: Share
    candidates: Annotated[int, Field(ge=20, le=2000)]
    person: NameWeights
    organisation: NameWeights
    evidence: EvidenceWeights

    @model_validator(mode="after")
    def _ordered(self) -> "ScreeningRules":
        if not self.name_floor <= self.cut_off <= self.review_from:
            raise ValueError("name_floor ≤ cut_off ≤ review_from must hold")
        return self


def logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))


def log_odds(score: float) -> float:
    return math.log(score / (1 - score))
