"""How fast data keys are brought under a new epoch: `python -m tests.benchmarks.data_keys [--keys 20000]`.

- unwrapped and wrapped in memory;
- in the database: pages by key, each compared and swapped in a transaction of its own, as a run that may be killed
  between any two of them works.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from backend import migrate
from backend.core.database import APP_ROLE, Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.privacy.keyring import Keyring
from backend.privacy.providers.choice import provider_for

_PAGE = 1000
_FIRST = UUID(int=0)
_READ = """
    SELECT owner_id, version, wrapped FROM data_key
     WHERE tenant_id = %s AND epoch < %s AND wrapped IS NOT NULL AND owner_id > %s ORDER BY owner_id LIMIT %s"""
_SWAP = """
    UPDATE data_key k SET wrapped = n.fresh, epoch = %s
      FROM unnest(%s::uuid[], %s::int[], %b::bytea[], %b::bytea[]) n(owner_id, version, old, fresh)
     WHERE k.owner_id = n.owner_id AND k.version = n.version AND k.wrapped = n.old"""
Key = tuple[UUID, int, bytes]


async def rewrap(connection: psycopg.AsyncConnection[Any], keyring: Keyring, tenant_id: UUID, epoch: int) -> int:
    """How many keys were swapped."""
    last, swapped = _FIRST, 0
    while True:
        async with connection.pipeline(), connection.transaction():
            await connection.execute("SELECT set_config('tenure.tenant', %s, true)", [str(tenant_id)])
            cursor = await connection.execute(_READ, [tenant_id, epoch, last, _PAGE])
            page: Sequence[Key] = await cursor.fetchall()
            if not page:
                return swapped
            owners, versions, old = map(list, zip(*page, strict=True))
            fresh = await keyring.rewrap_many(tenant_id, list(zip(owners, old, strict=True)))
            swap = await connection.execute(_SWAP, [epoch, owners, versions, old, fresh])
        last, swapped = page[-1][0], swapped + swap.rowcount


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
    url, role = database.libpq(database.login), f"-c role={APP_ROLE}"
    async with await psycopg.AsyncConnection.connect(url, options=role, autocommit=True) as connection:
        started = time.perf_counter()
        swapped = await rewrap(connection, keyring, tenant, 2)
        tell("in the database", swapped / (time.perf_counter() - started))
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
