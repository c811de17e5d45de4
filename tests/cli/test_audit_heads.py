"""Heads, witnesses, stamps and proofs, by commands alone."""

import json
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.audit.authority import Authority, serving, soon
from tests.audit.packing import alone, bundle
from tests.cli.conftest import Tenure

PASSWORD = ("--password", "twelve signs or more")


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha Bank", "--jurisdiction", "CZ", "--currency", "CZK")
    tenure("user", "create", "olga", "--name", "Olga", "--role", "auditor", *PASSWORD)
    return tenure


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(soon())


@pytest.fixture
def roots(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "roots.pem"
    path.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def published(bank: Tenure, tmp_path: Path) -> Path:
    """The log as a folder in the layout of tlog-tiles, as a pack holds it."""
    bank("audit", "export", tmp_path / "all.auditpack", "--reader", "olga")
    folder = tmp_path / "published"
    with zipfile.ZipFile(tmp_path / "all.auditpack") as pack:
        pack.extractall(folder)
    return folder


@pytest.fixture
def address(published: Path) -> Iterator[str]:
    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    server = HTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(published)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_witness_follows_a_folder(bank: Tenure, published: Path, tmp_path: Path) -> None:
    key, memory = bank("audit", "key").stdout.strip(), tmp_path / "memory.json"
    words = ("audit", "witness", "--memory", memory, "--directory", published, "--key", key)
    assert "first" in bank(*words).stdout
    assert "same" in bank(*words).stdout


def test_the_witness_follows_an_address(bank: Tenure, address: str, tmp_path: Path) -> None:
    key, memory = bank("audit", "key").stdout.strip(), tmp_path / "memory.json"
    assert "first" in bank("audit", "witness", "--memory", memory, "--url", address, "--key", key).stdout


def test_the_witness_stops_at_a_log_of_another_key(bank: Tenure, published: Path, tmp_path: Path) -> None:
    key = bank("audit", "key").stdout.strip()
    name, _, rest = key.partition("+")
    other = f"{name}x+{rest}"
    memory = tmp_path / "memory.json"
    bank("audit", "witness", "--memory", memory, "--directory", published, "--key", other, code=1)
    assert not memory.exists()


def test_the_witness_is_told_one_log_to_look_at(bank: Tenure, published: Path, tmp_path: Path) -> None:
    both = ("--directory", published, "--database")
    said = bank("audit", "witness", "--memory", tmp_path / "memory.json", *both, code=2)
    assert "--url" in said.output


def test_a_head_is_stamped_and_the_stamp_verified_by_command(bank: Tenure, authority: Authority, roots: Path) -> None:
    with serving(authority) as server:
        said = bank("audit", "timestamp", "--url", f"{server}/stamp", "--roots", roots).stdout
    assert authority.now.isoformat() in said
    assert "holds" in bank("audit", "timestamps", "--roots", roots).stdout


def test_a_stamp_of_an_authority_that_is_not_trusted_does_not_hold(
    bank: Tenure, authority: Authority, roots: Path, tmp_path: Path
) -> None:
    with serving(authority) as server:
        bank("audit", "timestamp", "--url", f"{server}/stamp", "--roots", roots)
    other = tmp_path / "other.pem"
    other.write_bytes(Authority(soon()).root.public_bytes(Encoding.PEM))
    assert "does not hold" in bank("audit", "timestamps", "--roots", other, code=1).output


def test_an_entry_is_proven_in_a_file_of_its_own(bank: Tenure, published: Path, tmp_path: Path) -> None:
    """The entry that made Olga's account, about her record."""
    lines = [json.loads(line) for line in (published / "versions" / "000.jsonl").read_bytes().splitlines()]
    version = next(line for line in lines if line["t"] == "staff_user")
    target = tmp_path / "one.auditproof"
    (entries,) = (published / "tile" / "entries").glob("000.p/*")
    entry = json.loads(bundle(entries.read_bytes())[version["i"]])
    given = ("--entry", entry["id"], "--record", version["id"])
    bank("audit", "proof", target, "--reader", "olga", *given)
    key = bank("audit", "key").stdout.strip()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "verify.py").write_bytes((published / "verify.py").read_bytes())
    assert "Everything checked holds." in alone(tmp_path / "empty", target, "--key", key)


def test_a_proof_of_nothing_in_particular_is_refused(bank: Tenure, tmp_path: Path) -> None:
    bank("audit", "proof", tmp_path / "one.auditproof", "--reader", "olga", code=1)
    assert not (tmp_path / "one.auditproof").exists()
