"""Who acts: found at the door, carried through the use case, named in every audit entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

ActorType = Literal["staff", "partner", "system"]
Channel = Literal["web", "graphql", "job", "cli"]

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Proof:
    """How a person at a door is known to be that person: the session, and when identity was last confirmed in it."""

    session_id: UUID
    confirmed_at: datetime | None = None
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """`proof` is what the edge knows of a session; who comes through no door (jobs, the console) has none.

    `scope` narrows a partner's rights to the named scopes of its token; None leaves all that its roles give.
    """

    id: UUID
    tenant_id: UUID
    type: ActorType
    roles: frozenset[str]
    channel: Channel
    request_id: str
    team_id: UUID | None = None
    on_behalf_of: UUID | None = None
    locale: str = "en"
    ip_digest: str | None = None
    proof: Proof | None = None
    scope: frozenset[str] | None = None


def system_actor(tenant_id: UUID, request_id: str, channel: Channel = "job") -> Actor:
    """The platform itself: schedules, imports and sequencing act under this one name."""
    return Actor(SYSTEM_ID, tenant_id, "system", frozenset({"system"}), channel, request_id)
