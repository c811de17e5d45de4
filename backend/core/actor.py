"""Who acts: found at the door, carried through the use case, named in every audit entry."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorType = Literal["staff", "partner", "system"]
Channel = Literal["web", "graphql", "job", "cli"]

SYSTEM_ID = UUID("00000000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Actor:
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


def system_actor(tenant_id: UUID, request_id: str, channel: Channel = "job") -> Actor:
    """The platform itself: schedules, imports and sequencing act under this one name."""
    return Actor(SYSTEM_ID, tenant_id, "system", frozenset({"system"}), channel, request_id)
