"""One embedded PostgreSQL a test run (a worker), one database; every test has an institution of its own."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend import migrate
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.database import Database, open_embedded
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


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
def database(data_dir: Path) -> Iterator[Database]:
    opened = open_embedded(data_dir / "postgres", "tenure")
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_database(data_dir: Path) -> Iterator[Database]:
    """For what goes through every institution or looks at everything: nothing of other tests is in it."""
    opened = open_embedded(data_dir / "postgres", f"own_{new_id().hex}")
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, cookie_secure=False)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def platform(settings: Settings, database: Database, clock: FixedClock) -> AsyncIterator[Platform]:
    opened = await open_platform(settings, clock=clock, database=database)
    yield opened
    await opened.engine.dispose()


@pytest.fixture
async def tenant(database: Database) -> Tenant:
    """A fresh institution: what one test writes, no other sees."""
    engine = create_async_engine(database.owner)
    slug = f"bank-{new_id().hex[-12:]}"
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        created = await create_tenant(session, slug=slug, name="Test Bank", jurisdiction="CZ", currency="CZK", now=NOW)
    await engine.dispose()
    return created


def pytest_collection_finish() -> None:
    """What is imported stays: the collector need not look through it again in every test."""
    gc.collect()
    gc.freeze()
