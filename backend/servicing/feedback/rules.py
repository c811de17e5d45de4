"""Who is asked, what an answer means, and which themes its words name: pure."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from uuid import UUID

from backend.servicing.feedback.errors import CommentTooLong, ScoreInvalid
from backend.servicing.feedback.models import SurveyKind
from backend.servicing.feedback.ruleset import Asked, Caps, SurveyRules, Theme

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ENDINGS: Final = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""), ("e", ""))
_SHORTEST_STEM: Final = 3
_SPAN: Final = 2**64
_BANDS: Final = {SurveyKind.NPS: (6, 9), SurveyKind.CSAT: (2, 4), SurveyKind.CES: (3, 5)}
"""The highest negative and the lowest positive answer: detractors and promoters; the top two boxes; easy, not hard."""


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


def sampled(survey: Asked, about_id: UUID) -> bool:
    """Whether this event is asked about: always the same answer for the same event."""
    digest = hashlib.sha256(f"{survey.code}:{about_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < survey.share * _SPAN


def fresh(under: SurveyRules, happened_at: datetime, now: datetime) -> bool:
    return happened_at > now - timedelta(days=under.fresh_days)


def capped(caps: Caps, code: str, earlier: Iterable[tuple[str, datetime]], now: datetime) -> bool:
    """Whether the customer was asked too lately; `earlier` are code and time of the surveys sent before."""
    return any(
        sent > now - timedelta(days=caps.any_days) or (asked == code and sent > now - timedelta(days=caps.same_days))
        for asked, sent in earlier
    )


def still_tells(caps: Caps, sent_at: datetime, now: datetime) -> bool:
    """Whether an answer is one to what was asked then: until the same may be asked again, which is then the way."""
    return sent_at > now - timedelta(days=caps.same_days)


def checked(survey: Asked, score: int | None, comment: str | None, longest: int) -> tuple[int, str | None]:
    """Raises ScoreInvalid, CommentTooLong."""
    if score is None or score not in survey.scale:
        raise ScoreInvalid(field="score", lowest=survey.scale[0], highest=survey.scale[-1])
    clean = (comment or "").strip() or None
    if clean is not None and len(clean) > longest:
        raise CommentTooLong(field="comment", most=longest)
    return score, clean


def is_low(survey: Asked, score: int) -> bool:
    return score <= survey.low


def sentiment(kind: str, score: int) -> Sentiment:
    negative, positive = _BANDS[SurveyKind(kind)]
    if score <= negative:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if score >= positive else Sentiment.NEUTRAL


def themes(text: str | None, known: Sequence[Theme]) -> list[str]:
    """Codes in the order of the rule-set; a phrase is named where its stems stand one after the other."""
    if not text:
        return []
    stems = f" {' '.join(_stems(text))} "
    return [theme.code for theme in known if _named(theme, text, stems)]


def _named(theme: Theme, text: str, stems: str) -> bool:
    english = any(_phrase(phrase) in stems for phrase in theme.words["en"])
    return english or any(phrase in text for phrase in theme.words["zh_CN"])


@lru_cache(maxsize=4096)
def _phrase(words: str) -> str:
    return f" {' '.join(_stems(words))} "


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower().replace("’", "'"))]


def stem(word: str) -> str:
    """Roughly: waited, waiting, waits and wait are one; fees and fee; delays and delayed."""
    bare = word.split("'", maxsplit=1)[0]
    for ending, instead in _ENDINGS:
        kept = bare.removesuffix(ending)
        if kept != bare and len(kept) >= _SHORTEST_STEM and not bare.endswith("ss"):
            return _single(kept + instead)
    return bare


def _single(word: str) -> str:
    """A consonant doubled before an ending: stopped, stop; but calling, call."""
    doubled = len(word) > _SHORTEST_STEM + 1 and word[-1] == word[-2] and word[-1] not in "aeious"
    return word[:-1] if doubled else word
