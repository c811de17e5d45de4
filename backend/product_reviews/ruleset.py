"""The rule-set of product reviews (`policies/products/reviews`): how often, what opens one, what a pack rests on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.product_reviews.models import ProductDecision, ProductTrigger
from backend.products.definition import ProductKind
from backend.products.models import ProductRisk
from risk_models.product_review.drift import SERIES
from risk_models.product_review.expected import MEASURES
from risk_models.product_review.parameters import Comparison, Control, Expectation, Parameters
from risk_models.product_review.triggers import Limits

DIRECTORY: Final = "products/reviews"
DIMENSIONS: Final = frozenset({"age_band", "gender", "region", "party_kind", "tenure", "channel"})
"""By which groups of customers a snapshot can be told apart."""
Positive = Annotated[int, Field(ge=1)]
BasisPoints = Annotated[int, Field(ge=0, le=100_000)]


class Frequency(Part):
    """`months` between two reviews; one is opened `lead_days` before its day.

    First reviews of products that were due before they were recorded are spread over `takeover_months`.
    """

    months: Annotated[int, Field(ge=1, le=120)]
    lead_days: Annotated[int, Field(ge=0, le=180)]
    takeover_months: Annotated[int, Field(ge=0, le=120)]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.takeover_months > self.months:
            raise ValueError("a product that was taken over waits no longer than any other")
        return self


class TriggerRule(Part):
    """`due_days` from the moment it is noted until the review is decided; the scheduled one has its own day."""

    wording: Wording
    due_days: Positive
    priority: Annotated[int, Field(ge=0, le=3)] = 0
    by_hand: bool = False


_LATER: Final[Mapping[ProductTrigger, TriggerRule]] = {
    ProductTrigger.LOW_SATISFACTION: TriggerRule(
        wording=Wording(en="Customers are not content", zh_CN="客户满意度偏低"), due_days=30, priority=2
    )
}


class ReasonRule(Part):
    wording: Wording
    decisions: frozenset[ProductDecision] = Field(min_length=1)


class Expected(Part):
    """Per ten thousand, with where the figure comes from."""

    basis_points: BasisPoints
    source: str = Field(min_length=3)


class Watched(Part):
    learn_months: Annotated[int, Field(ge=6, le=60)]
    allowance: Annotated[float, Field(gt=0, le=5)]
    limit: Annotated[float, Field(gt=0, le=50)]
    source: str = Field(min_length=3)


class KindRules(Part):
    """What belongs to products of one kind: bookings that are fees or benefits, ends that are lapses, expectations."""

    fees: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    lapses: tuple[str, ...] = ()
    cancellations: tuple[str, ...] = ()
    expected: Mapping[str, Expected] = {}
    watched: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := self.expected.keys() - MEASURES:
            raise ValueError(f"no such measure: {', '.join(sorted(unknown))}")
        if strange := set(self.watched) - SERIES.keys():
            raise ValueError(f"no such series: {', '.join(sorted(strange))}")
        return self


class Statistics(Part):
    """`outlier_ratio` per ten thousand; `level` of confidence intervals.

    `population` and `comparisons` are among the `dimensions`. How long somebody has been a customer is no population:
    whoever came in the period has not been one for long.
    """

    dimensions: tuple[str, ...] = Field(min_length=1)
    population: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    smallest_group: Annotated[int, Field(ge=3, le=1000)]
    outlier_ratio: Annotated[int, Field(ge=10_000)]
    psi_watch: Annotated[float, Field(gt=0, lt=1)]
    psi_shifted: Annotated[float, Field(gt=0, lt=1)]
    level: Annotated[float, Field(gt=0.5, lt=1)]
    resamples: Annotated[int, Field(ge=200, le=10_000)]
    seed: int
    persistency_months: tuple[int, ...]
    controls: Mapping[str, Watched]
    control_years: Annotated[int, Field(ge=2, le=10)]

    @model_validator(mode="after")
    def _among(self) -> Self:
        if strange := {*self.population, *self.comparisons} - set(self.dimensions):
            raise ValueError(f"not among the dimensions: {', '.join(sorted(strange))}")
        if "tenure" in self.population:
            raise ValueError("new customers always differ from earlier ones in their tenure")
        return self

    @field_validator("dimensions", "population", "comparisons")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - DIMENSIONS:
            raise ValueError(f"no such dimension: {', '.join(sorted(unknown))}")
        return names


class ActionRules(Part):
    """`remind_days_before` from the earliest to the last; an action may be due this many days ahead."""

    remind_days_before: tuple[int, ...]
    longest_days: Positive

    @field_validator("remind_days_before")
    @classmethod
    def _falling(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if list(days) != sorted(set(days), reverse=True):
            raise ValueError("reminders go from the earliest to the last, each day once")
        return days


class ProductReviewRules(RuleSet):
    """`lookback_months` is the period of a pack; `watch_months` how often products are looked at between reviews."""

    frequency: Mapping[ProductRisk, Frequency]
    lookback_months: Annotated[int, Field(ge=3, le=60)]
    triggers: Mapping[ProductTrigger, TriggerRule]
    reasons: Mapping[str, ReasonRule]
    kinds: Mapping[ProductKind, KindRules]
    statistics: Statistics
    outside_share: BasisPoints
    outside_sales: Positive
    spike_complaints: Positive
    spike_ratio: Annotated[int, Field(ge=10_000)]
    recent_months: Positive
    actions: ActionRules
    note_characters: Annotated[int, Field(ge=100, le=20_000)]

    @field_validator("triggers")
    @classmethod
    def _later(cls, given: Mapping[ProductTrigger, TriggerRule]) -> Mapping[ProductTrigger, TriggerRule]:
        """An institution's own rule-set may be older than a trigger."""
        return {**_LATER, **given}

    @model_validator(mode="after")
    def _closed(self) -> Self:
        _all_of("frequency", ProductRisk, self.frequency)
        _all_of("rule for the trigger", ProductTrigger, self.triggers)
        _all_of("rules for products of the kind", ProductKind, self.kinds)
        watched = {each for rule in self.kinds.values() for each in rule.watched}
        _all_of("control", watched, self.statistics.controls)
        if bare := set(ProductDecision) - {each for reason in self.reasons.values() for each in reason.decisions}:
            raise ValueError(f"no reason for: {', '.join(sorted(bare))}")
        return self

    def allows(self, reason: str, decision: ProductDecision) -> bool:
        return reason in self.reasons and decision in self.reasons[reason].decisions

    @property
    def limits(self) -> Limits:
        return Limits(
            self.outside_share, self.outside_sales, self.spike_complaints, self.spike_ratio, self.recent_months
        )

    def parameters(self, kind: ProductKind, until: date) -> Parameters:
        """What a pack of a product of that kind is computed with; controls begin `control_years` before its end."""
        rule, given = self.kinds[kind], self.statistics
        begin = until.replace(year=until.year - given.control_years, day=1).isoformat()
        return Parameters(
            dimensions=given.dimensions,
            population=given.population,
            comparisons=tuple(Comparison(each) for each in given.comparisons),
            fee_purposes=rule.fees,
            benefit_purposes=rule.benefits,
            lapse_reasons=rule.lapses,
            cancel_reasons=rule.cancellations,
            expectations=tuple(
                Expectation(name, each.basis_points, each.source) for name, each in sorted(rule.expected.items())
            ),
            controls=tuple(_control(name, given.controls[name], begin) for name in sorted(rule.watched)),
            smallest_group=given.smallest_group,
            outlier_ratio=given.outlier_ratio,
            psi_watch=given.psi_watch,
            psi_shifted=given.psi_shifted,
            level=given.level,
            resamples=given.resamples,
            seed=given.seed,
            persistency_months=given.persistency_months,
        )


def _all_of(what: str, wanted: Iterable[str], given: Mapping[Any, object]) -> None:
    if missing := {str(each) for each in wanted} - {str(each) for each in given}:
        raise ValueError(f"no {what}: {', '.join(sorted(missing))}")


def _control(name: str, rule: Watched, begin: str) -> Control:
    return Control(name, rule.learn_months, rule.allowance, rule.limit, begin, rule.source)


def product_review_rules(policies: Policies, on: date) -> Loaded[ProductReviewRules]:
    return policies.book(DIRECTORY, ProductReviewRules).effective(on)
