"""The compiled index: what Casbin says about every role, arranged so that a decision takes microseconds.

Casbin is asked once, at load, for each role's own and inherited rules. The index keeps them per role, merges them per
set of roles on first use, and then answers from one dict: first the denials, of which any that holds or might hold
refuses, then the grants, of which one must hold. A test asks Casbin's own enforcer for every role, object, action and
scope and finds no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, not_, or_

from backend.access.actions import RIGHTS
from backend.access.client_scopes import covers
from backend.access.errors import UnknownRightError
from backend.access.lines import Line
from backend.access.roles import Role
from backend.access.scopes import Facts, ScopeColumns
from backend.core.actor import Actor, ActorType

_KEPT_ROLE_SETS = 4096


@dataclass(frozen=True, slots=True)
class Decision:
    """`scope` and `line` are those that decided; both None when no line speaks of the right at all or none holds."""

    allowed: bool
    scope: str | None
    line: Line | None


REFUSED = Decision(allowed=False, scope=None, line=None)


@dataclass(frozen=True, slots=True)
class Rights:
    """Grants and denials of one right for one set of roles, the widest grant first."""

    allow: tuple[tuple[Line, Decision], ...]
    deny: tuple[tuple[Line, Decision], ...]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Rights":
        ordered = sorted(set(lines), key=lambda line: (line.expression.breadth, line.file, line.number))
        pairs = [(line, Decision(line.effect == "allow", line.expression.text, line)) for line in ordered]
        return cls(
            tuple(pair for pair in pairs if pair[0].effect == "allow"),
            tuple(pair for pair in pairs if pair[0].effect == "deny"),
        )

    def decide(self, actor: Actor, facts: Facts) -> Decision:
        for line, decision in self.deny:
            if line.expression.truth(actor, facts) is not False:
                return decision
        for line, decision in self.allow:
            if line.expression.truth(actor, facts) is True:
                return decision
        return REFUSED

    def clause(self, actor: Actor, columns: ScopeColumns) -> ColumnElement[bool]:
        """The same decision as a condition of a WHERE: a row of which the needed facts are NULL is left out."""
        if not self.allow:
            return false()
        granted = or_(*(line.expression.clause(actor, columns) for line, _ in self.allow))
        return and_(granted, *(not_(line.expression.clause(actor, columns)) for line, _ in self.deny))


_NOTHING = Rights((), ())


class Index:
    """Immutable; safe to share between threads and tasks."""

    def __init__(self, roles: Mapping[str, Role], rules: Mapping[str, tuple[Line, ...]]) -> None:
        self._roles = roles
        self._rules = MappingProxyType(dict(rules))
        self._by_tenant = any(line.domain != "*" for lines in rules.values() for line in lines)
        self._merged = lru_cache(maxsize=_KEPT_ROLE_SETS)(self._merge)

    def rights(self, actor: Actor, action: str, obj: str) -> Rights:
        """Raises `UnknownRightError` for a name outside the vocabulary.

        Roles that nobody declared, or that are meant for another kind of actor, give nothing.
        """
        merged = self._merged(actor.roles, actor.type, actor.tenant_id if self._by_tenant else None)
        try:
            found = merged[obj, action]
        except KeyError:
            raise UnknownRightError(action=action, object=obj) from None
        return found if actor.scope is None or covers(actor.scope, action, obj) else _NOTHING

    def _merge(
        self, names: frozenset[str], actor_type: ActorType, tenant_id: UUID | None
    ) -> Mapping[tuple[str, str], Rights]:
        lines: dict[tuple[str, str], list[Line]] = {key: [] for key in RIGHTS}
        for name in names:
            role = self._roles.get(name)
            if role is None or role.actor_type != actor_type:
                continue
            for line in self._rules[name]:
                if line.applies(tenant_id):
                    lines[line.right.object, line.right.action].append(line)
        return MappingProxyType({key: Rights.of(found) for key, found in lines.items()})
