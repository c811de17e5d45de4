"""What the answers of a period say, counted from the frame alone, with the interval that their number allows: pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

from backend.servicing.feedback.models import SurveyKind
from backend.servicing.feedback.rules import Sentiment, sentiment
from backend.servicing.feedback.ruleset import SCALES, TELEPHONE
from risk_models import satisfaction
from risk_models.estimate import Estimate

DIMENSIONS: Final = ("product_code", "channel", "team", "event", "month")
Asked = tuple[str, int | None]
"""The event of a survey, and its answer."""
_MODELS: Final[Mapping[SurveyKind, Callable[[pd.Series], Estimate]]] = {
    SurveyKind.NPS: satisfaction.nps,
    SurveyKind.CSAT: satisfaction.csat,
    SurveyKind.CES: satisfaction.ces,
}


@dataclass(frozen=True, slots=True)
class Score:
    """NPS from -100 to 100, CSAT in per cent, CES as the mean; `low`..`high` holds it with 95 % confidence, None where
    the answers are too few to say."""

    value: Decimal
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """Of one group. `asked` were sent a survey, `replied` answered one that was sent; `answers` counts also those that
    were taken on the telephone. `distribution` has one number for each answer of the scale, the lowest first."""

    key: str
    asked: int
    replied: int
    answers: int
    score: Score | None
    distribution: tuple[int, ...]
    positive: int
    neutral: int
    negative: int

    @property
    def response(self) -> Decimal | None:
        """Per cent to one decimal place; None of nothing."""
        return None if not self.asked else _rounded(100 * self.replied / self.asked)


@dataclass(frozen=True, slots=True)
class ThemeCount:
    code: str
    mentions: int
    positive: int
    neutral: int
    negative: int


def counted(frame: pd.DataFrame, kind: SurveyKind) -> Result:
    return _result("all", list(zip(frame["event"], frame["score"], strict=True)), kind)


def by(frame: pd.DataFrame, kind: SurveyKind, dimension: str) -> list[Result]:
    """The most answers first; months, by the day of asking, in their order. Without the dimension: an empty key."""
    groups: dict[str, list[Asked]] = defaultdict(list)
    for key, event, score in zip(_keys(frame, dimension), frame["event"], frame["score"], strict=True):
        groups[key].append((event, score))
    found = [_result(name, rows, kind) for name, rows in groups.items()]
    if dimension == "month":
        return sorted(found, key=lambda each: each.key)
    return sorted(found, key=lambda each: (-each.answers, each.key))


def _keys(frame: pd.DataFrame, dimension: str) -> Iterable[str]:
    if dimension == "month":
        return (f"{day:%Y-%m}" for day in frame["sent_on"])
    return (str(value or "") for value in frame[dimension])


def themes(frame: pd.DataFrame, codes: Iterable[str]) -> list[ThemeCount]:
    """The most named first; the sentiment of a mention is that of the answer it stands in."""
    found: dict[str, Counter[Sentiment]] = {code: Counter() for code in codes}
    for kind, score, named in zip(frame["kind"], frame["score"], frame["themes"], strict=True):
        for code in named if score is not None else ():
            found.setdefault(code, Counter())[sentiment(kind, score)] += 1
    counts = [ThemeCount(code, said.total(), *_moods(said)) for code, said in found.items() if said]
    return sorted(counts, key=lambda each: (-each.mentions, each.code))


def _result(key: str, rows: Sequence[Asked], kind: SurveyKind) -> Result:
    scores = [int(score) for _, score in rows if score is not None]
    sent = [score for event, score in rows if event != TELEPHONE]
    given, (lowest, highest) = Counter(scores), SCALES[kind]
    said: Counter[Sentiment] = Counter()
    for score, count in given.items():
        said[sentiment(kind, score)] += count
    return Result(
        key,
        len(sent),
        sum(score is not None for score in sent),
        len(scores),
        scored(kind, scores),
        tuple(given[answer] for answer in range(lowest, highest + 1)),
        *_moods(said),
    )


def scored(kind: SurveyKind, scores: Sequence[int]) -> Score | None:
    """None of no answers."""
    if not scores:
        return None
    found = _MODELS[kind](pd.Series(scores, name="answer", dtype="int64"))
    scale = 100 if kind is SurveyKind.CSAT else 1
    low, high = (None if bound is None else _rounded(scale * bound) for bound in (found.low, found.high))
    return Score(_rounded(scale * found.value), low, high)


def _moods(said: Mapping[Sentiment, int]) -> tuple[int, int, int]:
    return (said[Sentiment.POSITIVE], said[Sentiment.NEUTRAL], said[Sentiment.NEGATIVE])


def _rounded(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.1"))
