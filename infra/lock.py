"""The locks: every package with its hashes, resolved once for every platform and Python that Tenure supports.

    python -m infra.lock            write the locks; versions stay where they still fit
    python -m infra.lock --upgrade  write them with the newest versions that fit
    python -m infra.lock --check    exit 1 when pyproject.toml asks for something else by now (no network)

A lock carries a fingerprint of what it was resolved from: the requirements, and for the developers' lock the
runtime lock that constrains it.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
_MARK: Final = "# inputs: sha256:"
_OPTIONS: Final = (
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--generate-hashes", "--no-header", "--no-config", "--quiet"),
)


@dataclass(frozen=True, slots=True)
class Lock:
    name: str
    sources: tuple[str, ...]
    """Arguments of `uv pip compile` that say what to resolve."""
    groups: tuple[str, ...]
    constraint: str | None = None

    def fingerprint(self, root: Path) -> str:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        inputs = [project["project"]["requires-python"], self._requirements(project)]
        if self.constraint is not None:
            inputs.append(hashlib.sha256((root / self.constraint).read_bytes()).hexdigest())
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()

    def is_fresh(self, root: Path) -> bool:
        path = root / self.name
        return path.exists() and f"{_MARK}{self.fingerprint(root)}" in path.read_text(encoding="utf-8").splitlines()[:3]

    def write(self, root: Path, *, upgrade: bool) -> None:
        """Resolve beside the old lock, whose versions are kept, and put the new one in its place."""
        path = root / self.name
        with tempfile.TemporaryDirectory() as directory:
            resolved = Path(directory) / self.name
            if path.exists():
                resolved.write_bytes(path.read_bytes())
            subprocess.run(self._command(resolved, upgrade), cwd=root, env=_environment(), check=True)
            body = resolved.read_text(encoding="utf-8")
        head = f"# Written by `python -m infra.lock`.\n{_MARK}{self.fingerprint(root)}\n"
        path.write_text(head + body, encoding="utf-8")

    def _requirements(self, project: dict[str, Any]) -> list[str]:
        wanted = [] if self.constraint else project["project"]["dependencies"]
        return sorted(wanted + [line for group in self.groups for line in project["dependency-groups"][group]])

    def _command(self, target: Path, upgrade: bool) -> list[str]:
        groups = [argument for group in self.groups for argument in ("--group", group)]
        constraint = ["--constraint", self.constraint] if self.constraint else []
        newest = ["--upgrade"] if upgrade else []
        command = [sys.executable, "-m", "uv", "pip", "compile", *self.sources, *groups, *constraint]
        return [*command, *_OPTIONS, *newest, "--output-file", str(target)]


LOCKS: Final = (
    Lock("requirements.txt", ("pyproject.toml",), ("build",)),
    Lock("requirements-dev.txt", (), ("dev",), constraint="requirements.txt"),
)


def stale(root: Path = ROOT) -> list[str]:
    """The locks that no longer answer to pyproject.toml."""
    return [lock.name for lock in LOCKS if not lock.is_fresh(root)]


def _environment() -> dict[str, str]:
    """Certificates as pip has them; no index of this machine's own, so that a lock is the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    return kept | ({"SSL_CERT_FILE": kept["PIP_CERT"]} if "PIP_CERT" in kept else {})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.lock", description="Write or check the locks.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    parser.add_argument("--check", action="store_true", help="only say whether the locks are fresh")
    options = parser.parse_args()
    if not options.check:
        for lock in LOCKS:
            lock.write(ROOT, upgrade=options.upgrade)
    elif names := stale():
        sys.exit(f"{' and '.join(names)} not resolved from this pyproject.toml: run `make lock`.")


if __name__ == "__main__":
    main()
