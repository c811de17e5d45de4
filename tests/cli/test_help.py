"""Every command says what it does."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from backend.cli import app


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
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
        command = command.commands[name]
    assert command.help


def test_an_unknown_command_is_an_error() -> None:
    assert CliRunner().invoke(app, ["destroy"]).exit_code == 2
