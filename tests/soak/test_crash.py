"""The serving process and PostgreSQL are killed (SIGKILL) at random moments while partners write, with the durability
settings that are shipped. Afterwards nothing that was answered is lost, nothing is there twice, and the log is whole.

`make soak` kills 200 times; TENURE_SOAK_KILLS and TENURE_SOAK_SEED choose otherwise, and a failure names its seed.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access import directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.sequencer import open_sequencer
from backend.audit.verify import verify
from backend.core.actor import system_actor
from backend.core.clock import system_clock
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge.platform import open_platform
from tests.soak.invariants import broken, remembered
from tests.soak.load import Load
from tests.soak.processes import Postgres, Serving

WORKERS = 6
_REVIVED_SECONDS = 300  # recovery, on a machine that is busy with other things
_LONGEST_SECONDS = 0.6
_VICTIMS = ("postgres", "serving", "both")
_WEIGHTS = (5, 3, 2)


Tell = Callable[[str], None]


@pytest.fixture
def tell(capfd: pytest.CaptureFixture[str]) -> Tell:
    """Past pytest's capture: a soak of half an hour must be seen to live."""

    def write(what: str) -> None:
        with capfd.disabled():
            sys.stdout.write(f"{what}\n")
            sys.stdout.flush()

    return write


@pytest.mark.slow
async def test_two_hundred_kills_leave_the_log_whole_and_nothing_twice(tell: Tell) -> None:
    await _soak(int(os.environ.get("TENURE_SOAK_KILLS", "200")), tell)


async def _soak(kills: int, tell: Tell) -> None:
    seed = int(os.environ.get("TENURE_SOAK_SEED", "20261122"))
    with TemporaryDirectory(prefix="tenure-soak-", ignore_cleanup_errors=True) as folder:
        postgres, serving = Postgres(Path(folder)), Serving(Path(folder))
        try:
            tenant, headers = await _opened(postgres.database, serving.home)
            serving.start()
            async with _load(serving, headers, seed) as load:
                await _kill_again_and_again(load, postgres, serving, kills, seed, tell)
            serving.stop()
            await _inspect(postgres, serving, tenant, load, tell)
        finally:
            serving.kill()
            postgres.close()


async def _opened(database: Database, home: Path) -> tuple[Tenant, dict[str, str]]:
    """An institution and a partner that may record customers."""
    migrate.upgrade(database)
    engine = create_async_engine(database.owner)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        tenant = await directory.create_tenant(
            session, slug="soak", name="Soak", jurisdiction="CZ", currency="CZK", now=system_clock()
        )
    await engine.dispose()
    operator = replace(system_actor(tenant.id, "soak", "cli"), roles=frozenset({"operator"}))

    async def register(ctx: Context) -> str:
        made, key = await directory.register_client(ctx, name="Partner", lifetime=timedelta(days=1))
        await directory.grant_role(ctx, holder_id=made.id, role="partner")
        return key

    platform = await open_platform(Settings(data_dir=home), database=database)
    key = await platform.run(operator, register)
    await platform.engine.dispose()
    return tenant, {"authorization": f"Bearer {key}", "x-tenant": tenant.slug}


@asynccontextmanager
async def _load(serving: Serving, headers: dict[str, str], seed: int) -> AsyncIterator[Load]:
    async with httpx.AsyncClient(base_url=serving.url, headers=headers, timeout=30) as client:
        load = Load(client, seed)
        tasks = [asyncio.create_task(load.worker(number)) for number in range(WORKERS)]
        try:
            yield load
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results), results


async def _kill_again_and_again(
    load: Load, postgres: Postgres, serving: Serving, kills: int, seed: int, tell: Tell
) -> None:
    """Each kill waits for an answer first: the house stands and works when it falls."""
    chance, began, felled = Random(seed), time.monotonic(), Counter[str]()
    for number in range(1, kills + 1):
        await _answered(load, serving, seed, number)
        await asyncio.sleep(chance.uniform(0, _LONGEST_SECONDS))
        victim = chance.choices(_VICTIMS, _WEIGHTS)[0]
        felled[victim] += 1
        if victim != "postgres":
            serving.kill()
        if victim != "serving":
            postgres.kill()
            await asyncio.to_thread(postgres.revive)
        if victim != "postgres":
            serving.start()
        if number % 10 == 0 or number == kills:
            tell(
                f"{number}/{kills} kills {dict(felled)}, {len(load.answered)} answers, {time.monotonic() - began:.0f} s"
            )
    await _answered(load, serving, seed, kills + 1)


async def _answered(load: Load, serving: Serving, seed: int, number: int) -> None:
    """A process that found no database when it began has ended, and is begun again as a service manager does it."""
    load.news.clear()
    patience = time.monotonic() + _REVIVED_SECONDS
    while not load.news.is_set():
        if time.monotonic() > patience:
            tail = serving.log.read_text(errors="replace")[-4000:]
            pytest.fail(f"no answer before kill {number} of seed {seed}; {dict(load.refused)}\n{tail}")
        if not serving.alive():
            serving.start()
        with suppress(TimeoutError):
            await asyncio.wait_for(load.news.wait(), 1)


async def _inspect(postgres: Postgres, serving: Serving, tenant: Tenant, load: Load, tell: Tell) -> None:
    postgres.revive()
    sequencer = open_sequencer(Settings(data_dir=serving.home), postgres.database)
    await sequencer.drain(tenant.id)
    engine = postgres.database.engine()
    report = await verify(engine, tenant.id, sequencer.keys, sequencer.heads)
    await engine.dispose()
    await sequencer.close()
    with psycopg.connect(postgres.database.libpq(postgres.database.owner)) as connection:
        problems, answers = broken(connection), remembered(connection)
    tell(
        f"{report.leaves} leaves, {report.versions} versions, {report.heads} heads, {len(load.answered)} of "
        f"{len(load.sent)} requests answered; not answered at first: {dict(load.refused)}"
    )
    assert report.findings == ()
    assert report.pending == 0
    assert problems == {}
    assert load.doubled == []
    assert {key: answers.get(key) for key in load.answered} == load.answered
    assert answers.keys() <= load.sent
