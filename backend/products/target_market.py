"""For whom a product is meant and for whom it is not, answered alike for one customer and for millions.

Truth has three values: a condition whose fact is missing, or is not of a kind that can be compared, is unknown. A
customer is *outside* when a condition of the positive market fails or one of the negative market holds, *unknown* when
none does but some fact is missing, and *inside* otherwise (EBA/GL/2015/18, guideline 3; Directive (EU) 2016/97,
article 25).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final, Literal, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from backend.core.rulesets import Part

Op = Literal["in", "not_in", "at_least", "at_most", "is"]
Scalar = bool | int | Decimal | str
_ORDERED: Final = frozenset({"at_least", "at_most"})


class Place(IntEnum):
    """Where a customer stands; the numbers are the codes of `Market.codes`."""

    INSIDE = 0
    OUTSIDE = 1
    UNKNOWN = 2


class Bilingual(Part):
    """What people read, in both languages."""

    en: str
    zh: str

    def text(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en


class Condition(Part):
    """One comparison of a named fact. A set (needs) is `in` when it shares a member, and `is` when it has the value.

    `scale` are the steps of an ordered fact from low to high; it is kept here, so that an approved definition does not
    change its meaning with the list of attributes.
    """

    id: str
    fact: str
    op: Op
    value: Scalar | tuple[Scalar, ...]
    scale: tuple[str, ...] = ()
    why: Bilingual | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.op in {"in", "not_in"}) != isinstance(self.value, tuple):
            raise ValueError(f"condition {self.id}: “{self.op}” and its value do not fit")
        if self.op in _ORDERED:
            if self.scale or not _step(self.value):
                _threshold(self)
        elif any(isinstance(each, Decimal) for each in _values(self)):
            raise ValueError(f"condition {self.id}: a fraction can only be a limit (at_least, at_most)")
        return self


class TargetMarket(Part):
    positive: tuple[Condition, ...] = ()
    negative: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        ids = [condition.id for condition in (*self.positive, *self.negative)]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"two conditions are called {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a customer is not inside: the condition, its words, and the customer's value (None when it is missing)."""

    condition: str
    why: Bilingual | None
    value: object


@dataclass(frozen=True, slots=True)
class Verdict:
    place: Place
    reasons: tuple[Ground, ...] = ()


Test = Callable[[object], bool | None]
_INSIDE: Final = Verdict(Place.INSIDE)
_NUMBER: Final = re.compile(r"-?\d{1,20}(\.\d{1,10})?")


@dataclass(frozen=True, slots=True)
class _Line:
    condition: Condition
    test: Test
    """True: speaks for the customer; of a negative condition, that it does not hold."""
    negated: bool


@dataclass(frozen=True, slots=True)
class Market:
    """A target market made ready; `verdict` for one customer, `codes` for a frame with a column for each fact."""

    lines: tuple[_Line, ...]

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(line.condition.fact for line in self.lines)

    def verdict(self, facts: Mapping[str, object]) -> Verdict:
        failed: list[Ground] = []
        missing: list[Ground] = []
        for line in self.lines:
            value = facts.get(line.condition.fact)
            held = line.test(value)
            if held is not True:
                ground = Ground(line.condition.id, line.condition.why, value)
                (missing if held is None else failed).append(ground)
        if failed:
            return Verdict(Place.OUTSIDE, tuple(failed))
        return Verdict(Place.UNKNOWN, tuple(missing)) if missing else _INSIDE

    def codes(self, frame: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.int8]]":
        """A Place for each row, the same as `verdict` gives for that row."""
        outside, unknown = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
        for line in self.lines:
            held = _column(line, frame)
            outside |= held == 0
            unknown |= held < 0
        return np.select([outside, unknown], [Place.OUTSIDE, Place.UNKNOWN], Place.INSIDE).astype(np.int8)


def compile(market: TargetMarket) -> Market:  # noqa: A001 - the verb of the contract
    positive = [_Line(condition, _test(condition), negated=False) for condition in market.positive]
    negative = [_Line(condition, _not(_test(condition)), negated=True) for condition in market.negative]
    return Market((*positive, *negative))


def _not(test: Test) -> Test:
    def other(value: object) -> bool | None:
        held = test(value)
        return None if held is None else not held

    return other


def _test(condition: Condition) -> Test:
    if condition.op in _ORDERED:
        return _ordered(condition)
    wanted = frozenset(_key(each) for each in _values(condition))
    wished = condition.op != "not_in"

    def test(value: object) -> bool | None:
        value = _plain(value)
        if value is None:
            return None
        if isinstance(value, frozenset | set | list | tuple):
            return any(_key(each) in wanted for each in value) is wished
        return (_key(value) in wanted) is wished

    return test


def _ordered(condition: Condition) -> Test:
    limit, steps = _threshold(condition), {step: place for place, step in enumerate(condition.scale)}
    least = condition.op == "at_least"

    def test(value: object) -> bool | None:
        value = _plain(value)
        if steps:
            value = steps.get(value) if isinstance(value, str) else None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        return bool(value >= limit if least else value <= limit)

    return test


def _threshold(condition: Condition) -> int | Decimal:
    """The limit as a number, or as a place on the scale; a text that is a number is how JSON keeps a fraction."""
    value = condition.value
    if condition.scale:
        if not isinstance(value, str) or value not in condition.scale:
            raise ValueError(f"condition {condition.id}: {value!r} is no step of its scale")
        return condition.scale.index(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise ValueError(f"condition {condition.id}: “{condition.op}” needs a number")
    return value


def _step(value: object) -> bool:
    """The step of a scale that is still to be written in (backend.products.attributes)."""
    return isinstance(value, str) and _NUMBER.fullmatch(value) is None


def _values(condition: Condition) -> Iterable[Scalar]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _key(value: object) -> tuple[bool, object]:
    """True is not 1 here, and a text is never a number."""
    return isinstance(value, bool), value


def _plain(value: object) -> object:
    """A value as Python has it; what pandas and numpy write for nothing is None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    return None if isinstance(value, Decimal) and value.is_nan() else value


def _column(line: _Line, frame: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.int8]]":
    """1 where the line speaks for the customer, 0 where it speaks against, -1 where the fact is missing."""
    name = line.condition.fact
    if name not in frame:
        return np.full(len(frame), -1, dtype=np.int8)
    if line.condition.op in _ORDERED and not line.condition.scale and frame[name].dtype.kind in "iuf":
        return _compared(line, frame[name].to_numpy())
    codes, uniques = pd.factorize(frame[name].map(_hashable) if frame[name].dtype == object else frame[name])
    answers = [_code(line.test(each)) for each in uniques]
    return np.array([*answers, _code(line.test(None))], dtype=np.int8)[codes]


def _compared(line: _Line, values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, np.dtype[np.int8]]":
    """A decimal limit lies between two floats: the one that is still allowed is compared with."""
    limit, least = _threshold(line.condition), line.condition.op == "at_least"
    if values.dtype.kind == "f":
        near = values.dtype.type(float(limit))
        if Decimal(float(near)) < limit if least else Decimal(float(near)) > limit:
            near = np.nextafter(near, near.dtype.type(math.inf if least else -math.inf))
    else:
        near = math.ceil(limit) if least else math.floor(limit)
    held = values >= near if least else values <= near
    held = ~held if line.negated else held
    return np.where(pd.isna(values), -1, held).astype(np.int8)


def _hashable(value: object) -> object:
    return frozenset(value) if isinstance(value, list | set | tuple | np.ndarray) else value


def _code(held: bool | None) -> int:
    return -1 if held is None else int(held)
