"""Scopes: on which records a right holds, each written once and read as Python and as SQL.

A scope is a conjunction of conditions between a fact of the record and an attribute of the actor. A *placing* scope
says where a record must stand (always within the actor's tenant), a *restricting* scope takes records away again; an
expression is one placing scope and any number of restricting ones, `own_book&not_maker`. On a field the expression
begins with a degree: `clear@own_book`, `mask@tenant`.

Truth has three values, as in SQL: None means that a fact is unknown. A grant needs True; a denial needs anything but
False. Unknown facts therefore close the door on both sides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, any_, literal, not_, null
from sqlalchemy import cast as sql_cast

from backend.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one record when a right on it is decided; None is unknown and never opens anything."""

    tenant_id: UUID | None = None
    manager_id: UUID | None = None  # the customer's relationship manager
    team_id: UUID | None = None  # the customer's team
    referred_by: UUID | None = None  # the partner who referred the customer
    owner_id: UUID | None = None  # owner or assignee of the record itself
    maker_id: UUID | None = None  # who made what is to be checked
    deciders: frozenset[UUID] | None = None  # who took the earlier steps of the decision
    subject_id: UUID | None = None  # the staff member or client the record is about
    queue_role: str | None = None  # the role that serves the queue


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeColumns:
    """The same facts as SQL expressions of one SELECT; `deciders` is an array of uuid. None: no such column."""

    tenant_id: ColumnElement[Any] | None = None
    manager_id: ColumnElement[Any] | None = None
    team_id: ColumnElement[Any] | None = None
    referred_by: ColumnElement[Any] | None = None
    owner_id: ColumnElement[Any] | None = None
    maker_id: ColumnElement[Any] | None = None
    deciders: ColumnElement[Any] | None = None
    subject_id: ColumnElement[Any] | None = None
    queue_role: ColumnElement[Any] | None = None


UNKNOWN: Final[ColumnElement[Any]] = sql_cast(null(), Boolean)


class Condition(Protocol):
    def truth(self, actor: Actor, facts: Facts) -> bool | None: ...

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]: ...


@dataclass(frozen=True, slots=True)
class Same:
    """The fact equals the actor's attribute."""

    fact: str
    mine: str

    def truth(self, actor: Actor, facts: Facts) -> bool | None:
        fact, mine = getattr(facts, self.fact), getattr(actor, self.mine)
        return None if fact is None or mine is None else bool(fact == mine)

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        column, mine = getattr(columns, self.fact), getattr(actor, self.mine)
        return UNKNOWN if column is None or mine is None else column == mine


@dataclass(frozen=True, slots=True)
class Other:
    """The fact is known and is not the actor."""

    fact: str

    def truth(self, actor: Actor, facts: Facts) -> bool | None:
        fact = getattr(facts, self.fact)
        return None if fact is None else bool(fact != actor.id)

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        column = getattr(columns, self.fact)
        return UNKNOWN if column is None else column != actor.id


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The actor is not among the persons of the fact; an empty set is known, and nobody is in it."""

    fact: str

    def truth(self, actor: Actor, facts: Facts) -> bool | None:
        people = getattr(facts, self.fact)
        return None if people is None else actor.id not in people

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        column = getattr(columns, self.fact)
        return UNKNOWN if column is None else not_(literal(actor.id) == any_(column))


@dataclass(frozen=True, slots=True)
class Mine:
    """The fact names one of the actor's roles, as granted."""

    fact: str

    def truth(self, actor: Actor, facts: Facts) -> bool | None:
        role = getattr(facts, self.fact)
        return None if role is None or not actor.roles else role in actor.roles

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        column = getattr(columns, self.fact)
        return UNKNOWN if column is None or not actor.roles else column.in_(sorted(actor.roles))


@dataclass(frozen=True, slots=True)
class Conjunction:
    conditions: tuple[Condition, ...]

    def truth(self, actor: Actor, facts: Facts) -> bool | None:
        known: bool | None = True
        for condition in self.conditions:
            truth = condition.truth(actor, facts)
            if truth is False:
                return False
            if truth is None:
                known = None
        return known

    def holds(self, actor: Actor, facts: Facts) -> bool:
        return self.truth(actor, facts) is True

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        """NULL where a fact is unknown: a WHERE, and a NOT within it, then leaves the row out."""
        return and_(*(condition.clause(actor, columns) for condition in self.conditions))


@dataclass(frozen=True, slots=True)
class Scope(Conjunction):
    name: str
    kind: Literal["placing", "restricting"]
    meaning: str


_TENANT: Final = Same("tenant_id", "tenant_id")


def _placing(name: str, meaning: str, *conditions: Condition) -> Scope:
    return Scope((_TENANT, *conditions), name, "placing", meaning)


def _restricting(name: str, meaning: str, *conditions: Condition) -> Scope:
    return Scope(conditions, name, "restricting", meaning)


# From wide to narrow: a wider grant is tried, and named, first.
_SCOPES: Final = (
    _placing("tenant", "the record belongs to your institution"),
    _placing("team", "the customer is looked after by your team", Same("team_id", "team_id")),
    _placing("own_book", "you are the customer's relationship manager", Same("manager_id", "id")),
    _placing("own_referral", "you referred the customer", Same("referred_by", "id")),
    _placing("queue", "the work stands in a queue that your role serves", Mine("queue_role")),
    _placing("own", "the record is yours or is assigned to you", Same("owner_id", "id")),
    _restricting(
        "not_maker",
        "you neither made the record nor decided an earlier step",
        Other("maker_id"),
        NoneOf("deciders"),
    ),
    _restricting("not_self", "the record is not about yourself", Other("subject_id")),
)

SCOPES: Final[Mapping[str, Scope]] = MappingProxyType({scope.name: scope for scope in _SCOPES})
_BREADTH: Final = {name: place for place, name in enumerate(SCOPES)}

Degree = Literal["clear", "mask"]


class ScopeError(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Expression(Conjunction):
    """A parsed scope column of a policy line; `breadth` orders expressions, the widest and clearest first."""

    text: str
    degree: Degree | None
    scopes: tuple[Scope, ...]

    @property
    def breadth(self) -> tuple[bool, int, int]:
        return (self.degree == "mask", _BREADTH[self.scopes[0].name], len(self.scopes))

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """Raises `ScopeError` with the words that follow file and line in the loader's message."""
        head, at, tail = text.partition("@")
        scopes = tuple(_known(name) for name in (tail if at else head).split("&"))
        kinds = [scope.kind for scope in scopes]
        if kinds[0] != "placing" or "placing" in kinds[1:]:
            raise ScopeError(f"“{text}” must be one placing scope followed by restricting ones")
        if len(set(scopes)) < len(scopes):
            raise ScopeError(f"“{text}” names a scope twice")
        return cls(_distinct(scopes), text, _degree(head) if at else None, scopes)


def _known(name: str) -> Scope:
    if name not in SCOPES:
        raise ScopeError(f"there is no scope “{name}” (known: {', '.join(SCOPES)})")
    return SCOPES[name]


def _degree(text: str) -> Degree:
    if text == "clear":
        return "clear"
    if text == "mask":
        return "mask"
    raise ScopeError(f"there is no degree “{text}” (known: clear, mask)")


def _distinct(scopes: Iterable[Scope]) -> tuple[Condition, ...]:
    return tuple(dict.fromkeys(condition for scope in scopes for condition in scope.conditions))
