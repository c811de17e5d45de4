"""What encryption costs a reader, as ratios within one run: `python -m tests.benchmarks.personal_fields`.

A page of fifty customers is read through a platform's transaction: from tables as they are, keys warm, and from twins
of them that hold the personal columns as text.

- personal fields decrypted, without and with the entry in the log that says who saw what;
- personal fields not selected.

Both sides take turns; the ratio is the median over the turns.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

import psycopg
from sqlalchemy import column, select, table
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.context import Context
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.core.database import Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.customers.models import Party, PartyKind
from backend.edge.platform import Platform, open_platform

CUSTOMERS = 500
PAGE = 50
_TURNS = 12
_TIMES = 2
_SEALED = ("name", "birth_date")
_OPEN = ("id", "ver", "kind", "status", "country", "source", "created_by", "created_at")
_parties = table("party", *map(column, (*_OPEN, *_SEALED)))
_plain = table("plain_party", *map(column, (*_OPEN, *_SEALED)))
Read = Callable[[Context, int], Awaitable[object]]
"""One page, from this place on."""


async def decrypted(ctx: Context, start: int) -> list[dict[str, object]]:
    rows = (await ctx.session.execute(select(_parties).order_by(_parties.c.id).offset(start).limit(PAGE))).all()
    await ctx.vault.load([row.id for row in rows])
    opened = ctx.vault.open
    return [
        {
            **row._mapping,
            "name": opened("party", "name", row.id, row.id, row.name),
            "birth_date": opened("party", "birth_date", row.id, row.id, row.birth_date),
        }
        for row in rows
    ]


async def decrypted_and_noted(ctx: Context, start: int) -> list[dict[str, object]]:
    page = await decrypted(ctx, start)
    for row in page:
        ctx.saw(("party", UUID(str(row["id"]))), *_SEALED)
    return page


async def plain(ctx: Context, start: int) -> list[dict[str, object]]:
    rows = (await ctx.session.execute(select(_plain).order_by(_plain.c.id).offset(start).limit(PAGE))).all()
    return [dict(row._mapping) for row in rows]


async def without_personal(ctx: Context, start: int) -> list[dict[str, object]]:
    wanted = select(*(_parties.c[name] for name in _OPEN)).order_by(_parties.c.id).offset(start).limit(PAGE)
    return [dict(row._mapping) for row in (await ctx.session.execute(wanted)).all()]


async def plain_without_personal(ctx: Context, start: int) -> list[dict[str, object]]:
    wanted = select(*(_plain.c[name] for name in _OPEN)).order_by(_plain.c.id).offset(start).limit(PAGE)
    return [dict(row._mapping) for row in (await ctx.session.execute(wanted)).all()]


async def compare(platform: Platform, actor: Actor, read: Read, limit: Read) -> tuple[float, float, float]:
    """Pages per second of both, and the ratio."""
    for warm in (read, limit):
        await pages(platform, actor, warm)
    rates = [(await pages(platform, actor, read), await pages(platform, actor, limit)) for _ in range(_TURNS)]
    first, second = map(median, zip(*rates, strict=True))
    return first, second, median(one / other for one, other in rates)


async def pages(platform: Platform, actor: Actor, read: Read) -> float:
    """Every page of all customers, some times over."""
    starts: Sequence[int] = [*range(0, CUSTOMERS, PAGE)] * _TIMES
    began = time.perf_counter()
    for start in starts:
        async with platform.transaction(actor) as ctx:
            await read(ctx, start)
    return len(starts) / (time.perf_counter() - began)


async def measure(database: Database, settings: Settings) -> None:
    tenant = await _institution(database)
    platform = await open_platform(settings, database=database)
    actor = system_actor(tenant.id, "benchmark")
    await _customers(platform, actor)
    _twin(database, await _names(platform, actor))
    gc.freeze()  # as the serving process does
    for what, read, limit in (
        ("decrypted", decrypted, plain),
        ("decrypted and noted", decrypted_and_noted, plain),
        ("personal fields not selected", without_personal, plain_without_personal),
    ):
        mine, theirs, ratio = await compare(platform, actor, read, limit)
        sys.stdout.write(f"{what:30}{mine:8.0f} pages/s, plain {theirs:8.0f} pages/s: {ratio:.2f} x plain\n")
    await platform.engine.dispose()


async def _customers(platform: Platform, actor: Actor) -> None:
    for start in range(0, CUSTOMERS, PAGE):
        async with platform.transaction(actor) as ctx:
            ids = [new_id() for _ in range(PAGE)]
            await ctx.vault.create(ids)
            async with ctx.audit("customer.create", ("party", ids[0])):
                ctx.session.add_all(
                    Party(
                        id=party,
                        tenant_id=actor.tenant_id,
                        kind=PartyKind.PERSON,
                        name=ctx.vault.seal("party", "name", party, party, f"Anna Nováková {start + number}"),
                        birth_date=ctx.vault.seal("party", "birth_date", party, party, "1985-03-09"),
                        country="CZ",
                        source="branch",
                        created_by=actor.id,
                        created_at=ctx.now,
                    )
                    for number, party in enumerate(ids)
                )


async def _names(platform: Platform, actor: Actor) -> list[tuple[object, ...]]:
    async with platform.transaction(actor) as ctx:
        found = [row for start in range(0, CUSTOMERS, PAGE) for row in await decrypted(ctx, start)]
    return [(row["id"], row["name"], row["birth_date"]) for row in found]


def _twin(database: Database, opened: Sequence[tuple[object, ...]]) -> None:
    """The same table, indexes and row-level security, with the personal columns as text."""
    with psycopg.connect(database.libpq(database.owner)) as connection:
        connection.execute("CREATE TABLE plain_party (LIKE party INCLUDING ALL)")
        connection.execute("INSERT INTO plain_party SELECT * FROM party")
        for name in _SEALED:
            connection.execute(f"ALTER TABLE plain_party ALTER {name} TYPE text USING ''")
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE plain_party SET name = %s, birth_date = %s WHERE id = %s",
                [(name, born, identifier) for identifier, name, born in opened],
            )
        connection.execute("SELECT install_tenant('plain_party', 'SELECT')")
    with psycopg.connect(database.libpq(database.owner), autocommit=True) as connection:
        connection.execute("VACUUM (FULL, ANALYZE) plain_party")
        connection.execute("VACUUM (FULL, ANALYZE) party")


async def _institution(database: Database) -> Tenant:
    engine = create_async_engine(database.owner)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        tenant = await create_tenant(
            session, slug="bench", name="Bench", jurisdiction="CZ", currency="CZK", now=datetime.now(UTC)
        )
    await engine.dispose()
    return tenant


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        database = open_embedded(Path(directory) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            asyncio.run(measure(database, Settings(data_dir=Path(directory))))
        finally:
            database.close()


if __name__ == "__main__":
    main()
