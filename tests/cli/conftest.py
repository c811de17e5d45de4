"""The command as it is typed; each module of its tests has a data directory and a database of its own, all on one
server.

Held open by the fixture, the server is not started anew for every command.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backend.cli import app
from backend.core.database import Database
from tests.servers import MIGRATED, renew

Tenure = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Path:
    """A data directory of the module's own, but for the server."""
    made = tmp_path_factory.mktemp("home")
    (made / "postgres").symlink_to(data_dir / "postgres")
    return made


@pytest.fixture(scope="module")
def template() -> str:
    """What the database of the module is a copy of."""
    return MIGRATED


@pytest.fixture(scope="module")
def running(server: Database, template: str) -> Iterator[Database]:
    """The embedded server of `home`, with the database that commands open."""
    opened = renew(server, "tenure", template)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tenure(home: Path, running: Database) -> Tenure:
    """Runs a command in `home`; what it prints on either stream is in `output`."""

    def run(*words: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [*map(str, words), "--data-dir", str(home)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run
