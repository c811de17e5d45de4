"""Which personal fields an actor sees, and how: in clear, masked, or not at all.

A query asks once for a plan: it names the columns worth reading (a hidden column is not selected) and then answers,
row by row, from the few scopes that occur in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Self

from backend.access.actions import FIELDS
from backend.access.index import Decision, Index, Rights
from backend.access.masking import Value
from backend.access.scopes import Conjunction, Facts
from backend.core.actor import Actor


class Visibility(IntEnum):
    HIDDEN = 0
    MASK = 1
    CLEAR = 2

    @classmethod
    def of(cls, decision: Decision) -> "Visibility":
        if not decision.allowed or decision.line is None:
            return cls.HIDDEN
        return cls.CLEAR if decision.line.expression.degree == "clear" else cls.MASK


def show(name: str, value: Value | None, visibility: Visibility) -> Value | None:
    """What may leave the house of one field's value; absence stays absence where the field is visible at all."""
    if value is None or visibility is Visibility.HIDDEN:
        return None
    if visibility is Visibility.CLEAR:
        return value
    mask = FIELDS[name].mask
    return None if mask is None else mask(value)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """For one actor and request. `best` is what each field can be at most on any record; rows are judged by `of`."""

    actor: Actor
    best: Mapping[str, Visibility]
    _rights: Mapping[str, Rights]
    _scopes: tuple[Conjunction, ...]
    _answers: dict[tuple[bool | None, ...], Mapping[str, Visibility]] = field(default_factory=dict, compare=False)

    @classmethod
    def make(cls, index: Index, actor: Actor, obj: str, fields: Iterable[str]) -> Self:
        rights = {name: index.rights(actor, "view", f"{obj}.{name}") for name in fields}
        lines = (line for right in rights.values() for line, _ in (*right.allow, *right.deny))
        scopes = tuple({line.expression.conditions: line.expression for line in lines}.values())
        return cls(actor, MappingProxyType({name: _best(right) for name, right in rights.items()}), rights, scopes)

    @property
    def selected(self) -> frozenset[str]:
        """The fields worth reading: the rest is hidden on every record."""
        return frozenset(name for name, best in self.best.items() if best is not Visibility.HIDDEN)

    @property
    def clear(self) -> frozenset[str]:
        """The fields that may be in clear on some record."""
        return frozenset(name for name, best in self.best.items() if best is Visibility.CLEAR)

    def of(self, facts: Facts) -> Mapping[str, Visibility]:
        """Each distinct scope of the plan is tested once; fields that share its outcome share the answer."""
        pattern = tuple(scope.truth(self.actor, facts) for scope in self._scopes)
        if pattern not in self._answers:
            decided = {name: Visibility.of(right.decide(self.actor, facts)) for name, right in self._rights.items()}
            self._answers[pattern] = MappingProxyType(decided)
        return self._answers[pattern]


def _best(rights: Rights) -> Visibility:
    """A denial without further condition than the tenant leaves nothing to hope for."""
    if any(line.expression.text.endswith("@tenant") for line, _ in rights.deny):
        return Visibility.HIDDEN
    return max((Visibility.of(decision) for _, decision in rights.allow), default=Visibility.HIDDEN)
