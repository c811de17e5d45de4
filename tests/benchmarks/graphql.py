"""What GraphQL costs over the rows it shows: a page of fifty customers through the executor, and as raw rows + orjson.

Both open the same encrypted names; the executor also decides what may be shown of each and notes what was.

Run: python -m tests.benchmarks.graphql
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.core.clock import system_clock
from backend.core.database import open_embedded
from backend.core.settings import Settings
from backend.edge.platform import open_platform
from backend.onboarding.dependants import CaseDependants
from tests.factories import customers as make

CUSTOMERS = 50
ROUNDS = 30
PAGE = """
query {
  customers(first: 50) {
    nodes {
      id number stage riskLevel
      manager { name }
      team { name }
      party { id name { value visibility } names { kind fullName { value visibility } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
RAW = text(
    """
    SELECT c.id, c.number, c.stage, c.risk_level, s.display_name AS manager, t.name AS team, p.id AS party, p.name,
           n.id AS name_id, n.kind, n.full_name
      FROM customer c JOIN party p ON p.id = c.party_id JOIN party_name n ON n.party_id = p.id
      LEFT JOIN staff_user s ON s.id = c.manager_id LEFT JOIN team t ON t.id = c.team_id
     ORDER BY c.id LIMIT 50"""
)


async def _median(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds; the first three rounds fill caches and do not count."""
    times = []
    for _ in range(ROUNDS + 3):
        began = time.perf_counter()
        await work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[3:])


async def main(directory: Path) -> None:
    database = open_embedded(directory / "postgres", "tenure")
    migrate.upgrade(database)
    platform = await open_platform(Settings(data_dir=directory), database=database)
    owner = create_async_engine(database.owner)
    async with AsyncSession(owner, expire_on_commit=False) as session, session.begin():
        tenant = await create_tenant(
            session, slug="bench", name="Bench", jurisdiction="CZ", currency="CZK", now=system_clock()
        )
    await owner.dispose()
    bank = await make.open_bank(platform, tenant)
    for number in range(CUSTOMERS):
        await bank.customer(make.person(f"Jan Novák {number}"))
    executor = Executor.open(platform, CaseDependants(), trusted=TrustedDocuments({}))

    async def graphql() -> bytes:
        answer = await executor.run(bank.officer, document=PAGE)
        assert not answer.errors, answer.errors
        return orjson.dumps(answer.data, default=str)

    async def raw() -> bytes:
        async with platform.transaction(bank.officer) as ctx:
            rows = (await ctx.session.execute(RAW)).all()
            await ctx.vault.load([row.party for row in rows])
            opened = [
                {
                    **row._asdict(),
                    "name": ctx.vault.open("party", "name", row.party, row.party, row.name),
                    "full_name": ctx.vault.open("party_name", "full_name", row.name_id, row.party, row.full_name),
                }
                for row in rows
            ]
            return orjson.dumps(opened, default=str)

    through, plain = await _median(graphql), await _median(raw)
    ratio = f"{through / plain:.1f} ×"
    sys.stdout.write(f"{CUSTOMERS} customers: GraphQL {through:.1f} ms, raw rows + orjson {plain:.1f} ms, {ratio}\n")
    await platform.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(main(Path(name)))
