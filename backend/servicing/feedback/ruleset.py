"""Which surveys there are, after what they are sent, to how many, how often; and the words that name a theme."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Self

from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.servicing.feedback.errors import SurveyUnknown
from backend.servicing.feedback.models import SurveyKind

SURVEYS: Final = "servicing/surveys"
THEMES: Final = "servicing/themes"
YEARLY: Final = "yearly"
TELEPHONE: Final = "telephone"
"""What a survey is sent after where no event is behind it; the second is never sent, but put by a colleague."""
SCALES: Final[Mapping[SurveyKind, tuple[int, int]]] = {
    SurveyKind.NPS: (0, 10),
    SurveyKind.CSAT: (1, 5),
    SurveyKind.CES: (1, 7),
}
"""Lowest and highest answer, as risk_models.satisfaction counts them."""


class Asked(Part):
    """A survey's words. `edition` rises with them, so that answers to other words are told apart.

    `share` of the events is asked about; an answer of `low` or less is followed up. `purpose` and `template` are what
    the message that carries the link is sent for, and with.
    """

    code: str
    edition: int = Field(ge=1)
    kind: SurveyKind
    events: frozenset[str] = Field(min_length=1)
    share: float = Field(gt=0, le=1)
    wording: Wording
    question: Wording
    lowest: Wording
    highest: Wording
    comment: Wording
    low: int
    purpose: str
    template: str

    @model_validator(mode="after")
    def _within(self) -> Self:
        lowest, highest = SCALES[self.kind]
        if not lowest <= self.low < highest:
            raise ValueError(f"{self.code}: low is an answer from {lowest} to {highest - 1}")
        return self

    @property
    def scale(self) -> range:
        lowest, highest = SCALES[self.kind]
        return range(lowest, highest + 1)


class Caps(Part):
    """At most one survey of any kind in `any_days`, and one of the same kind in `same_days`."""

    any_days: int = Field(ge=1)
    same_days: int = Field(ge=1)


class Concern(Part):
    """When answers about a product are its review's business.

    At least `least` to one survey in the last `days`, and the whole 95 % interval of their score under `below` (NPS
    -100 to 100, CSAT in per cent, CES 1 to 7).
    """

    days: int = Field(ge=1)
    least: int = Field(ge=5)
    below: Mapping[SurveyKind, Decimal] = Field(min_length=1)


class SurveyRules(RuleSet):
    """`valid_days`: how long a link is open. `fresh_days`: nobody is asked about what is longer ago. `yearly_batch`:
    how many customers a run asks at most. `follow_up` is the queue in which a low answer becomes work; that queue's
    rule says by when. Without a `concern` no product is reviewed for what customers answer.
    """

    valid_days: int = Field(ge=1, le=365)
    fresh_days: int = Field(ge=1, le=365)
    longest_comment: int = Field(ge=1, le=10_000)
    yearly_batch: int = Field(ge=1)
    caps: Caps
    follow_up: str
    concern: Concern | None = None
    surveys: tuple[Asked, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        codes = [each.code for each in self.surveys]
        events = [event for each in self.surveys for event in each.events]
        if len(set(codes)) < len(codes) or len(set(events)) < len(events):
            raise ValueError("surveys: a code is one survey's, and an event asks one survey")
        return self

    def after(self, event: str) -> Asked | None:
        return next((each for each in self.surveys if event in each.events), None)

    def named(self, code: str) -> Asked:
        """Raises SurveyUnknown."""
        found = next((each for each in self.surveys if each.code == code), None)
        if found is None:
            known = ", ".join(each.code for each in self.surveys)
            raise SurveyUnknown(field="survey", given=code, known=known)
        return found


class Theme(Wording):
    """`words` by language: English words and phrases, compared by their stems; Chinese ones as they stand."""

    code: str
    words: Mapping[str, tuple[str, ...]]

    @field_validator("words")
    @classmethod
    def _languages(cls, words: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        if set(words) != {"en", "zh_CN"} or not all(words.values()):
            raise ValueError("a theme has words in en and zh_CN")
        return words


class ThemeRules(RuleSet):
    themes: tuple[Theme, ...] = Field(min_length=1)

    def said(self, code: str, locale: str) -> str:
        """A theme that the rule-set no longer has stands for itself."""
        found = next((theme for theme in self.themes if theme.code == code), None)
        return code.replace("_", " ") if found is None else found.text(locale)


def survey_rules(policies: Policies, day: date) -> Loaded[SurveyRules]:
    return policies.book(SURVEYS, SurveyRules).effective(day)


def survey_asked(policies: Policies, sha256: str, code: str) -> Asked:
    """In the words of the rule-set under which it was sent."""
    return policies.book(SURVEYS, SurveyRules).by_hash(sha256).rules.named(code)


def theme_rules(policies: Policies, day: date) -> Loaded[ThemeRules]:
    return policies.book(THEMES, ThemeRules).effective(day)
