"""What a set of roles may do in the end: grants without those that a wider one covers, and without what is denied."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from backend.access.actions import RIGHTS, Right
from backend.access.lines import Line
from backend.access.policy import AccessPolicy
from backend.access.scopes import Expression
from backend.core.actor import ActorType
from backend.governance.documents import Words, words

Sign = Literal["gains", "loses"]

# A scope as others are told of it; `backend.access.scopes` words it for the person who asks.
PLACES: Final = {
    "tenant": "everywhere in the institution",
    "team": "for customers of the own team",
    "own_book": "for customers of the own book",
    "own_referral": "for customers they referred",
    "queue": "in the queues of the role",
    "own": "for records of their own or assigned to them",
    "not_maker": "made by somebody else",
    "not_self": "about somebody else",
}
_PLAIN: Final = "{right}: {scope}"
_CLEAR: Final = "{right}, in clear: {scope}"
_MASKED: Final = "{right}, masked: {scope}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right within a scope; two lines that say the same are one grant."""

    object: str
    action: str
    scope: str

    @property
    def right(self) -> Right:
        return RIGHTS[self.object, self.action]

    def words(self) -> Words:
        expression = Expression.parse(self.scope)
        template = {None: _PLAIN, "clear": _CLEAR, "mask": _MASKED}[expression.degree]
        return words(template, right=words(self.right.meaning), scope=_scope(expression))


def _scope(expression: Expression) -> Words:
    known = [scope.name for scope in expression.scopes]
    first, *others = (words(PLACES.get(name, name)) for name in known)
    whole = first
    for other in others:
        whole = words("{one}, {other}", one=whole, other=other)
    return whole


def grants(
    policy: AccessPolicy, roles: Iterable[str], actor_type: ActorType, tenant_id: UUID | None
) -> frozenset[Grant]:
    """Everything the roles give together in an institution, inherited rights included."""
    known = (policy.roles.known[name] for name in roles if name in policy.roles.known)
    held = {base for role in known if role.actor_type == actor_type for base in role.inherits}
    by_right: dict[Right, list[Line]] = {}
    for line in policy.lines:
        if line.role in held and line.applies(tenant_id):
            by_right.setdefault(line.right, []).append(line)
    return frozenset(grant for right, lines in by_right.items() for grant in _effective(right, lines))


def _effective(right: Right, lines: Iterable[Line]) -> Iterable[Grant]:
    given = {line.expression for line in lines if line.effect == "allow"}
    denied = [line.expression for line in lines if line.effect == "deny"]
    for one in given:
        covered = any(other is not one and _covers(other, one) for other in given)
        if not covered and not any(_within(one, denial) for denial in denied):
            yield Grant(right.object, right.action, one.text)


def _covers(wide: Expression, narrow: Expression) -> bool:
    if not _within(narrow, wide) or wide.degree not in {narrow.degree, "clear"}:
        return False
    alike = set(wide.conditions) == set(narrow.conditions) and wide.degree == narrow.degree
    return wide.text < narrow.text if alike else True


def _within(narrow: Expression, wide: Expression) -> bool:
    """Each condition of the wider one is among those of the narrower: whatever fits the latter fits the former."""
    return set(wide.conditions) <= set(narrow.conditions)


def gained(before: frozenset[Grant], after: frozenset[Grant]) -> frozenset[Grant]:
    """What `after` gives that nothing of `before` covers."""
    return frozenset(grant for grant in after if not any(_includes(other, grant) for other in before))


def _includes(wide: Grant, narrow: Grant) -> bool:
    if (wide.object, wide.action) != (narrow.object, narrow.action):
        return False
    return wide.scope == narrow.scope or _covers(Expression.parse(wide.scope), Expression.parse(narrow.scope))
