"""One row in a transaction, with audit and without, along the same path: for the figures of `audit_throughput`.

Both tables have the same columns, indexes and row-level security; both sides send the same statements around the row.

- `raw`: psycopg in a pipeline, one round trip a transaction: what the database and the protocol cost;
- `product`: a platform's transaction and an ORM session, as every use case writes.

Both sides take turns, and the ratio is the median over the turns: what else the machine does falls on both.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

import psycopg
from sqlmodel import Field, SQLModel

from backend.access.models import Team
from backend.audit.trail import actor_json, origin_json
from backend.core.actor import Actor, system_actor
from backend.core.database import APP_ROLE, Database
from backend.core.ids import new_id
from backend.edge.platform import Platform

CLIENTS = 16
_TURNS = 6
_PLAIN = "INSERT INTO plain_team (id, tenant_id, made_by, ver, name) VALUES (%s, %s, %s, 1, %s)"
_TEAM = "INSERT INTO team (id, tenant_id, entry_id, ver, name) VALUES (%s, %s, %s, 1, %s)"
_ENTRY = """
    INSERT INTO audit_entry (id, tenant_id, ts, actor_id, actor, action, subject_type, subject_id, outcome, origin)
    VALUES (%s, %s, %s, %s, %s, 'team.create', 'team', %s, 'success', %s)"""

Client = psycopg.AsyncConnection[tuple[object, ...]]
Write = Callable[[int], Awaitable[object]]
"""One transaction of the client with this number."""


class PlainTeam(SQLModel, table=True):
    __tablename__ = "plain_team"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    tenant_id: UUID
    made_by: UUID
    ver: int = 1
    name: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Transactions per second of all clients together, and audited ÷ plain."""

    plain: float
    audited: float
    ratio: float


def make_plain_table(database: Database) -> None:
    with psycopg.connect(database.libpq(database.owner)) as connection:
        connection.execute("CREATE TABLE plain_team (LIKE team INCLUDING ALL)")
        connection.execute("ALTER TABLE plain_team RENAME entry_id TO made_by")
        connection.execute("SELECT install_tenant('plain_team')")


async def plain(client: Client, tenant_id: UUID) -> UUID:
    row = new_id()
    async with client.pipeline(), client.transaction():
        await enter(client, tenant_id)
        await client.execute(_PLAIN, [row, tenant_id, new_id(), row.hex])
    return row


async def audited(client: Client, tenant_id: UUID) -> UUID:
    """The id of the entry, when it is committed."""
    actor, row, entry = system_actor(tenant_id, "benchmark"), new_id(), new_id()
    values = [entry, tenant_id, datetime.now(UTC), actor.id, actor_json(actor), row, origin_json(actor)]
    async with client.pipeline(), client.transaction():
        await enter(client, tenant_id)
        await client.execute(_ENTRY, values)
        await client.execute(_TEAM, [row, tenant_id, entry, row.hex])
    return entry


async def enter(client: Client, tenant_id: UUID) -> None:
    await client.execute("SELECT set_config('tenure.tenant', %s, true)", [str(tenant_id)])


async def product_plain(platform: Platform, actor: Actor) -> None:
    async with platform.transaction(actor) as ctx:
        row = PlainTeam(tenant_id=actor.tenant_id, made_by=actor.id, name=new_id().hex)
        ctx.session.add(row)


async def product_audited(platform: Platform, actor: Actor) -> None:
    async with platform.transaction(actor) as ctx:
        row = Team(tenant_id=actor.tenant_id, name=new_id().hex)
        async with ctx.audit("team.create", ("team", row.id)):
            ctx.session.add(row)


@asynccontextmanager
async def clients(database: Database) -> AsyncIterator[list[Client]]:
    url, role = database.libpq(database.login), f"-c role={APP_ROLE}"
    opened = [await psycopg.AsyncConnection.connect(url, options=role, autocommit=True) for _ in range(CLIENTS)]
    try:
        yield opened
    finally:
        for client in opened:
            await client.close()


async def raw(opened: Sequence[Client], tenant_id: UUID, seconds: float) -> Rates:
    return await _in_turns(
        lambda number: plain(opened[number], tenant_id), lambda number: audited(opened[number], tenant_id), seconds
    )


async def product(platform: Platform, tenant_id: UUID, seconds: float) -> Rates:
    actor = system_actor(tenant_id, "benchmark")
    return await _in_turns(
        lambda _: product_plain(platform, actor), lambda _: product_audited(platform, actor), seconds
    )


async def _in_turns(without: Write, with_audit: Write, seconds: float) -> Rates:
    """`seconds` for each side, after a short turn that nobody counts."""
    turn = seconds / _TURNS
    await rate(without, turn / 2)
    await rate(with_audit, turn / 2)
    rates = [(await rate(without, turn), await rate(with_audit, turn)) for _ in range(_TURNS)]
    sides = zip(*rates, strict=True)
    return Rates(*map(median, sides), ratio=median(audited / plain for plain, audited in rates))


async def rate(write: Write, seconds: float) -> float:
    """Transactions per second that all clients reach together."""
    end = time.perf_counter() + seconds

    async def work(number: int) -> int:
        count = 0
        while time.perf_counter() < end:
            await write(number)
            count += 1
        return count

    return sum(await asyncio.gather(*map(work, range(CLIENTS)))) / seconds
