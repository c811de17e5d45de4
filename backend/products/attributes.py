"""The names that a target market may use: what kind of fact each is, its values, and where the fact is from."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.products.definition import Code, ProductDefinition
from backend.products.target_market import Condition, TargetMarket

DIRECTORY: Final = "products/attributes"

Sort = Literal["number", "choice", "scale", "flag", "set"]
_OPS: Final = {
    "number": {"at_least", "at_most", "is", "in", "not_in"},
    "choice": {"is", "in", "not_in"},
    "scale": {"at_least", "at_most", "is", "in", "not_in"},
    "flag": {"is"},
    "set": {"is", "in", "not_in"},
}


class Value(Part):
    code: str
    wording: Wording


class Attribute(Part):
    """Of a scale the `values` go from low to high. Without values a choice takes any code (a country, a segment)."""

    sort: Sort
    wording: Wording
    source: str
    values: tuple[Value, ...] = ()
    unit: Wording | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.sort in {"scale", "set"} and not self.values:
            raise ValueError("a scale or a set needs its values")
        if self.sort in {"number", "flag"} and self.values:
            raise ValueError("a number or a flag has no list of values")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(value.code for value in self.values)

    def words(self, value: object, locale: str) -> str:
        found = next((each for each in self.values if each.code == value), None)
        return str(value) if found is None else found.wording.text(locale)


class AttributeRules(RuleSet):
    attributes: dict[Code, Attribute]


def attributes_on(policies: Policies, day: date) -> Loaded[AttributeRules]:
    return policies.book(DIRECTORY, AttributeRules).effective(day)


def complete(definition: ProductDefinition, rules: AttributeRules) -> ProductDefinition:
    """The definition with the scales of its ordered conditions written in. Raises ValueError naming the condition."""
    market = definition.target_market
    done = TargetMarket(
        positive=tuple(_complete(condition, rules) for condition in market.positive),
        negative=tuple(_complete(condition, rules) for condition in market.negative),
    )
    return definition.model_copy(update={"target_market": done})


def _complete(condition: Condition, rules: AttributeRules) -> Condition:
    attribute = rules.attributes.get(condition.fact)
    if attribute is None:
        raise ValueError(f"condition {condition.id}: “{condition.fact}” is no attribute of the list")
    if condition.op not in _OPS[attribute.sort]:
        raise ValueError(f"condition {condition.id}: “{condition.op}” does not fit {condition.fact}")
    if problem := next(_problems(condition, attribute), None):
        raise ValueError(f"condition {condition.id}: {problem}")
    if attribute.sort != "scale" or condition.op not in {"at_least", "at_most"} or condition.scale:
        return condition
    return Condition.model_validate({**condition.model_dump(), "scale": attribute.codes})


def _problems(condition: Condition, attribute: Attribute) -> Iterator[str]:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    for value in values:
        if attribute.sort == "flag" and not isinstance(value, bool):
            yield f"{condition.fact} is true or false"
        if attribute.sort == "number" and (isinstance(value, bool) or not _number(value)):
            yield f"{condition.fact} is a number"
        if attribute.values and value not in (*attribute.codes, *condition.scale):
            yield f"“{value}” is no value of {condition.fact}"


def _number(value: object) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False
