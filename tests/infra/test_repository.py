"""What must hold for the tree as a whole."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Written apart, so that this file does not name them itself.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"))]
MACHINE = re.compile(r"(?<![\w.}])/(?:work/(?:main|shared|\.library)|root|tmp/w)\b")


def _tracked() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _mentions(found: re.Pattern[str]) -> list[str]:
    texts = ((path, path.read_text(encoding="utf-8", errors="replace")) for path in _tracked())
    return [str(path.relative_to(ROOT)) for path, text in texts if found.search(text)]


def test_no_file_names_a_package_registry() -> None:
    assert _mentions(re.compile("|".join(map(re.escape, REGISTRIES)))) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert _mentions(MACHINE) == []


@pytest.mark.parametrize("path", sorted((ROOT / "policies").rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_policy_is_one_mapping(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


def test_policies_and_contract_hold_no_python() -> None:
    """A package named graphql would hide graphql-core from every import."""
    assert [path for folder in ("policies", "graphql") for path in (ROOT / folder).rglob("*.py")] == []
