"""The rule-sets of screening in service: `policies/screening/lists` beside the weights of `policies/screening`."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from backend.access.context import Context
from backend.core.rulesets import Loaded, Part, RuleSet, Wording
from backend.customers.models import RelationshipKind
from backend.screening.lists.formats import FORMATS
from backend.screening.matching.rules import ScreeningRules
from backend.screening.models import ListKind

Answer = Literal["passed", "referred", "failed"]
Days = Annotated[int, Field(ge=1, le=3650)]
LISTS: Final = "screening/lists"
NAMES: Final = "screening"


class Publication(Part):
    kind: ListKind
    format: str
    name: Wording

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.format not in FORMATS:
            raise ValueError(f"unknown format {self.format}; known are {', '.join(FORMATS)}")
        return self


class ListRules(RuleSet):
    """`most_removed_share` of the entries, but at least `least_removed` of them, may go without being confirmed."""

    most_removed_share: Annotated[float, Field(ge=0, le=1)]
    least_removed: Annotated[int, Field(ge=0)]
    max_age_days: dict[ListKind, Days]
    true_match: dict[ListKind, Answer]
    inconclusive: Answer
    related: tuple[RelationshipKind, ...]
    publications: dict[str, Publication]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, table in (("max_age_days", self.max_age_days), ("true_match", self.true_match)):
            missing = set(ListKind) - table.keys()
            if missing:
                raise ValueError(f"{name}: {', '.join(sorted(missing))} missing")
        return self

    def suspicious(self, entries: int, removed: int) -> bool:
        return removed > max(self.least_removed, self.most_removed_share * entries)


def list_rules(ctx: Context) -> Loaded[ListRules]:
    return ctx.policies.book(LISTS, ListRules).effective(ctx.now.date())


def name_rules(ctx: Context) -> Loaded[ScreeningRules]:
    return ctx.policies.book(NAMES, ScreeningRules).effective(ctx.now.date())
