"""Products whose customers are not content, as far as the number of answers lets that be said: pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from backend.servicing.feedback.models import SurveyKind
from backend.servicing.feedback.ruleset import Concern
from backend.servicing.feedback.statistics import Score, scored


@dataclass(frozen=True, slots=True)
class Concerned:
    """What one survey says of one product: `answers` of them, and that the whole interval lies under `below`."""

    product_code: str
    survey: str
    kind: SurveyKind
    answers: int
    score: Score
    below: Decimal


def concerned(rule: Concern, answers: Iterable[tuple[str, str, str, int]]) -> list[Concerned]:
    """`answers` are product, survey, kind and score; by product and survey."""
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for product, survey, kind, score in answers:
        groups[product, survey, kind].append(score)
    found = (_weighed(rule, *key, scores) for key, scores in sorted(groups.items()))
    return [each for each in found if each is not None]


def _weighed(rule: Concern, product: str, survey: str, kind: str, scores: list[int]) -> Concerned | None:
    measured, below = SurveyKind(kind), rule.below.get(SurveyKind(kind))
    if below is None or len(scores) < rule.least:
        return None
    score = scored(measured, scores)
    if score is None or score.high is None or score.high >= below:
        return None
    return Concerned(product, survey, measured, len(scores), score, below)
