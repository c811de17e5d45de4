"""One embedded PostgreSQL a test run (a worker) and one database for most; every test has an institution of its own."""

import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from backend.access import tokens
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.edge.governing import Governing
from backend.edge.platform import Platform, open_platform
from tests.pacing import LongestFirst
from tests.servers import renew, serve

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_DELIVERED = tokens._HASHER
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_configure(config: pytest.Config) -> None:
    """A password costs the tests nothing: those of its cost ask for `delivered_passwords`."""
    _hash_with(_CHEAP)
    config.pluginmanager.register(LongestFirst(config))


@pytest.fixture
def delivered_passwords() -> Iterator[None]:
    _hash_with(_DELIVERED)
    yield
    _hash_with(_CHEAP)


def _hash_with(hasher: PasswordHasher) -> None:
    tokens._HASHER = hasher  # type: ignore[misc]
    tokens._nobody.cache_clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that is not part of the repository; a test that needs it is skipped without."""
    path = Path(os.environ.get("TENURE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not path.is_dir():
        pytest.skip("the shared data is not on this machine (TENURE_SHARED_DATA)")
    return path


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """Not below pytest's own folder: another run of pytest closes that to the server, which runs as another user."""
    with TemporaryDirectory(prefix="tenure-tests-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[Database]:
    opened = serve(data_dir / "postgres")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def database(server: Database) -> Iterator[Database]:
    opened = renew(server, "shared")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_database(server: Database) -> Iterator[Database]:
    """For what goes through every institution or looks at everything: nothing of other tests is in it."""
    opened = renew(server, f"own_{new_id().hex}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, cookie_secure=False)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


class Engines:
    """Of each database one as the application and one as the owner of the tables, kept for all tests: connections
    stay open, and a statement is compiled once."""

    def __init__(self) -> None:
        self._opened: dict[tuple[URL, str], AsyncEngine] = {}

    def app(self, database: Database) -> AsyncEngine:
        return self._kept(database.login, "app", database.engine)

    def owner(self, database: Database) -> AsyncEngine:
        return self._kept(database.owner, "owner", partial(create_async_engine, database.owner))

    async def dispose(self) -> None:
        for engine in self._opened.values():
            await engine.dispose()

    def _kept(self, url: URL, role: str, opened: Callable[[], AsyncEngine]) -> AsyncEngine:
        if (url, role) not in self._opened:
            self._opened[url, role] = opened()
        return self._opened[url, role]


@pytest.fixture(scope="session")
async def engines() -> AsyncIterator[Engines]:
    kept = Engines()
    yield kept
    await kept.dispose()


@pytest.fixture(scope="session")
def policies(settings: Settings) -> Policies:
    """The delivered rule-sets, each read once."""
    return Policies(settings.policies)


@pytest.fixture
async def platform(
    settings: Settings, database: Database, engines: Engines, policies: Policies, clock: FixedClock
) -> Platform:
    opened = await open_platform(settings, clock=clock, database=database)
    return replace(opened, engine=engines.app(database), policies=policies, governing=Governing(policies))


@pytest.fixture
async def tenant(database: Database, engines: Engines) -> Tenant:
    """A fresh institution: what one test writes, no other sees."""
    return await new_bank(engines.owner(database), "bank")


async def new_bank(owner: AsyncEngine, kind: str) -> Tenant:
    slug = f"{kind}-{new_id().hex[-12:]}"
    async with AsyncSession(owner, expire_on_commit=False) as session, session.begin():
        return await create_tenant(session, slug=slug, name="Test Bank", jurisdiction="CZ", currency="CZK", now=NOW)


def pytest_collection_finish() -> None:
    """What is imported stays: the collector need not look through it again in every test."""
    gc.collect()
    gc.freeze()
