"""How sure the assistant must be, what it does not talk about, how long it takes to meet a person; as data."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.servicing.assistant.reading import Same, synonyms

DIRECTORY: Final = "servicing/assistant"


class Topic(Wording):
    code: str


class Closed(Part):
    """A topic on which only a person may answer; `patterns` are regular expressions, looked for in small letters."""

    code: str
    wording: Wording
    patterns: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{self.code}: “{pattern}” is no regular expression: {error}") from error
        return self

    @cached_property
    def found(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.patterns))


class Confidence(Part):
    """Log-odds that the best article answers: of its score, its lead, and how much of the question it has.

    Fitted by `tenure assistant calibrate` on the articles' own questions, each left out once.
    """

    intercept: float
    score: float
    lead: float
    coverage: float


class Overdue(Part):
    """An article whose day has come is work in `queue`; from `withheld_after_days` on nothing is quoted from it until
    somebody has looked at it. None: it goes on being quoted.
    """

    queue: str
    withheld_after_days: int | None = Field(default=None, ge=0)


class AssistantRules(RuleSet):
    """It answers from a confidence of `answer_from` on, and quotes at most so many `passages`.

    Words of one group of `synonyms` mean the same. `most_characters` of a question, `most_turns` of a conversation
    before a person takes over, in `queue`; conversations of nobody on record are forgotten after `keep_days`.
    """

    confidence: Mapping[str, Confidence]
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]] = {}
    answer_from: float = Field(gt=0, lt=1)
    passages: int = Field(ge=1, le=5)
    most_characters: int = Field(ge=50)
    most_turns: int = Field(ge=1)
    queue: str
    keep_days: int = Field(ge=30)
    review_within_days: int = Field(ge=1)
    overdue: Overdue | None = None
    topics: tuple[Topic, ...] = Field(min_length=1)
    closed: tuple[Closed, ...] = ()

    @model_validator(mode="after")
    def _both_languages(self) -> Self:
        if missing := {"en", "zh_CN"} - self.confidence.keys():
            raise ValueError(f"confidence: nothing for {', '.join(sorted(missing))}")
        return self

    def same(self, locale: str) -> Same:
        return synonyms(self.synonyms.get(locale, ()), locale)

    def looked_at_since(self, day: date) -> date | None:
        """The earliest day of being looked at again that an article may have and be quoted; None for any."""
        if self.overdue is None or self.overdue.withheld_after_days is None:
            return None
        return day - timedelta(days=self.overdue.withheld_after_days)

    def topic(self, code: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.code == code), None)

    def closed_topic(self, code: str | None) -> Closed | None:
        return next((topic for topic in self.closed if topic.code == code), None)


def assistant_rules(policies: Policies, day: date) -> Loaded[AssistantRules]:
    return policies.book(DIRECTORY, AssistantRules).effective(day)
