"""What the fixtures of this floor hand out, and an entry written past our own code."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import psycopg

from backend.access.models import Team
from backend.core.ids import new_id

Connect = Callable[[], AbstractAsyncContextManager[psycopg.AsyncConnection[Any]]]
MakeTeam = Callable[[str], Awaitable[Team]]
MakeParty = Callable[[str], Awaitable[UUID]]
RenameTeam = Callable[[UUID, str], Awaitable[UUID]]


async def raw_entry(connection: psycopg.AsyncConnection[Any], tenant_id: UUID, **changed: object) -> UUID:
    """An entry as raw SQL writes it."""
    values: dict[str, object] = {
        "id": new_id(),
        "tenant_id": tenant_id,
        "ts": "2026-11-22T09:00:00Z",
        "actor_id": new_id(),
        "actor": '{"id":"019ab3c4-d5e6-7f01-8a23-456789abcdef","on_behalf_of":null,"roles":[],"type":"system"}',
        "action": "team.create",
        "subject_type": "team",
        "subject_id": new_id(),
        "outcome": "success",
        "origin": '{"channel":"job","ip":null,"request":"raw"}',
    } | changed
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    await connection.execute(f"INSERT INTO audit_entry ({columns}) VALUES ({marks})", list(values.values()))
    return values["id"]  # type: ignore[return-value]
