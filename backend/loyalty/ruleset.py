"""The programme as data: what earns points, what they buy, when they expire, tiers, care plans, and what they cost."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

DIRECTORY: Final = "loyalty/programme"


class Word(Wording):
    code: str


class Automatic(Part):
    """What earns by itself, without anybody booking it.

    spend: payments of a month by `operations`, less what `returns` gave back; premium: of a month; product: a contract
    that was concluded; anniversary, referral (once the friend is active), survey: each time. A month is looked at
    `settle_days` after its end.
    """

    of: Literal["spend", "premium", "product", "anniversary", "referral", "survey"]
    operations: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    settle_days: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _spent(self) -> Self:
        if (self.of == "spend") != bool(self.operations):
            raise ValueError("operations are named for spend, and for nothing else")
        return self


class EarnRule(Word):
    """Either `points` for every full `per` of money, in the currencies named, or `points` each time.

    `products` it is for, all when empty; `most_a_month` caps what one member earns by it in a calendar month;
    `multiplied` lets the tier's multiplier count; `by` says what earns without being booked by somebody.
    """

    points: int = Field(ge=1)
    per: Mapping[str, Decimal] = {}
    products: frozenset[str] = frozenset()
    most_a_month: int | None = Field(default=None, ge=1)
    multiplied: bool = False
    by: Automatic | None = None

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if any(amount <= 0 for amount in self.per.values()):
            raise ValueError(f"{self.code}: points are earned for more than nothing")
        return self


class Reward(Word):
    """What points buy: at least `least`, in steps of `step`."""

    least: int = Field(ge=1)
    step: int = Field(default=1, ge=1)


class Tier(Word):
    """From `threshold` qualifying points on; `benefits` are told to the member, `care` names a plan."""

    threshold: int = Field(ge=0)
    multiplier: Decimal = Field(default=Decimal(1), ge=1)
    benefits: tuple[Wording, ...] = ()
    care: str | None = None


class CareStep(Word):
    """`kind` contact: somebody speaks with the customer; task: somebody does something for them, once or again."""

    kind: Literal["contact", "task"]
    first_after_days: int = Field(ge=0)
    every_days: int | None = Field(default=None, ge=1)


class CarePlan(Word):
    steps: tuple[CareStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        codes = [step.code for step in self.steps]
        if len(set(codes)) < len(codes):
            raise ValueError(f"{self.code}: a step stands once in a plan")
        return self

    def step(self, code: str) -> CareStep | None:
        return next((step for step in self.steps if step.code == code), None)


class Breakage(Part):
    """The share of points that will never be spent.

    Read off what matured in the last `months` when that were at least `least_points`; `assumed` until then.
    """

    assumed: Decimal = Field(ge=0, le=1)
    months: int = Field(ge=1)
    least_points: int = Field(ge=1)


class Programme(RuleSet):
    wording: Wording
    purpose: str
    text_version: int = Field(ge=1)
    rounding: Literal["down", "half_up"]
    expiry_months: int = Field(ge=1)
    restored_days: int = Field(ge=0)
    latest_entry_days: int = Field(ge=0)
    automatic_months: int = Field(default=3, ge=1, le=24)
    earning: tuple[EarnRule, ...] = Field(min_length=1)
    rewards: tuple[Reward, ...] = Field(min_length=1)
    reversals: tuple[Word, ...] = Field(min_length=1)
    tier_window_months: int = Field(ge=1)
    tier_holds_months: int = Field(ge=0)
    tiers: tuple[Tier, ...] = Field(min_length=1)
    care_plans: tuple[CarePlan, ...] = ()
    point_value: Mapping[str, Decimal]
    breakage: Breakage

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.tiers[0].threshold != 0:
            raise ValueError("tiers: the first begins at no points, so that every member has one")
        if any(first.threshold >= second.threshold for first, second in pairwise(self.tiers)):
            raise ValueError("tiers: each begins above the one before")
        plans = {plan.code for plan in self.care_plans}
        if unknown := {tier.care for tier in self.tiers if tier.care} - plans:
            raise ValueError(f"tiers: no such care plan: {', '.join(sorted(unknown))}")
        if any(value <= 0 for value in self.point_value.values()):
            raise ValueError("point_value: a point is worth something")
        return self

    def earn_rule(self, code: str) -> EarnRule | None:
        return next((rule for rule in self.earning if rule.code == code), None)

    def reward(self, code: str) -> Reward | None:
        return next((reward for reward in self.rewards if reward.code == code), None)

    def tier(self, code: str) -> Tier | None:
        return next((tier for tier in self.tiers if tier.code == code), None)

    def plan(self, code: str | None) -> CarePlan | None:
        return next((plan for plan in self.care_plans if plan.code == code), None)

    def said(self, code: str, locale: str) -> str:
        """Any word of the programme in the reader's language; one that it no longer has stands for itself."""
        words: tuple[Word, ...] = (*self.earning, *self.rewards, *self.reversals, *self.tiers, *self.care_plans)
        steps = tuple(step for plan in self.care_plans for step in plan.steps)
        found = next((word for word in (*words, *steps) if word.code == code), None)
        return code.replace("_", " ") if found is None else found.text(locale)


def programme(policies: Policies, day: date) -> Loaded[Programme]:
    return policies.book(DIRECTORY, Programme).effective(day)
