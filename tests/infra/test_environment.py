"""Setting up says what is missing, and keeps what is there."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from infra.credentials import make

SCRIPT = Path(__file__).resolve().parents[2] / "infra" / "environment.sh"


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    told = {"PYTHON": str(old), "VENV": str(tmp_path / "venv")}
    done = subprocess.run([str(SCRIPT)], env=os.environ | told, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")
def test_make_runs_the_tools_of_the_environment_it_made() -> None:
    clean = {name: value for name, value in os.environ.items() if name not in {"VENV", "MAKEFLAGS", "MAKELEVEL"}}
    done = subprocess.run(
        ["make", "--dry-run", "test"], cwd=SCRIPT.parents[1], env=clean, capture_output=True, text=True, check=True
    )
    assert ".venv/bin/python -m pytest" in done.stdout


def test_passwords_are_made_once(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    first = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert make(tmp_path / "secrets") == []
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == first


def test_an_address_carries_the_password_of_its_role(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    password = (tmp_path / "secrets" / "login_password").read_text()
    assert f"//tenure:{password}@" in (tmp_path / "secrets" / "database_url").read_text()


def test_the_passwords_are_closed_to_others_on_the_host(tmp_path: Path) -> None:
    make(tmp_path / "secrets")
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
