from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import checkpoint, note
from backend.audit.formats.checkpoint import Checkpoint, ForeignCheckpoint, MalformedCheckpoint
from backend.audit.formats.merkle import EMPTY_ROOT, consistency_proof, leaf_hashes, root_hash
from backend.audit.formats.note import SignerKey, VerifierKey
from backend.audit.formats.tiles import Tile, decode_bundle, entry_bundles, hash_tiles, node_getter, read_hashes
from backend.audit.formats.verification import verify_consistency

TESSERA = "example.com/log/testdata"
TESSERA_KEY = VerifierKey.parse("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
SIGNER = SignerKey("tenure.example/log", bytes(range(32)))
HEAD = Checkpoint("tenure.example/log", 7, bytes(range(32)))


@pytest.fixture
def tessera(merkle_vectors: Path) -> Path:
    return merkle_vectors / "transparency-dev-tessera-testdata/testdata/log"


def heads(tessera: Path) -> list[Checkpoint]:
    files = [tessera / f"checkpoint.{size}" for size in range(16)]
    return [checkpoint.verify(file.read_bytes(), [TESSERA_KEY], TESSERA) for file in files]


def test_all_checkpoints_of_tessera_verify(tessera: Path) -> None:
    assert [head.size for head in heads(tessera)] == list(range(16))


def test_checkpoints_of_tessera_read_back_to_the_same_bytes(tessera: Path) -> None:
    for head, file in zip(heads(tessera), (tessera / f"checkpoint.{size}" for size in range(16)), strict=True):
        signed = note.parse(file.read_bytes())
        assert (head.text(), signed.encode()) == (signed.text, file.read_bytes())


def test_hash_tiles_of_tessera_lead_to_every_signed_root(tessera: Path) -> None:
    def read(tile: Tile) -> bytes:
        return (tessera / tile.path).read_bytes()

    assert [root_hash(node_getter(read, head.size), head.size) for head in heads(tessera)] == [
        head.root for head in heads(tessera)
    ]


def test_entry_bundles_of_tessera_hash_to_its_tiles(tessera: Path) -> None:
    for size in range(1, 16):
        (bundle,), (tile,) = entry_bundles(size), hash_tiles(size)
        entries = decode_bundle((tessera / bundle.path).read_bytes(), bundle.width)
        assert leaf_hashes(entries) == read_hashes(lambda tile: (tessera / tile.path).read_bytes(), tile)


def test_every_head_of_tessera_extends_every_older_one(tessera: Path) -> None:
    get_node = node_getter(lambda tile: (tessera / tile.path).read_bytes(), 15)
    known = heads(tessera)
    for new in known[1:]:
        for old in known[1 : new.size + 1]:
            proof = consistency_proof(get_node, old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)


def test_a_signed_checkpoint_has_the_specified_lines() -> None:
    assert checkpoint.sign(HEAD, SIGNER).decode().split("\n")[:4] == [
        "tenure.example/log",
        "7",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "",
    ]


@given(
    st.integers(0, 2**64 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1), max_size=3),
)
def test_a_checkpoint_reads_back_as_it_was_signed(size: int, root: bytes, extensions: list[str]) -> None:
    head = Checkpoint(SIGNER.name, size, root, tuple(extensions))
    assert checkpoint.verify(checkpoint.sign(head, SIGNER), [SIGNER.verifier], SIGNER.name) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "log\n7\n",
        "log\n07\n" + "A" * 43 + "=\n",
        "log\n-1\n" + "A" * 43 + "=\n",
        "log\n\u0667\n" + "A" * 43 + "=\n",
        "log\n18446744073709551616\n" + "A" * 43 + "=\n",
        "log\n7\n" + "A" * 42 + "B=\n",
        "log\n7\n" + "A" * 44 + "\n",
        "log\n7\nAAAA\n",
        "\n7\n" + "A" * 43 + "=\n",
        "log\n7\n" + "A" * 43 + "=\n\n",
        "log\n7\n" + "A" * 43 + "=",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedCheckpoint):
        checkpoint.parse_text(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("log", -1, EMPTY_ROOT, ()),
        ("log", 2**64, EMPTY_ROOT, ()),
        ("log", 0, b"", ()),
        ("", 0, EMPTY_ROOT, ()),
        ("two\nlines", 0, EMPTY_ROOT, ()),
        ("log", 0, EMPTY_ROOT, ("",)),
    ],
)
def test_an_impossible_checkpoint_cannot_be_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedCheckpoint):
        Checkpoint(origin, size, root, extensions)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(ForeignCheckpoint, match=r"tenure\.example/log"):
        checkpoint.verify(checkpoint.sign(HEAD, SIGNER), [SIGNER.verifier], "tenure.example/other")


def test_a_checkpoint_with_a_changed_size_is_refused() -> None:
    forged = checkpoint.sign(HEAD, SIGNER).replace(b"\n7\n", b"\n8\n")
    with pytest.raises(note.InvalidNoteSignature):
        checkpoint.verify(forged, [SIGNER.verifier], SIGNER.name)
