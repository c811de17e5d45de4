"""How fast data keys are brought under a new epoch: `python -m tests.benchmarks.data_keys [--keys 20000]`.

- unwrapped and wrapped in memory;
- in the database: page by page, each key compared and swapped, a transaction a page, as the job does it.
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

from backend import migrate
from backend.core.actor import system_actor
from backend.core.database import Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.privacy.keyring import Keyring
from backend.privacy.providers.choice import provider_for
from backend.privacy.rotation import rewrap_page

_PAGE = 1000


async def rewrap(platform: Platform, tenant_id: UUID) -> int:
    """How many keys were swapped."""
    actor, swapped, last = system_actor(tenant_id, "benchmark"), 0, None
    while True:
        async with platform.transaction(actor) as ctx:
            done = await rewrap_page(ctx.session, platform.keyring, tenant_id, last, _PAGE)
        swapped, last = swapped + done.keys, done.last
        if last is None:
            return swapped


async def measure(database: Database, settings: Settings, keys: int) -> None:
    provider, tenant = provider_for(settings), new_id()
    keyring = Keyring(provider, capacity=1)
    created = await keyring.create(tenant, [new_id() for _ in range(keys)])
    rows = [(tenant, owner, 1, 1, key.wrapped, datetime.now(UTC)) for owner, key in created.items()]
    with psycopg.connect(database.libpq(database.owner)) as owner_connection, owner_connection.cursor() as cursor:
        columns = "tenant_id, owner_id, version, epoch, wrapped, created_at"
        with cursor.copy(f"COPY data_key ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    await provider.generate(tenant, 2)
    started = time.perf_counter()
    await keyring.rewrap_many(tenant, [(owner, key.wrapped) for owner, key in created.items()])
    tell("in memory", keys / (time.perf_counter() - started))
    platform = await open_platform(settings, database=database)
    started = time.perf_counter()
    swapped = await rewrap(platform, tenant)
    tell("in the database", swapped / (time.perf_counter() - started))
    await platform.engine.dispose()
    if swapped != keys:
        raise SystemExit(f"{swapped} of {keys} keys were rewrapped")


def tell(what: str, rate: float) -> None:
    sys.stdout.write(f"rewrap {what:20}{rate:10.0f} keys/s\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=20_000)
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
