"""Every command says what it does."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from backend.cli import PARTS, app
from backend.cli.parts import Deferred


def _whole(command: Any) -> Any:
    return command.loaded if isinstance(command, Deferred) else command


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(_whole(command), "commands", {}).items():
        yield from _commands(child, (*path, name))


COMMANDS = list(_commands(typer.main.get_command(app)))


def test_the_commands_of_the_product_are_there() -> None:
    wanted = {
        "serve",
        "demo",
        "db migrate",
        "db check",
        "import berka",
        "import customers",
        "user create",
        "audit verify",
    }
    assert wanted <= {" ".join(path) for path in COMMANDS}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "tenure")
def test_a_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    assert f"Usage: tenure {' '.join(path)}".strip() in result.output.replace("Usage: root", "Usage: tenure", 1)
    command: Any = typer.main.get_command(app)
    for name in path:
        command = _whole(command.commands[name])
    assert command.help


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(part: Deferred) -> None:
    assert (part.name, part.help) == (part.loaded.name, part.loaded.help)


def test_the_list_of_commands_is_told_without_importing_the_product() -> None:
    """Half a minute of imports for a line of help, and for every completion in a shell, is half a minute too much."""
    told = (
        "import sys; from typer.testing import CliRunner; from backend.cli import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "print(sorted({'pandas', 'scipy', 'sqlalchemy', 'strawberry', 'alembic'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_unknown_command_is_an_error() -> None:
    assert CliRunner().invoke(app, ["destroy"]).exit_code == 2
