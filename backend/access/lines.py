"""The lines of the policy files, each checked against the closed vocabularies before anything takes effect.

Files are Casbin's CSV: values separated by commas, `#` begins a comment line. A line keeps its file and number, so a
decision can be traced to the words that made it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from casbin.util import key_match

from backend.access.actions import FIELDS, OBJECTS, RIGHTS, Right
from backend.access.errors import PolicyLineInvalid
from backend.access.scopes import Expression, ScopeError

_DOMAIN: Final = re.compile(r"\A(\*|[0-9a-f-]{1,35}\*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")
Effect = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True)
class Raw:
    """One line as written: `kind` is its first value, `values` the rest."""

    file: str
    number: int
    text: str
    kind: str
    values: tuple[str, ...]

    def refuse(self, problem: str) -> PolicyLineInvalid:
        return PolicyLineInvalid(file=self.file, line=self.number, problem=problem)


@dataclass(frozen=True, slots=True)
class Line:
    """A `p` line: what a role may, or may never, do to an object within a scope."""

    file: str
    number: int
    text: str
    role: str
    domain: str
    right: Right
    expression: Expression
    effect: Effect

    def applies(self, tenant_id: UUID | None) -> bool:
        """To everybody, or to this institution by its id or the beginning of it."""
        return self.domain == "*" or (tenant_id is not None and bool(key_match(str(tenant_id), self.domain)))

    @property
    def rule(self) -> tuple[str, ...]:
        """The line as Casbin knows it."""
        return (self.role, self.domain, self.right.object, self.right.action, self.expression.text, self.effect)


def read(file: str, content: str) -> Iterator[Raw]:
    """Raises `PolicyLineInvalid` for brackets, which Casbin's own reader takes for nesting."""
    for number, text in enumerate(content.splitlines(), start=1):
        if text.strip() and not text.startswith("#"):
            kind, *values = (value.strip() for value in text.split(","))
            raw = Raw(file, number, text.strip(), kind, tuple(values))
            if set(text) & set("()[]"):
                raise raw.refuse("brackets are not allowed")
            yield raw


def parse(raw: Raw, roles: frozenset[str]) -> Line:
    match raw.values:
        case role, domain, obj, action, scope, effect:
            pass
        case _:
            raise raw.refuse("a p line has six values: role, tenant, object, action, scope, effect")
    if role not in roles:
        raise raw.refuse(f"there is no role “{role}”")
    if not _DOMAIN.match(domain):
        raise raw.refuse(f"“{domain}” is neither *, nor a tenant's id, nor the beginning of one and *")
    line = Line(
        raw.file, raw.number, raw.text, role, domain, _right(raw, obj, action), _scope(raw, scope), _effect(raw, effect)
    )
    _check_degree(raw, line)
    _check_requirements(raw, line)
    return line


def _right(raw: Raw, obj: str, action: str) -> Right:
    if obj not in OBJECTS:
        raise raw.refuse(f"there is no object “{obj}”")
    if (obj, action) not in RIGHTS:
        raise raw.refuse(f"there is no action “{action}” on {obj}")
    return RIGHTS[obj, action]


def _scope(raw: Raw, text: str) -> Expression:
    try:
        return Expression.parse(text)
    except ScopeError as error:
        raise raw.refuse(str(error)) from error


def _effect(raw: Raw, text: str) -> Effect:
    if text == "allow":
        return "allow"
    if text == "deny":
        return "deny"
    raise raw.refuse(f"the effect is allow or deny, not “{text}”")


def _check_degree(raw: Raw, line: Line) -> None:
    field, degree = FIELDS.get(line.right.object), line.expression.degree
    if field is None:
        if degree is not None:
            raise raw.refuse(f"{line.right.object} is not a field: its scope has no degree")
        return
    if degree is None:
        raise raw.refuse(f"{field.name} is a field: its scope begins with clear@ or mask@")
    if degree == "mask" and field.mask is None:
        raise raw.refuse(f"{field.name} has no mask: it is shown in clear or not at all")
    if degree == "clear" and field.mask is not None and line.effect == "deny":
        raise raw.refuse(f"a denial hides {field.name} altogether: write it with mask@")


def _check_requirements(raw: Raw, line: Line) -> None:
    missing = line.right.requires - {scope.name for scope in line.expression.scopes}
    if missing and line.effect == "allow":
        raise raw.refuse(f"every grant of this right must carry {' and '.join(sorted(missing))}")
