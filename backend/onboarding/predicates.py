"""Conditions of rules, written as data: tests of one named fact, and all, any, not over them. Nothing is evaluated.

    {fact: age, below: 18}                      {fact: products, in: [loan, card]}
    {fact: party_kind, equals: person}          {missing: region}
    {all: [...]}  {any: [...]}  {not: {...}}    {fact: risk_points, at_least: 60}

A fact that is not known makes only `missing` true. For a fact that is a set, `equals` and `in` ask whether any of its
members is meant. Whole rule-sets share their tests, so each is answered once (`rules.assess`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from backend.onboarding.facts import FACTS, Value

Operator = Literal["equals", "in", "at_least", "below", "missing"]
_OPERATORS: Final[tuple[Operator, ...]] = ("equals", "in", "at_least", "below")


@dataclass(frozen=True, slots=True)
class Test:
    """One question about one fact; the unit that is answered once and reported in `because`."""

    __test__ = False

    fact: str
    operator: Operator
    operand: str | int | bool | tuple[str, ...] | None = None

    def holds(self, value: Value) -> bool:
        if value is None:
            return self.operator == "missing"
        return _ANSWERS[self.operator](value, self.operand)

    def as_json(self, held: bool) -> dict[str, Any]:
        """The test and not the value: a person's age is not written beside the rule it fulfilled."""
        operand = list(self.operand) if isinstance(self.operand, tuple) else self.operand
        return {"fact": self.fact, "operator": self.operator, "operand": operand, "held": held}


Truths = Mapping[Test, bool]


@dataclass(frozen=True, slots=True)
class One:
    test: Test

    def holds(self, truths: Truths) -> bool:
        return truths[self.test]

    def tests(self) -> Iterator[Test]:
        yield self.test

    def grounds(self, truths: Truths) -> Iterator[tuple[Test, bool]]:
        yield self.test, truths[self.test]


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when it has no parts: a rule without a condition always holds."""

    parts: "tuple[Predicate, ...]" = ()

    def holds(self, truths: Truths) -> bool:
        return all(part.holds(truths) for part in self.parts)

    def tests(self) -> Iterator[Test]:
        for part in self.parts:
            yield from part.tests()

    def grounds(self, truths: Truths) -> Iterator[tuple[Test, bool]]:
        decisive = self.parts if self.holds(truths) else [part for part in self.parts if not part.holds(truths)]
        for part in decisive:
            yield from part.grounds(truths)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: "tuple[Predicate, ...]"

    def holds(self, truths: Truths) -> bool:
        return any(part.holds(truths) for part in self.parts)

    def tests(self) -> Iterator[Test]:
        for part in self.parts:
            yield from part.tests()

    def grounds(self, truths: Truths) -> Iterator[tuple[Test, bool]]:
        """Those parts that decided: the true ones when it holds, all of them when it does not."""
        decisive = [part for part in self.parts if part.holds(truths)] or self.parts
        for part in decisive:
            yield from part.grounds(truths)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Predicate"

    def holds(self, truths: Truths) -> bool:
        return not self.part.holds(truths)

    def tests(self) -> Iterator[Test]:
        yield from self.part.tests()

    def grounds(self, truths: Truths) -> Iterator[tuple[Test, bool]]:
        yield from self.part.grounds(truths)


Predicate = One | AllOf | AnyOf | Not
ALWAYS: Final = AllOf()


def parse(data: Any) -> Predicate:
    """Raises ValueError in words that follow the place in the file."""
    if isinstance(data, One | AllOf | AnyOf | Not):
        return data
    if not isinstance(data, dict) or not data:
        raise ValueError(f"a condition is a mapping such as {{fact: age, below: 18}}, not {data!r}")
    if "fact" in data:
        return One(_test(data))
    if len(data) != 1:
        raise ValueError(f"a condition says one thing; this one says {', '.join(map(str, data))}")
    ((word, inner),) = data.items()
    return _compound(str(word), inner)


def _compound(word: str, inner: Any) -> Predicate:
    match word:
        case "all":
            return AllOf(_parts(inner))
        case "any":
            return AnyOf(_parts(inner))
        case "not":
            return Not(parse(inner))
        case "missing":
            return One(Test(_known(inner), "missing"))
    raise ValueError(f"there is no condition “{word}” (known: all, any, not, missing, fact)")


def _parts(inner: Any) -> tuple[Predicate, ...]:
    if not isinstance(inner, list) or not inner:
        raise ValueError("all and any take a list of at least one condition")
    return tuple(parse(part) for part in inner)


def _test(data: dict[str, Any]) -> Test:
    fact = _known(data["fact"])
    operators = [word for word in data if word != "fact"]
    if len(operators) != 1 or operators[0] not in _OPERATORS:
        raise ValueError(f"a test of “{fact}” has one of {', '.join(_OPERATORS)}")
    operator: Operator = operators[0]
    return Test(fact, operator, _operand(fact, operator, data[operator]))


def _operand(fact: str, operator: Operator, given: Any) -> str | int | bool | tuple[str, ...]:
    kind = FACTS[fact].kind
    if operator == "in":
        if kind not in {"text", "set"} or not isinstance(given, list) or not all(isinstance(v, str) for v in given):
            raise ValueError(f"“in” compares “{fact}” with a list of texts; {fact} is a {kind}")
        return tuple(given)
    expected = {"number": int, "flag": bool}.get(kind, str)
    if operator in {"at_least", "below"} and kind != "number":
        raise ValueError(f"“{operator}” compares numbers; {fact} is a {kind}")
    if type(given) is not expected:
        raise ValueError(f"{fact} is a {kind}; {given!r} is not")
    return cast("str | int | bool", given)


def _known(fact: Any) -> str:
    if fact not in FACTS:
        raise ValueError(f"there is no fact “{fact}” (known: {', '.join(FACTS)})")
    return str(fact)


def _equals(value: Value, operand: Any) -> bool:
    return operand in value if isinstance(value, frozenset) else value == operand


def _in(value: Value, operand: Any) -> bool:
    return not value.isdisjoint(operand) if isinstance(value, frozenset) else value in operand


_ANSWERS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    "equals": _equals,
    "in": _in,
    "at_least": lambda value, operand: value >= operand,
    "below": lambda value, operand: value < operand,
    "missing": lambda _value, _operand: False,
}
