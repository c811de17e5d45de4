import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import FormatError, checkpoint, proof
from backend.audit.formats.checkpoint import Checkpoint, ForeignCheckpoint
from backend.audit.formats.merkle import Frontier, inclusion_proof, leaf_hashes, root_hash
from backend.audit.formats.note import SignerKey, UnverifiedNote
from backend.audit.formats.proof import LogProof, MalformedProof
from backend.audit.formats.verification import ProofRefused, RootMismatch

ENTRIES = [b"entry %d" % number for number in range(70)]
COMPLETED = Frontier().grow(leaf_hashes(ENTRIES)).completed
SIGNER = SignerKey("tenure.example/log", bytes(range(32)))
ORIGIN, KEYS = SIGNER.name, [SIGNER.verifier]


def get_node(level: int, index: int) -> bytes:
    return COMPLETED[level][index]


def proof_of(index: int, size: int, extra: bytes | None = None) -> LogProof:
    head = checkpoint.sign(Checkpoint(ORIGIN, size, root_hash(get_node, size)), SIGNER)
    return LogProof(index, tuple(inclusion_proof(get_node, index, size)), head, extra)


@st.composite
def positions(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, len(ENTRIES)))
    return draw(st.integers(0, size - 1)), size


@given(positions(), st.none() | st.binary(min_size=1))
def test_a_proof_file_reads_back_and_proves_its_entry(position: tuple[int, int], extra: bytes | None) -> None:
    index, size = position
    written = proof_of(index, size, extra)
    read = proof.parse(written.encode())
    assert read == written
    assert read.verify(ENTRIES[index], KEYS, ORIGIN).size == size


def test_a_proof_file_has_the_specified_lines() -> None:
    data = proof_of(1, 2, b"why").encode().decode()
    assert data.split("\n")[:8] == [
        "c2sp.org/tlog-proof@v1",
        "extra d2h5",
        "index 1",
        "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=",
        "",
        "tenure.example/log",
        "2",
        "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=",
    ]


def test_the_proof_of_a_single_entry_has_no_hashes() -> None:
    assert proof_of(0, 1).encode().startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\ntenure.example/log\n1\n")


@given(positions(), st.data())
def test_a_changed_byte_anywhere_but_in_extra_is_refused(position: tuple[int, int], data: st.DataObject) -> None:
    index, size = position
    whole = bytearray(proof_of(index, size).encode())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(FormatError):
        proof.parse(bytes(whole)).verify(ENTRIES[index], KEYS, ORIGIN)


@given(positions(), st.data())
def test_a_proof_cut_short_is_refused(position: tuple[int, int], data: st.DataObject) -> None:
    index, size = position
    whole = proof_of(index, size).encode()
    with pytest.raises(FormatError):
        proof.parse(whole[: data.draw(st.integers(0, len(whole) - 1))]).verify(ENTRIES[index], KEYS, ORIGIN)


def test_a_proof_for_another_entry_is_refused() -> None:
    with pytest.raises(RootMismatch):
        proof_of(5, 70).verify(ENTRIES[6], KEYS, ORIGIN)


def test_a_proof_under_the_head_of_another_tree_is_refused() -> None:
    mixed = LogProof(5, proof_of(5, 64).hashes, proof_of(5, 70).checkpoint)
    with pytest.raises(ProofRefused):
        mixed.verify(ENTRIES[5], KEYS, ORIGIN)


def test_a_proof_signed_by_a_stranger_is_refused() -> None:
    with pytest.raises(UnverifiedNote):
        proof_of(5, 70).verify(ENTRIES[5], [SignerKey.generate(ORIGIN).verifier], ORIGIN)


def test_a_proof_of_another_log_is_refused() -> None:
    with pytest.raises(ForeignCheckpoint):
        proof_of(5, 70).verify(ENTRIES[5], KEYS, "tenure.example/other")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\nindex 0\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex 00\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex -1\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nextra d2h5\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nextra d2h5\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nextra d2h5=\nindex 0\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\nd2h5\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 43 + b"=\r\n\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + (b"A" * 43 + b"=\n") * 65 + b"\nhead\n",
        b"c2sp.org/tlog-proof@v1\nindex \xd9\xa0\n\nhead\n",
    ],
)
def test_a_malformed_proof_file_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedProof):
        proof.parse(data)
