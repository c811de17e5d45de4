"""The shape of policies/engagement/stages: when a customer stands in which stage."""

from datetime import date
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from backend.core.rulesets import Loaded, Policies, RuleSet, Wording
from backend.customers.models import Stage
from backend.engagement.conditions import Condition

DIRECTORY: Final = "engagement/stages"
COMPUTED: Final = (Stage.CHURNED, Stage.DORMANT, Stage.AT_RISK, Stage.LOYAL, Stage.GROWING, Stage.ACTIVE)
"""Where a rule may put a customer; a customer won back is one who returned from churn, and no rule's doing."""
Days = Annotated[int, Field(gt=0)]


class StageRule(Wording):
    """`code` is the reason that a transition names."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    stage: Stage
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]


class StagePolicy(RuleSet):
    """`rules` in order: the first whose conditions all hold decides the stage, and every later one for the same stage
    that holds too is another reason. Nobody whom no rule moves is anything but `active`, for `otherwise`.

    A customer who returned from churn stays `won_back` for `won_back_days`. A person's correction holds for
    `correction_days` unless a shorter or longer time is given, at most `longest_correction_days`.
    """

    rules: Annotated[tuple[StageRule, ...], Field(min_length=1, max_length=60)]
    otherwise: Wording
    returned: Wording
    won_back_days: Days
    correction_days: Days
    longest_correction_days: Days

    @model_validator(mode="after")
    def _closed(self) -> Self:
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) < len(codes):
            raise ValueError("rules: two rules have the same code")
        if strange := sorted({rule.stage.value for rule in self.rules if rule.stage not in COMPUTED}):
            raise ValueError(f"rules: no rule puts anybody into: {', '.join(strange)}")
        if self.correction_days > self.longest_correction_days:
            raise ValueError("correction_days is longer than longest_correction_days")
        return self

    def words(self, code: str, locale: str) -> str | None:
        known = {rule.code: rule for rule in self.rules} | {OTHERWISE: self.otherwise, RETURNED: self.returned}
        wording = known.get(code)
        return None if wording is None else wording.text(locale)


OTHERWISE: Final = "normal_activity"
RETURNED: Final = "returned"


def stage_policy(policies: Policies, day: date) -> Loaded[StagePolicy]:
    return policies.book(DIRECTORY, StagePolicy).effective(day)
