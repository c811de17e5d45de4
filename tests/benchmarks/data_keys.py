"""How fast data keys are brought under a new epoch: `python -m tests.benchmarks.data_keys [--keys 40000]`.

- unwrapped and wrapped in memory: what the cryptography alone costs;
- as `tenure keys rewrap` does it: pages by key, compared and swapped, audited, each a transaction that a kill may end.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.core.actor import SYSTEM_ID, Actor
from backend.core.database import Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.jobs import keys
from backend.privacy.models import RotationState

_AIM = 10_000


async def measure(database: Database, settings: Settings, count: int) -> None:
    tenant = await _institution(database)
    platform = await open_platform(settings, database=database)
    operator = Actor(SYSTEM_ID, tenant, "system", frozenset({"operator"}), "cli", "bench")
    created = await platform.keyring.create(tenant, [new_id() for _ in range(count)])
    wrapped = [(owner, key.wrapped) for owner, key in created.items()]
    _store(database, tenant, wrapped)
    await platform.run(operator, keys.rotate_epoch)
    started = time.perf_counter()
    await platform.keyring.rewrap_many(tenant, wrapped)
    alone = count / (time.perf_counter() - started)
    started = time.perf_counter()
    done = await _rewrap(platform, operator)
    through = done / (time.perf_counter() - started)
    await platform.engine.dispose()
    if done != count:
        raise SystemExit(f"{done} of {count} keys were rewrapped")
    sys.stdout.write(
        f"rewrap in memory           {alone:10,.0f} keys/s\n"
        f"rewrap in the database     {through:10,.0f} keys/s   aim {_AIM:,}\n"
        f"database ÷ memory          {through / alone:10.2f}\n"
    )


async def _rewrap(platform: Platform, operator: Actor) -> int:
    run = await platform.run(operator, keys.start_rewrap)
    while run.state != RotationState.FINISHED:
        moved = await platform.run(operator, keys.advance_rewrap)
        if moved is None:
            break
        run = moved
    return run.done


async def _institution(database: Database) -> UUID:
    engine = create_async_engine(database.owner)
    now = datetime.now(UTC)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        made = await create_tenant(session, slug="bench", name="Bench", jurisdiction="CZ", currency="CZK", now=now)
    await engine.dispose()
    return made.id


def _store(database: Database, tenant: UUID, wrapped: list[tuple[UUID, bytes]]) -> None:
    copied = "COPY data_key (tenant_id, owner_id, version, epoch, wrapped, created_at) FROM STDIN"
    with psycopg.connect(database.libpq(database.owner)) as connection, connection.cursor().copy(copied) as copy:
        for owner, key in wrapped:
            copy.write_row((tenant, owner, 1, 1, key, datetime.now(UTC)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=40_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        database = open_embedded(Path(directory) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            asyncio.run(measure(database, Settings(data_dir=Path(directory)), chosen.keys))
        finally:
            database.close()


if __name__ == "__main__":
    main()
