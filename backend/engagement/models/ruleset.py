"""The rule-set of models (`policies/engagement/models`): what each is for, what it learns, when the watch calls."""

from datetime import date
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.engagement.models.errors import ModelUnknown
from backend.engagement.models.models import ModelKind

BOOK: Final = "engagement/models"
Share = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
ABOUT: Final = {ModelKind.PROPENSITY: "product", ModelKind.UPLIFT: "playbook"}
"""What a model of a kind is about, where there is one model for each."""


class ChurnRules(Part):
    """Lost is who was inactive for `inactive_months`, holds nothing, or kept at most `balance_left_share` of a balance
    of `least_balance_minor` or more. Learned from customers active within `present_months_inactive`.
    """

    inactive_months: Positive
    balance_left_share: Share
    least_balance_minor: Annotated[int, Field(ge=0)]
    present_months_inactive: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.present_months_inactive >= self.inactive_months:
            raise ValueError("whoever counts as present must not count as lost at once")
        return self


class PurchaseRules(Part):
    """`margin` is the kept share of turnover, `months` how far value looks ahead, `interval` its coverage.

    `prior`: how far the logarithms of the parameters may lie from a plain guess where the data leave them open.
    """

    settling_days: Annotated[int, Field(ge=0, le=366)]
    prior: Annotated[float, Field(gt=0)]
    margin: Share
    months: Annotated[int, Field(ge=1, le=240)]
    annual_discount: Annotated[float, Field(ge=0, lt=1)]
    interval: Annotated[float, Field(gt=0, lt=1)]

    @property
    def monthly_discount(self) -> float:
        return float((1 + self.annual_discount) ** (1 / 12) - 1)


class Span(Part):
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError("low lies below high")
        return self

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


class WatchRules(Part):
    """Bounds of what a run may show before it is the owner's work; outcomes are judged from `least_outcomes` on.

    `effect_breach`: from which change of the average customer's log-odds on a characteristic moves the score.
    """

    psi_breach: Annotated[float, Field(gt=0)]
    characteristic_breach: Annotated[float, Field(gt=0)]
    effect_breach: Annotated[float, Field(gt=0)]
    significance: Share
    auc_fall: Share
    calibration_slope: Span
    forecast_ratio: Span
    least_correlation: Annotated[float, Field(ge=0, lt=1)]
    least_outcomes: Positive


class UpliftRules(Part):
    """What each arm of a playbook must hold before anything is learned from it."""

    least_arm: Positive
    least_outcomes: Positive


class Queues(Part):
    watch: str
    validation: str


class Definition(Part):
    """One line of the inventory in words. A propensity stands for one model a product, uplift for one a playbook."""

    code: str = Field(pattern=r"^[a-z_]+$")
    kind: ModelKind
    tier: Annotated[int, Field(ge=1, le=3)]
    wording: Wording
    purpose: Wording
    use: Wording
    data: Wording
    limits: Wording


class ModelRules(RuleSet):
    horizon_months: Annotated[int, Field(ge=1, le=24)]
    least_rows: Positive
    least_outcomes: Positive
    folds: Annotated[int, Field(ge=2, le=20)]
    seed: int
    most_rows: Positive
    ridges: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)
    churn: ChurnRules
    purchases: PurchaseRules
    uplift: UpliftRules
    keep_days: Positive
    watch: WatchRules
    queues: Queues
    models: tuple[Definition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        codes = [each.code for each in self.models]
        if len(set(codes)) < len(codes):
            raise ValueError("models: a code stands once")
        return self

    def definition(self, code: str) -> Definition:
        """Of `churn`, of `propensity:<product code>`, or of `uplift:<playbook>`. Raises ModelUnknown."""
        name, _, about = code.partition(":")
        found = next((each for each in self.models if each.code == name), None)
        if found is None or (found.kind in ABOUT) != bool(about):
            raise ModelUnknown(field="code", given=code, known=", ".join(self.codes))
        return found

    @property
    def codes(self) -> list[str]:
        return [f"{each.code}:<{ABOUT[each.kind]}>" if each.kind in ABOUT else each.code for each in self.models]


def model_rules(policies: Policies, day: date) -> Loaded[ModelRules]:
    return policies.book(BOOK, ModelRules).effective(day)
