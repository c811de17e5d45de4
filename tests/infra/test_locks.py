"""The locks install the same files everywhere, and answer to pyproject.toml."""

import re
import shutil
from pathlib import Path

import pytest

from infra.lock import LOCKS, ROOT, stale

NAMES = [lock.name for lock in LOCKS]


def _pins(name: str) -> list[str]:
    joined = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]


def _versions(name: str) -> dict[str, str]:
    return dict(pin.split(" ", 1)[0].split("==") for pin in _pins(name))  # type: ignore[misc]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", *NAMES):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    pin = re.compile(r"[a-z0-9.-]+==\S+ (; [^\n]+? )?(\s*--hash=sha256:[0-9a-f]{64})+\s*")
    assert [line for line in _pins(name) if not pin.fullmatch(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_place_to_download_from(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", (ROOT / name).read_text(encoding="utf-8"))


def test_developers_have_the_versions_that_are_shipped() -> None:
    shipped, developed = _versions(NAMES[0]), _versions(NAMES[1])
    assert {name: version for name, version in developed.items() if shipped.get(name, version) != version} == {}


def test_the_locks_answer_to_this_pyproject() -> None:
    assert stale() == []


def test_a_new_requirement_makes_both_locks_stale_in_turn(checkout: Path) -> None:
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text().replace("dependencies = [", 'dependencies = [\n    "six",', 1))
    assert stale(checkout) == ["requirements.txt"]
    with (checkout / "requirements.txt").open("a") as lock:
        lock.write("# resolved again\n")
    assert stale(checkout) == NAMES


def test_a_new_tool_makes_only_the_developers_lock_stale(checkout: Path) -> None:
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text().replace("dev = [", 'dev = [\n    "six",', 1))
    assert stale(checkout) == ["requirements-dev.txt"]
