"""The access policy: loaded from `policies/access/`, frozen, known by its SHA-256.

Every question has the same order: who (`actor`), what (`action`), on what (`obj`), of which record (`facts` or
`columns`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

import casbin
from casbin.persist.adapters.string_adapter import StringAdapter
from sqlalchemy import ColumnElement

from backend.access import roles as role_lines
from backend.access.actions import RIGHTS
from backend.access.errors import NotAllowed, PolicyLineInvalid, UnknownRightError
from backend.access.explain import Explanation, explain
from backend.access.fields import FieldPlan, Visibility
from backend.access.index import Decision, Index
from backend.access.lines import Line, Raw, parse, read
from backend.access.roles import Conflict, Role, Roles
from backend.access.scopes import Facts, ScopeColumns
from backend.core.actor import Actor

MODEL: Final = "model.conf"
# What the compiled index implements; a model that says something else would be answered wrongly.
_IMPLEMENTED: Final = {
    ("r", "r"): "sub, dom, obj, act",
    ("r", "r2"): "sub, dom, obj, act, scope",
    ("p", "p"): "sub, dom, obj, act, scope, eft",
    ("g", "g"): "_, _",
    ("e", "e"): "some(where (p_eft == allow)) && !some(where (p_eft == deny))",
    ("m", "m"): "r_obj == p_obj && r_act == p_act && keyMatch(r_dom, p_dom) && g(r_sub, p_sub)",
    ("m", "m2"): "r2_obj == p_obj && r2_act == p_act && r2_scope == p_scope"
    " && keyMatch(r2_dom, p_dom) && g(r2_sub, p_sub)",
}


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Shown by its hash alone: an event loop asks for the text of what a task returned, and this has 7,000 parts."""

    sha256: str
    roles: Roles = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)
    _index: Index = field(repr=False)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads model.conf and every .csv of the directory."""
        files = (directory / MODEL, *sorted(directory.glob("*.csv")))
        return cls._loaded(tuple((path.name, path.read_text("utf-8")) for path in files))

    @classmethod
    @lru_cache(maxsize=8)
    def _loaded(cls, files: tuple[tuple[str, str], ...]) -> Self:
        """Policies are immutable: the same texts need not be compiled twice in a process."""
        return cls.of(dict(files))

    @classmethod
    def of(cls, files: Mapping[str, str]) -> Self:
        """From the texts of model.conf and the .csv files by name.

        Raises `PolicyLineInvalid` naming file and line for anything the vocabularies do not know.
        """
        texts = {name: files[name] for name in sorted(files) if name != MODEL}
        by_kind = _by_kind(raw for name, text in texts.items() for raw in read(name, text))
        declared = role_lines.declared(by_kind["role"])
        role_lines.inheritance(by_kind["g"], declared)
        lines = _unique([(raw, parse(raw, frozenset(declared))) for raw in by_kind["p"]])
        enforcer = _enforcer(files[MODEL], texts.values())
        known = {name: _heir(role, enforcer) for name, role in declared.items()}
        roles = Roles(known, role_lines.incompatible(by_kind["incompatible"], known))
        return cls(_digest({MODEL: files[MODEL], **texts}), roles, lines, Index(known, _rules(enforcer, known, lines)))

    def decide(self, actor: Actor, action: str, obj: str, facts: Facts) -> Decision:
        return self._index.rights(actor, action, obj).decide(actor, facts)

    def require(self, actor: Actor, action: str, obj: str, facts: Facts) -> Decision:
        """Raises `NotAllowed` with its explanation."""
        decision = self.decide(actor, action, obj, facts)
        if not decision.allowed:
            raise NotAllowed(self.explain(actor, action, obj, facts))
        return decision

    def scopes(self, actor: Actor, action: str, obj: str) -> tuple[str, ...]:
        """The scope expressions that grant the right, the widest first; denials are not among them."""
        return tuple(line.expression.text for line, _ in self._index.rights(actor, action, obj).allow)

    def ever(self, actor: Actor, action: str, obj: str) -> bool:
        """Whether there can be a record on which the right holds: granted in some scope, and not denied everywhere."""
        rights = self._index.rights(actor, action, obj)
        return bool(rights.allow) and not any(line.expression.text == "tenant" for line, _ in rights.deny)

    def clause(self, actor: Actor, action: str, obj: str, columns: ScopeColumns) -> ColumnElement[bool]:
        """A condition for WHERE: exactly the rows that `decide` would allow; `false()` when no scope grants it."""
        return self._index.rights(actor, action, obj).clause(actor, columns)

    def visibility(self, actor: Actor, obj: str, facts: Facts) -> Visibility:
        """`obj` is the full name of a field, `customer.national_id`."""
        return Visibility.of(self.decide(actor, "view", obj, facts))

    def plan(self, actor: Actor, obj: str, fields: Iterable[str]) -> FieldPlan:
        """`fields` are names without their object: `plan(actor, "customer", ["name", "birth_date"])`."""
        return FieldPlan.make(self._index, actor, obj, fields)

    def explain(self, actor: Actor, action: str, obj: str, facts: Facts) -> Explanation:
        right = RIGHTS.get((obj, action))
        if right is None:
            raise UnknownRightError(action=action, object=obj)
        return explain(self._index, self.roles, actor, right, facts)

    def conflicts(self, granted: Iterable[str]) -> tuple[Conflict, ...]:
        return self.roles.conflicts(granted)


def _by_kind(raws: Iterable[Raw]) -> Mapping[str, list[Raw]]:
    kinds: dict[str, list[Raw]] = {"p": [], "g": [], "role": [], "incompatible": []}
    for raw in raws:
        if raw.kind not in kinds:
            raise raw.refuse(f"a line begins with p, g, role or incompatible, not “{raw.kind}”")
        kinds[raw.kind].append(raw)
    return kinds


def _unique(parsed: Iterable[tuple[Raw, Line]]) -> tuple[Line, ...]:
    """A line said twice is refused: which of the two decided could not be told."""
    seen: dict[tuple[str, ...], Line] = {}
    for raw, line in parsed:
        earlier = seen.setdefault(line.rule, line)
        if earlier is not line:
            raise raw.refuse(f"this is said already in {earlier.file}, line {earlier.number}")
    return tuple(seen.values())


def _enforcer(model: str, texts: Iterable[str]) -> casbin.Enforcer:
    definition = casbin.Enforcer.new_model(text=model)
    for (section, key), value in _IMPLEMENTED.items():
        said = definition[section][key].value if key in definition.model.get(section, {}) else None
        if said != value:
            raise PolicyLineInvalid(file=MODEL, line=_line_of(model, key), problem=f"{key} must be: {value}")
    return casbin.Enforcer(definition, StringAdapter("\n".join(texts)))


def _line_of(model: str, key: str) -> int:
    """The first line for what the model does not say at all."""
    lines = model.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(f"{key} ")), 1)


def _heir(role: Role, enforcer: casbin.Enforcer) -> Role:
    return replace(role, inherits=role.inherits | set(enforcer.get_implicit_roles_for_user(role.name)))


def _rules(enforcer: casbin.Enforcer, roles: Iterable[str], lines: Iterable[Line]) -> Mapping[str, tuple[Line, ...]]:
    """What Casbin says each role has, own and inherited, each rule with the line it was written in."""
    written = {line.rule: line for line in lines}
    return {
        role: tuple(
            written[tuple(rule)] for rule in enforcer.get_implicit_permissions_for_user(role, filter_policy_dom=False)
        )
        for role in roles
    }


def _digest(files: Mapping[str, str]) -> str:
    """SHA-256 over the files' names and their own SHA-256, in order."""
    whole = hashlib.sha256()
    for name, text in files.items():
        whole.update(f"{name}\0{hashlib.sha256(text.encode()).hexdigest()}\n".encode())
    return whole.hexdigest()
