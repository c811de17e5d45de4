"""The rule-set of reviews (`policies/reviews`): what opens one, how deep it goes, when it is due, and if late."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from backend.casework.queues import Within
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.reviews.changes import Sort
from backend.reviews.models import Depth, Outcome, TriggerKind
from risk_models.behaviour import PATTERNS, Limits

DIRECTORY: Final = "reviews"
_DEEPER: Final = tuple(Depth)
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Positive = Annotated[int, Field(ge=1)]


class Level(Part):
    """By level of the rating. `lead_days`: how long before its day a periodic review is opened.

    `restrict_after_days` counts from the day a review was due; None never restricts.
    """

    depth: Depth
    lead_days: int = Field(ge=0, le=180)
    second_person: bool
    straight_through: bool = False
    restrict_after_days: int | None = Field(default=None, ge=0)
    measure: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.restrict_after_days is None) != (self.measure is None):
            raise ValueError("restrict_after_days and measure are given together")
        if self.straight_through and self.second_person:
            raise ValueError("what a second person must sign cannot go straight through")
        return self


class Trigger(Part):
    """`due`: within which office time a review that it opens is to be finished; None for the periodic one, which is due
    on its own day. `depth` is the least it asks for. A `confidential` one is told only to who may know
    compliance facts.
    """

    wording: Wording
    due: Within | None = None
    depth: Depth | None = None
    confidential: bool = False
    priority: int = Field(default=0, ge=0, le=3)


class Question(Part):
    """Asked at the depths and of the kinds of party that it names."""

    wording: Wording
    depths: frozenset[Depth] = Field(min_length=1)
    kinds: frozenset[str] = frozenset({"person", "organisation"})


class Reason(Part):
    wording: Wording
    outcomes: frozenset[Outcome] = Field(min_length=1)


class Measure(Part):
    """What may not be sold: kinds of product, or everything new where `products` is empty."""

    wording: Wording
    products: frozenset[str] = frozenset()


class Information(Part):
    """Asking the customer: by when it is due, and how many days before that people are reminded."""

    due: Within
    remind_days_before: tuple[int, ...] = ()
    items: Mapping[str, Wording] = Field(min_length=1)

    @field_validator("remind_days_before")
    @classmethod
    def _falling(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days), reverse=True):
            raise ValueError("reminders go from the earliest to the last, each day once")
        return days


class Spread(Part):
    """A take-over is told by how many were first rated on one day; their first reviews are spread over the interval.

    `earliest` is the part of the interval, in basis points, before which nobody is called.
    """

    takeover_from: Positive
    earliest: BasisPoints


class Capacity(Part):
    """Minutes of a person's work by depth, and how many minutes a week there are."""

    minutes: Mapping[Depth, Positive]
    minutes_a_week: Positive

    @field_validator("minutes")
    @classmethod
    def _complete(cls, minutes: Mapping[Depth, int]) -> Mapping[Depth, int]:
        if missing := set(Depth) - minutes.keys():
            raise ValueError(f"no minutes for: {', '.join(sorted(missing))}")
        return minutes


class Behaviour(Part):
    """`limits` by currency, in minor units (risk_models.behaviour.Limits); which bookings are cash, and whose doing.

    A pattern is told again only `repeat_days` after it was told last.
    """

    limits: Mapping[str, Mapping[str, int]] = Field(min_length=1)
    cash_operations: frozenset[str] = Field(min_length=1)
    not_own_purposes: frozenset[str]
    repeat_days: Positive
    patterns: frozenset[str]

    @field_validator("patterns")
    @classmethod
    def _known(cls, patterns: frozenset[str]) -> frozenset[str]:
        if unknown := patterns - set(PATTERNS):
            raise ValueError(f"no such pattern: {', '.join(sorted(unknown))}")
        return patterns

    @field_validator("limits")
    @classmethod
    def _readable(cls, limits: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
        for currency, given in limits.items():
            try:
                Limits(**given)
            except TypeError as error:
                raise ValueError(f"{currency}: {error}") from error
        return limits

    def of(self, currency: str) -> Limits | None:
        given = self.limits.get(currency)
        return None if given is None else Limits(**given)


class Queues(Part):
    """Where the work waits."""

    review: str
    information: str
    approval: str


class ReviewRules(RuleSet):
    """`levels` names every level that a rating may have, from the lowest up; `unrated` is how a customer without one is
    treated. `material`: what must not have moved for a review to end by rule.
    """

    levels: Mapping[str, Level] = Field(min_length=1)
    unrated: str
    triggers: Mapping[TriggerKind, Trigger]
    questions: Mapping[str, Question] = Field(min_length=1)
    reasons: Mapping[str, Reason]
    second_person_outcomes: frozenset[Outcome]
    material: frozenset[Sort] = Field(min_length=1)
    measures: Mapping[str, Measure]
    restriction: str
    override_days: Positive
    override_reason: str
    information: Information
    spread: Spread
    capacity: Capacity
    behaviour: Behaviour
    queues: Queues
    note_characters: int = Field(ge=100, le=20_000)

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if missing := set(TriggerKind) - self.triggers.keys():
            raise ValueError(f"no rule for the trigger: {', '.join(sorted(missing))}")
        late = [kind for kind, rule in self.triggers.items() if (rule.due is None) != (kind is TriggerKind.PERIODIC)]
        if late:
            raise ValueError(f"every trigger but the periodic one has a period: {', '.join(sorted(late))}")
        if self.unrated not in self.levels:
            raise ValueError(f"“{self.unrated}” is no level")
        measures = {level.measure for level in self.levels.values()} | {self.restriction}
        if unknown := {name for name in measures if name is not None} - self.measures.keys():
            raise ValueError(f"no such measure: {', '.join(sorted(unknown))}")
        if bare := set(Outcome) - {outcome for reason in self.reasons.values() for outcome in reason.outcomes}:
            raise ValueError(f"no reason for: {', '.join(sorted(bare))}")
        if Outcome.CHANGE_LEVEL not in self.second_person_outcomes:
            raise ValueError("a level is changed by two people: put change_level under second_person_outcomes")
        return self

    def rank(self, code: str | None) -> int:
        known = list(self.levels)
        return known.index(code if code is not None and code in self.levels else self.unrated)

    def level(self, code: str | None) -> Level:
        """A level that the rule-set does not name is treated as an unrated customer is."""
        return self.levels.get(code or self.unrated, self.levels[self.unrated])

    def depth(self, level: str | None, kinds: frozenset[TriggerKind]) -> Depth:
        """The deepest of what the level and the triggers ask for."""
        asked = [self.level(level).depth, *(self.triggers[kind].depth for kind in kinds)]
        return max((depth for depth in asked if depth is not None), key=_DEEPER.index)

    def asked(self, depth: Depth, kind: str) -> tuple[str, ...]:
        """The questions of a review, in the order of the rule-set."""
        fitting = self.questions.items()
        return tuple(code for code, question in fitting if depth in question.depths and kind in question.kinds)

    def allows(self, reason: str, outcome: Outcome) -> bool:
        return reason in self.reasons and outcome in self.reasons[reason].outcomes


def deeper(first: Depth, second: Depth) -> Depth:
    return max(first, second, key=_DEEPER.index)


def review_rules(policies: Policies, on: date) -> Loaded[ReviewRules]:
    return policies.book(DIRECTORY, ReviewRules).effective(on)
