"""Duties that an institution cannot do without: for each, somebody who proposes and another who approves. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.access.policy import AccessPolicy
from backend.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """`words` is a message id that completes “nobody would be left who could …”."""

    object: str
    proposes: str
    approves: str
    words: str


DUTIES: Final = (
    Duty("role_grant", "grant", "approve", "give roles with a second person"),
    Duty("access_policy", "propose", "approve", "change the access policy with a second person"),
)


@dataclass(frozen=True, slots=True)
class Holder:
    """An active colleague and the roles of this moment."""

    id: UUID
    roles: frozenset[str]


def level(duty: Duty, policy: AccessPolicy, tenant_id: UUID, people: Iterable[Holder]) -> int:
    """2: one proposes and another approves; 1: only one side, or one person alone; 0: nobody at all.

    Between the two may lie the third person whom a role is for, so `not_self` needs no third holder.
    """
    able: dict[UUID, tuple[bool, bool]] = {}
    for person in people:
        actor = Actor(person.id, tenant_id, "staff", person.roles, "job", "duties")
        proposes = bool(policy.scopes(actor, duty.proposes, duty.object))
        approves = bool(policy.scopes(actor, duty.approves, duty.object))
        if proposes or approves:
            able[person.id] = (proposes, approves)
    if not able:
        return 0
    pairs = ((one, other) for one in able for other in able if one != other)
    return 2 if any(able[one][0] and able[other][1] for one, other in pairs) else 1


def lost(
    tenant_id: UUID,
    before: tuple[AccessPolicy, Mapping[UUID, frozenset[str]]],
    after: tuple[AccessPolicy, Mapping[UUID, frozenset[str]]],
) -> tuple[Duty, ...]:
    """The duties for which fewer are left than are needed, though there were more before.

    An institution that is being set up has few people; what it never had it cannot lose.
    """
    (policy, held), (later_policy, later_held) = before, after
    return tuple(
        duty
        for duty in DUTIES
        if level(duty, later_policy, tenant_id, _holders(later_held)) < level(duty, policy, tenant_id, _holders(held))
    )


def _holders(roles: Mapping[UUID, frozenset[str]]) -> Iterable[Holder]:
    return [Holder(person, held) for person, held in roles.items()]
