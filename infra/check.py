"""Every static check, each by the tool that is kept for it: `python -m infra.check`.

Two run at a time. A check that fails shows what its tool said; the closing list names all of them.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parent.parent
_CHECKS: Final = {
    "types": "mypy",
    "lint": "ruff check .",
    "format": "ruff format --check .",
    "imports": "lint-imports",
    "GraphQL contract": "tenure schema check",
    "YAML": "yamllint --strict .",
    "container image": "hadolint infra/Containerfile",
    "shell": "shellcheck .ci/run infra/environment.sh infra/roles.sh",
    "compose file": "check-jsonschema --builtin-schema vendor.compose-spec infra/compose.yaml",
    "locks": "python -m infra.lock --check",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    passed: bool
    seconds: float
    said: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'} {self.name} ({self.seconds:.1f} s)"


def check(name: str) -> Outcome:
    """Run one check with the tools that stand beside this interpreter."""
    began = time.monotonic()
    tools = {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))}
    done = subprocess.run(
        _CHECKS[name].split(),
        cwd=_ROOT,
        env=os.environ | tools,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - began, done.stdout)


def main() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(check, _CHECKS))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"── {outcome.name}: {_CHECKS[outcome.name]}\n{outcome.said}")
    print("\n".join(map(str, outcomes)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
