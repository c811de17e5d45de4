"""Packs, keys and the witness, by commands alone."""

import zipfile
from pathlib import Path

import pytest

from tests.audit.packing import alone
from tests.cli.conftest import Tenure


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    words = ("--name", "Olga", "--role", "auditor", "--password", "twelve signs or more")
    tenure("user", "create", "olga", *words)
    tenure("user", "create", "jana", "--name", "Jana", "--role", "relationship_manager", *words[4:])
    return tenure


def test_a_pack_for_an_auditor_verifies_with_the_printed_key(bank: Tenure, tmp_path: Path) -> None:
    said = bank("audit", "export", tmp_path / "a.auditpack", "--reader", "olga").stdout
    key = bank("audit", "key").stdout.strip()
    assert "rule-sets." in said
    assert "Everything checked holds." in alone(tmp_path / "empty", tmp_path / "a.auditpack", "--key", key)


def test_who_may_not_export_gets_no_pack(bank: Tenure, tmp_path: Path) -> None:
    bank("audit", "export", tmp_path / "a.auditpack", "--reader", "jana", code=1)
    assert not (tmp_path / "a.auditpack").exists()


def test_without_a_reader_no_content_leaves(bank: Tenure, tmp_path: Path) -> None:
    bank("audit", "export", tmp_path / "a.auditpack")
    with zipfile.ZipFile(tmp_path / "a.auditpack") as pack:
        assert b"Olga" not in pack.read("versions/000.jsonl")


def test_the_witness_remembers_and_agrees(bank: Tenure, tmp_path: Path) -> None:
    bank("audit", "export", tmp_path / "a.auditpack")
    memory = tmp_path / "memory.json"
    assert "first" in bank("audit", "witness", "--memory", memory, "--database").stdout
    bank(
        "user",
        "create",
        f"u{tmp_path.name[-1]}x",
        "--name",
        "U",
        "--role",
        "auditor",
        "--password",
        "twelve signs or more",
    )
    bank("audit", "export", tmp_path / "b.auditpack")
    assert "grown" in bank("audit", "witness", "--memory", memory, "--database").stdout
