"""Figures of models as the contract says them: measured, watched, and compared with the champion."""

from collections.abc import Sequence
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.engagement.models.words import meaning_words, metric_words, verdict_words
from risk_models.comparison import Contrast


@strawberry.type(description="A figure with its interval; `bound` is what it was held against.")
class ModelMeasure:
    name: str
    words: str
    value: float
    low: float | None
    high: float | None
    bound: str | None
    breach: bool
    meaning: str
    effect: float | None = strawberry.field(
        description="What a characteristic's shift does to the score of the average customer, in log-odds."
    )

    @classmethod
    def of(cls, found: dict[str, Any], locale: str) -> "ModelMeasure":
        told = {"bound": None, "breach": False} | found
        return cls(
            name=str(told["name"]),
            words=metric_words(locale, str(told["name"])),
            value=told["value"],
            low=told["low"],
            high=told["high"],
            bound=told["bound"],
            breach=bool(told["breach"]),
            meaning=meaning_words(locale, told),
            effect=told.get("effect"),
        )


@strawberry.type(description="A picture as a table: roc, lift, calibration or forecast; null where nothing is known.")
class ModelCurve:
    code: str
    columns: list[str]
    rows: list[list[float | None]]

    @classmethod
    def of(cls, code: str, points: Sequence[dict[str, float | None]]) -> "ModelCurve":
        columns = list(points[0]) if points else []
        return cls(code=code, columns=columns, rows=[[point[name] for name in columns] for point in points])


@strawberry.enum(description="OPEN: the interval of the difference holds nothing as well.")
class ModelVerdict(Enum):
    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"
    MIXED = "mixed"


@strawberry.type(description="The same measure of both, on the same customers; `difference` is new less champion.")
class ModelContrast:
    measure: str
    words: str
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    p_value: float | None
    verdict: ModelVerdict


@strawberry.type(description="A version against the champion of the day it was trained; neither had seen the rows.")
class ModelComparison:
    against_id: UUID
    number: int
    customers: int
    outcomes: int | None
    verdict: ModelVerdict
    words: str
    contrasts: list[ModelContrast] = strawberry.field(directives=[Cost(weight=0, size=3)])
    curves: list[ModelCurve] = strawberry.field(directives=[Cost(weight=0, size=2)])

    @classmethod
    def of(cls, found: dict[str, Any], locale: str) -> "ModelComparison":
        contrasts = [Contrast.from_dict(each) for each in found["contrasts"]]
        return cls(
            against_id=UUID(found["against"]),
            number=found["number"],
            customers=found["rows"],
            outcomes=found["outcomes"],
            verdict=ModelVerdict(found["verdict"]),
            words=verdict_words(locale, found["verdict"]),
            contrasts=[_contrast(each, locale) for each in contrasts],
            curves=[ModelCurve.of(code, points) for code, points in found["rocs"].items()],
        )


def _contrast(found: Contrast, locale: str) -> ModelContrast:
    same = ("measure", "champion", "challenger", "difference", "low", "high", "p_value")
    told: dict[str, Any] = {name: getattr(found, name) for name in same}
    return ModelContrast(**told, words=metric_words(locale, found.measure), verdict=ModelVerdict(found.verdict))
