"""Fixed keys and places, so that a failure can be repeated by hand."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend.access.directory import create_tenant
from backend.core.actor import Actor, system_actor
from backend.core.database import Database
from backend.core.ids import new_id
from tests.conftest import NOW

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def tenant() -> UUID:
    return UUID("0199aaaa-0000-7000-8000-000000000001")


@pytest.fixture(scope="session")
def owner() -> UUID:
    return UUID("0199aaaa-0000-7000-8000-000000000002")


@pytest.fixture(scope="session")
def row() -> UUID:
    return UUID("0199aaaa-0000-7000-8000-000000000003")


@pytest.fixture(scope="session")
def other() -> UUID:
    return UUID("0199bbbb-0000-7000-8000-000000000009")


@pytest.fixture(scope="session")
def key() -> bytes:
    return bytes(range(32))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The vectors of the format whose test file asks: test_field.py reads golden/field.json."""
    name = request.path.stem.removeprefix("test_")
    vectors: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return vectors


@pytest.fixture
async def institutions(database: Database) -> tuple[Actor, Actor]:
    """The platform itself, acting in two institutions of the database."""
    engine = create_async_engine(database.owner)
    actors = []
    for name in ("here", "there"):
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            slug = f"{name}-{new_id().hex[-12:]}"
            made = await create_tenant(session, slug=slug, name=name, jurisdiction="CZ", currency="CZK", now=NOW)
            actors.append(system_actor(made.id, "test"))
    await engine.dispose()
    return actors[0], actors[1]


@pytest.fixture
def here(institutions: tuple[Actor, Actor]) -> Actor:
    return institutions[0]


@pytest.fixture
def there(institutions: tuple[Actor, Actor]) -> Actor:
    return institutions[1]
