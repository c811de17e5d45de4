"""What the assistant does with a question: answer, refuse, or say that it is not sure. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.servicing.assistant.models import Outcome
from backend.servicing.assistant.reading import plain
from backend.servicing.assistant.retrieval import Hit
from backend.servicing.assistant.ruleset import AssistantRules, Closed

_NUMBER: Final = re.compile(r"\d[\d.,]*")
_CITED: Final = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Decision:
    """`paragraphs` of the hit's article are quoted, the best first; `near` are articles that could have been meant."""

    outcome: Outcome
    confidence: float
    hit: Hit | None = None
    paragraphs: tuple[int, ...] = ()
    topic: str | None = None
    near: tuple[Hit, ...] = ()


def closed_topic(under: AssistantRules, question: str) -> Closed | None:
    """The first topic, in the order of the rule-set, of which the question speaks."""
    text = plain(question)
    return next((topic for topic in under.closed if topic.found.search(text)), None)


def confidence(under: AssistantRules, locale: str, hit: Hit) -> float:
    fitted = under.confidence[locale]
    odds = fitted.intercept + fitted.score * hit.score + fitted.lead * hit.lead + fitted.coverage * hit.coverage
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def decide(under: AssistantRules, locale: str, question: str, hits: Sequence[Hit]) -> Decision:
    """Refused topics first: being sure is no reason to talk about them."""
    closed = closed_topic(under, question)
    if closed is not None:
        return Decision(Outcome.REFUSED, 0.0, topic=closed.code)
    if not hits:
        return Decision(Outcome.UNSURE, 0.0)
    best = hits[0]
    sure = confidence(under, locale, best)
    if sure < under.answer_from:
        return Decision(Outcome.UNSURE, sure, near=tuple(hits[:3]))
    quoted = tuple(sorted(best.paragraphs[: under.passages]))
    return Decision(Outcome.ANSWERED, sure, best, quoted)


def faithful(wording: str, passages: Sequence[str]) -> bool:
    """Whether another wording cites passages, says no figure that they do not say, and is at most twice as long."""
    said = _CITED.sub(" ", wording)
    short = len(said) <= 2 * sum(map(len, passages))
    return short and _cites(wording, len(passages)) and _figures(said) <= set().union(*map(_figures, passages))


def _cites(wording: str, passages: int) -> bool:
    """Every paragraph names by number at least one of the quoted passages, and no other."""
    lines = [line for line in wording.splitlines() if line.strip()]
    named = [{int(number) for number in _CITED.findall(line)} for line in lines]
    return bool(named) and all(each and each <= set(range(1, passages + 1)) for each in named)


def _figures(text: str) -> set[str]:
    return {number.strip(".,") for number in _NUMBER.findall(text)}
