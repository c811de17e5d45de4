"""Selling as a rule-set (`policies/products/selling`): which mismatch warns, which refuses, and in what words."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from string import Formatter
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from backend.core.errors import NotFound
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.products.definition import ProductKind
from backend.products.suitability.questionnaire import GRADES

DIRECTORY: Final = "products/selling"
RISKS: Final = ("R1", "R2", "R3", "R4", "R5")
ClientGrade = Literal["C1", "C2", "C3", "C4", "C5"]
RiskGrade = Literal["R1", "R2", "R3", "R4", "R5"]


class Effect(StrEnum):
    WARN = "warn"
    REFUSE = "refuse"


FINDINGS: Final[Mapping[str, frozenset[str]]] = {
    "product.not_offered": frozenset({"product"}),
    "product.not_on_sale": frozenset({"product", "state"}),
    "product.under_review": frozenset({"product"}),
    "channel.closed": frozenset({"product", "channel", "channels"}),
    "assessment.missing": frozenset({"product"}),
    "assessment.expired": frozenset({"product", "until"}),
    "grade.lowest": frozenset({"product", "risk", "grade", "suits"}),
    "grade.exceeded": frozenset({"product", "risk", "grade", "suits"}),
    "horizon.short": frozenset({"product", "asked", "has"}),
    "capacity.low": frozenset({"product", "asked", "has"}),
    "knowledge.low": frozenset({"product", "asked", "has"}),
    "market.outside": frozenset({"product", "conditions"}),
    "market.unknown": frozenset({"product", "conditions"}),
    "customer.vulnerable": frozenset({"product"}),
    "customer.noted": frozenset({"product"}),
}
"""Every reason that matching itself can find, and what its text may name. Bars bring reasons of their own."""
_SOLD_NEVER: Final = frozenset(
    {"product.not_offered", "product.not_on_sale", "channel.closed", "assessment.missing", "assessment.expired"}
)
"""Nothing may be sold around these: there is no offer, or no assessment that a sale could refer to."""


class Finding(Part):
    """`insistence`: a warning that only the customer's own declared wish overcomes; `signature`: and only with a second
    person's signature. A refusal has neither."""

    effect: Effect
    wording: Wording
    insistence: bool = False
    signature: bool = False

    @model_validator(mode="after")
    def _refusals_stand(self) -> Self:
        if self.effect is Effect.REFUSE and (self.insistence or self.signature):
            raise ValueError("a refusal is not overcome by insistence or a signature")
        return self


class Insistence(Part):
    """What is read out to a customer who insists, and what she signs."""

    version: int = Field(ge=1)
    wording: Wording


class Needed(Part):
    """The least level that products ask for, by risk grade and by kind; the levels are ordered from the lowest."""

    levels: tuple[str, ...] = Field(min_length=2)
    by_risk: Mapping[RiskGrade, str] = Field(default_factory=dict)
    by_kind: Mapping[ProductKind, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = {*self.by_risk.values(), *self.by_kind.values()}
        if unknown := named - set(self.levels):
            raise ValueError(f"no such level: {', '.join(sorted(unknown))}")
        return self

    def rank(self, risk: str | None, kind: str) -> int:
        """The place of the higher of the two; 0 where nothing is asked for."""
        asked = [self.by_risk.get(risk), self.by_kind.get(kind)]  # type: ignore[call-overload]
        return max((self.levels.index(level) for level in asked if level is not None), default=0)


class SellingRules(RuleSet):
    """`suits`: which risks each grade may buy. Of the grades in `no_override` a higher risk is refused, whatever
    `grade.exceeded` says. `vulnerable_from`: from which risk on a vulnerable customer is looked at twice.
    `amount_for`: of which products a sale says how much; without it nobody could add up what was put at risk."""

    jurisdictions: frozenset[str] = frozenset()
    suits: Mapping[ClientGrade, frozenset[RiskGrade]]
    no_override: frozenset[ClientGrade]
    knowledge: Needed
    capacity: Needed
    vulnerable_from: RiskGrade
    findings: Mapping[str, Finding]
    bars: Mapping[str, Finding]
    insistence: Insistence
    amount_for: frozenset[ProductKind] = frozenset()

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        read = super().model_validate(obj, **options)
        found: list[InitErrorDetails] = [
            {"type": PydanticCustomError("selling", "{said}", {"said": said}), "loc": path, "input": None}
            for path, said in read.problems()
        ]
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return read

    def problems(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for name in FINDINGS.keys() - self.findings.keys():
            yield ("findings",), f"there is no rule for “{name}”"
        for name, finding in self.findings.items():
            if name not in FINDINGS:
                yield ("findings", name), f"matching finds no “{name}”"
                continue
            if name in _SOLD_NEVER and finding.effect is not Effect.REFUSE:
                yield ("findings", name, "effect"), "only a refusal is possible here"
            for locale in ("en", "zh_CN"):
                if strange := _places(getattr(finding.wording, locale)) - FINDINGS[name]:
                    yield ("findings", name, "wording", locale), f"the text cannot name {', '.join(sorted(strange))}"
        yield from self._grades()

    def _grades(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        if missing := set(GRADES) - self.suits.keys():
            yield ("suits",), f"nothing is said of {', '.join(sorted(missing))}"
            return
        for lower, upper in pairwise(GRADES):
            if not self.suits[lower] <= self.suits[upper]:  # type: ignore[index]
                yield ("suits", upper), f"{upper} may buy less than {lower}"
        if GRADES[0] not in self.no_override or self.findings["grade.lowest"].effect is not Effect.REFUSE:
            yield ("no_override",), f"{GRADES[0]} buys what suits it, without override"

    @cached_property
    def vulnerable_risks(self) -> frozenset[str]:
        return frozenset(RISKS[RISKS.index(self.vulnerable_from) :])


class NoSellingRules(NotFound):
    code = "selling.no_rules"
    text = "No rule-set of selling is in force for {jurisdiction} on {day}."


def selling_rules(policies: Policies, day: date, jurisdiction: str) -> Loaded[SellingRules]:
    """The one that names the jurisdiction, or the one for all others. Raises NoSellingRules."""
    covering = [each for each in policies.book(DIRECTORY, SellingRules).versions if each.rules.covers(day)]
    named = [each for each in covering if jurisdiction in each.rules.jurisdictions]
    for found in (*named, *(each for each in covering if not each.rules.jurisdictions)):
        return found
    raise NoSellingRules(jurisdiction=jurisdiction, day=day.isoformat())


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
