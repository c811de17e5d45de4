"""The model floor knows nothing of databases, clocks, networks or the environment."""

import ast
import sys
from pathlib import Path

import pytest

import risk_models

OUTSIDE = {"asyncio", "http", "os", "random", "socket", "sqlite3", "subprocess", "threading", "time", "urllib", "uuid"}
LIBRARIES = {"numpy", "pandas", "scipy", "sklearn", "pydantic", "yaml", "risk_models"}
ALLOWED = LIBRARIES | (sys.stdlib_module_names - OUTSIDE)
FILES = sorted(Path(risk_models.__file__).parent.glob("*.py"))
CLOCKS = {"now", "today", "utcnow", "getenv"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_models_import_only_numbers_and_themselves(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= ALLOWED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_models_read_no_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not {function.attr for function in called if isinstance(function, ast.Attribute)} & CLOCKS
