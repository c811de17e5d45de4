"""The wheel is whole: what a checkout has beside the package is packed into it, and found there."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LOOK = (
    "import json; from backend.core.settings import Settings; s = Settings();"
    "print(json.dumps([str(s.policies), str(s.operations)]))"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(place.glob("tenure-*.whl"))


def _data(folder: str) -> set[str]:
    paths = (ROOT / folder).rglob("*")
    return {
        path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and path.suffix not in {".pyc", ".py"}
    }


def test_the_wheel_holds_policies_and_contract(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert {f"backend/_data/{name}" for name in _data("policies") | _data("graphql")} - packed == set()


def test_the_wheel_holds_templates_catalogs_and_sql(wheel: Path) -> None:
    assert _data("backend") - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_an_installed_wheel_finds_its_own_data_beside_graphql_core(wheel: Path, tmp_path: Path) -> None:
    """graphql-core installs a folder `graphql` where the checkout has the contract."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    (tmp_path / "graphql").mkdir()
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    packed = tmp_path / "backend" / "_data"
    assert json.loads(found.stdout) == [str(packed / "policies"), str(packed / "graphql")]


BROUGHT_ALONG = ("botocore", "requests", "pydantic-core")
"""By boto3, hvac and pydantic, whose interfaces hand out their errors and settings."""


def test_every_imported_package_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    declared = {_normal(re.split(r"[^\w.-]", line)[0]) for line in (*project["dependencies"], *extras, *BROUGHT_ALONG)}
    distributions = packages_distributions()
    undeclared = {
        module
        for folder in ("backend", "risk_models")
        for path in (ROOT / folder).rglob("*.py")
        for module in _imports(path) - sys.stdlib_module_names - {"backend", "risk_models"}
        if declared.isdisjoint(map(_normal, distributions.get(module, [module])))
    }
    assert undeclared == set()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    direct = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return direct | {
        node.module.split(".")[0]
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
