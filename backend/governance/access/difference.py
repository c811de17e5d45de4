"""How two access policies differ, in words: what each role gains and loses, and how roles themselves change. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backend.access.policy import AccessPolicy
from backend.access.roles import Role, Roles
from backend.governance.access.effective import Grant, gained, grants
from backend.governance.documents import Words, words
from backend.governance.kinds import Change

_GAINS: Final = "{role} gains: {grant}"
_LOSES: Final = "{role} loses: {grant}"
_GAINS_TOO: Final = "{role} gains (so do, by inheritance: {heirs}): {grant}"
_LOSES_TOO: Final = "{role} loses (so do, by inheritance: {heirs}): {grant}"
_Changes = Mapping[str, frozenset[tuple[bool, Grant]]]


@dataclass(frozen=True, slots=True)
class _Sides:
    before: AccessPolicy
    after: AccessPolicy


def differences(before: AccessPolicy | None, after: AccessPolicy) -> list[Change]:
    """Roles first, then rights; a right that several roles gain through one of them is told once, at that one."""
    if before is None:
        return [Change("added", name, words("The role {role} is new", role=title(name))) for name in after.roles.known]
    sides = _Sides(before, after)
    return [*_roles(sides), *_separations(sides), *_rights(sides)]


def title(role: str) -> Words:
    return words(role.replace("_", " ").capitalize())


def listed(roles: list[str]) -> Words:
    """Names of roles in a row."""
    whole = title(roles[0])
    for role in roles[1:]:
        whole = words("{one}, {other}", one=whole, other=title(role))
    return whole


def _roles(sides: _Sides) -> Iterator[Change]:
    old, new = sides.before.roles.known, sides.after.roles.known
    for name in sorted(new.keys() - old.keys()):
        yield Change("added", name, words("The role {role} is new", role=title(name)))
    for name in sorted(old.keys() - new.keys()):
        yield Change(
            "removed", name, words("The role {role} is taken out; who holds it holds nothing", role=title(name))
        )
    for name in sorted(old.keys() & new.keys()):
        yield from _one_role(old[name], new[name])


def _one_role(old: Role, new: Role) -> Iterator[Change]:
    role = title(old.name)
    for base in sorted(new.inherits - old.inherits):
        yield Change("changed", old.name, words("{role} inherits from {base}", role=role, base=title(base)))
    for base in sorted(old.inherits - new.inherits):
        yield Change("changed", old.name, words("{role} no longer inherits from {base}", role=role, base=title(base)))
    if new.sensitive and not old.sensitive:
        yield Change("changed", old.name, words("{role} needs a second person when it is given", role=role))
    if old.sensitive and not new.sensitive:
        yield Change("changed", old.name, words("{role} is given by one person alone", role=role))
    if old.grantable and not new.grantable:
        yield Change("changed", old.name, words("{role} can no longer be given to anybody", role=role))
    if new.grantable and not old.grantable:
        yield Change("changed", old.name, words("{role} can be given to people", role=role))


def _separations(sides: _Sides) -> Iterator[Change]:
    old, new = pairs(sides.before.roles), pairs(sides.after.roles)
    for one, other in sorted(new - old):
        said = words("Nobody may hold {one} and {other} together any more", one=title(one), other=title(other))
        yield Change("added", one, said)
    for one, other in sorted(old - new):
        said = words("One person may hold {one} and {other} together", one=title(one), other=title(other))
        yield Change("removed", one, said)


def pairs(roles: Roles) -> set[tuple[str, str]]:
    """What the policy names itself; what follows by inheritance is not repeated."""
    return {(min(pair), max(pair)) for pair in roles.incompatible}


def _rights(sides: _Sides) -> Iterator[Change]:
    changes: _Changes = {
        name: _changes_of(sides, name) for name in {*sides.before.roles.known, *sides.after.roles.known}
    }
    for name in sorted(changes):
        heirs: dict[tuple[bool, Grant], list[str]] = defaultdict(list)
        for other, theirs in changes.items():
            if other != name and name in _bases(sides, other):
                for change in theirs & changes[name]:
                    heirs[change].append(other)
        for change in sorted(changes[name], key=lambda each: (each[0], each[1].object, each[1].action, each[1].scope)):
            if not any(change in changes[base] for base in _bases(sides, name) - {name} if base in changes):
                yield _sentence(name, change, sorted(heirs[change]))


def _sentence(name: str, change: tuple[bool, Grant], heirs: list[str]) -> Change:
    gains, grant = change
    sort = "added" if gains else "removed"
    if not heirs:
        said = words(_GAINS if gains else _LOSES, role=title(name), grant=grant.words())
    else:
        template = _GAINS_TOO if gains else _LOSES_TOO
        said = words(template, role=title(name), grant=grant.words(), heirs=listed(heirs))
    return Change(sort, name, said)  # type: ignore[arg-type]


def _changes_of(sides: _Sides, name: str) -> frozenset[tuple[bool, Grant]]:
    old, new = _grants(sides.before, name), _grants(sides.after, name)
    return frozenset({(True, grant) for grant in gained(old, new)} | {(False, grant) for grant in gained(new, old)})


def _grants(policy: AccessPolicy, name: str) -> frozenset[Grant]:
    role = policy.roles.known.get(name)
    return frozenset() if role is None else grants(policy, [name], role.actor_type, None)


def _bases(sides: _Sides, name: str) -> frozenset[str]:
    return frozenset[str]().union(
        *(policy.roles.known[name].inherits for policy in (sides.before, sides.after) if name in policy.roles.known)
    )
