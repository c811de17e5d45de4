"""Roles: what each is for, which roles it inherits, and which roles nobody may hold together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final, get_args

from backend.access.lines import Raw
from backend.core.actor import ActorType

_ACTOR_TYPES: Final = {name: name for name in get_args(ActorType)}
_GIVEN: Final = frozenset({"grantable", "sensitive", "built_in"})
_ONE_KIND: Final = "A person is staff, a partner is a partner: nobody is both"


@dataclass(frozen=True, slots=True)
class Role:
    """`inherits` holds the role itself and every role below it; a `sensitive` one is given by two people."""

    name: str
    actor_type: ActorType
    grantable: bool
    sensitive: bool
    meaning: str
    inherits: frozenset[str]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two granted roles that one person may not hold together; `reason` is a message in English to be translated."""

    role: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class Roles:
    known: Mapping[str, Role]
    incompatible: Mapping[frozenset[str], str]

    def conflicts(self, granted: Iterable[str]) -> tuple[Conflict, ...]:
        """Every forbidden pair among the roles, inherited ones included.

        A role that is no longer declared gives nothing, and so conflicts with nothing.
        """
        held = [self.known[name] for name in sorted(set(granted)) if name in self.known]
        found = (self._conflict(one, other) for one, other in combinations(held, 2))
        return tuple(conflict for conflict in found if conflict is not None)

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The roles that two people give, in the order of their names."""
        return tuple(sorted(name for name, role in self.known.items() if role.sensitive))

    @property
    def separated(self) -> tuple[str, ...]:
        """Every forbidden pair as `one|other`, the smaller name first; the form that the database compares."""
        return tuple(f"{found.role}|{found.other}" for found in self.conflicts(self.known))

    def _conflict(self, one: Role, other: Role) -> Conflict | None:
        if one.actor_type != other.actor_type:
            return Conflict(one.name, other.name, _ONE_KIND)
        for mine in sorted(one.inherits):
            for theirs in sorted(other.inherits):
                reason = self.incompatible.get(frozenset({mine, theirs}))
                if reason is not None:
                    return Conflict(one.name, other.name, reason)
        return None


def declared(lines: Iterable[Raw]) -> Mapping[str, Role]:
    """The roles of the `role` lines, each still without what it inherits."""
    roles: dict[str, Role] = {}
    for raw in lines:
        match raw.values:
            case name, kind, grant, *words if words:
                pass
            case _:
                raise raw.refuse("a role line has four values: name, kind of actor, how it is given, meaning")
        if name in roles:
            raise raw.refuse(f"the role “{name}” is declared twice")
        if kind not in _ACTOR_TYPES or grant not in _GIVEN:
            raise raw.refuse(
                "the kind of actor is staff, partner or system, and a role is grantable, sensitive or built_in"
            )
        roles[name] = Role(
            name, _ACTOR_TYPES[kind], grant != "built_in", grant == "sensitive", ", ".join(words), frozenset({name})
        )
    return MappingProxyType(roles)


def inheritance(lines: Iterable[Raw], roles: Mapping[str, Role]) -> None:
    """Refuses `g` lines that name unknown roles, cross kinds of actor or close a circle."""
    above: dict[str, set[str]] = {}
    for raw in lines:
        match raw.values:
            case heir, base if {heir, base} <= roles.keys():
                pass
            case _:
                raise raw.refuse("a g line names two declared roles: the heir, and the role it inherits")
        if roles[heir].actor_type != roles[base].actor_type:
            raise raw.refuse(f"{heir} and {base} belong to different kinds of actor")
        if heir == base or heir in _reachable(base, above):
            raise raw.refuse(f"{heir} would inherit itself")
        above.setdefault(heir, set()).add(base)


def incompatible(lines: Iterable[Raw], roles: Mapping[str, Role]) -> Mapping[frozenset[str], str]:
    """`roles` come with what they inherit; a role that could never be granted to anybody is refused."""
    pairs: dict[frozenset[str], str] = {}
    for raw in lines:
        match raw.values:
            case one, other, *reason if reason and one != other and {one, other} <= roles.keys():
                pair = frozenset({one, other})
            case _:
                raise raw.refuse("an incompatible line names two declared roles and a reason")
        _refuse_impossible(raw, pair, roles)
        pairs[pair] = ", ".join(reason)
    return MappingProxyType(pairs)


def _refuse_impossible(raw: Raw, pair: frozenset[str], roles: Mapping[str, Role]) -> None:
    for role in roles.values():
        if pair <= role.inherits:
            raise raw.refuse(f"{role.name} inherits both roles, so nobody could hold it")


def _reachable(start: str, above: Mapping[str, set[str]]) -> set[str]:
    found, open_ = {start}, [start]
    while open_:
        new = above.get(open_.pop(), set()) - found
        found |= new
        open_.extend(new)
    return found
