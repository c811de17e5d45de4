"""The command as it is typed; its tests share one data directory, so PostgreSQL is created once for each module.

Held open by the fixture, the server is not started anew for every command.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backend.cli import app
from backend.core.database import Database, open_embedded

Tenure = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Database]:
    """The embedded server of `home`, with a database that nothing has migrated."""
    opened = open_embedded(home / "postgres", "tenure")
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
