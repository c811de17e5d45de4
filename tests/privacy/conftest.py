"""Fixed keys and places, so that a failure can be repeated by hand."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.core.actor import Actor, system_actor
from backend.core.database import Database
from tests.conftest import Engines, new_bank

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
async def institutions(database: Database, engines: Engines) -> tuple[Actor, Actor]:
    """The platform itself, acting in two institutions of the database."""
    owner = engines.owner(database)
    here, there = await new_bank(owner, "here"), await new_bank(owner, "there")
    return system_actor(here.id, "test"), system_actor(there.id, "test")


@pytest.fixture
def here(institutions: tuple[Actor, Actor]) -> Actor:
    return institutions[0]


@pytest.fixture
def there(institutions: tuple[Actor, Actor]) -> Actor:
    return institutions[1]
