"""A log of the four golden entries, its head and the proof of the third, in bytes that must come out the same for ever.

The file `golden/denied.tlog-proof` was made without this code, from RFC 6962, RFC 8032 and the C2SP texts alone.
"""

import json
from pathlib import Path

from backend.audit.formats import checkpoint, proof
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import Frontier, inclusion_proof, leaf_hashes
from backend.audit.formats.note import SignerKey, VerifierKey
from backend.audit.formats.proof import LogProof

DIRECTORY = Path(__file__).parent / "golden"
ENTRIES = [case["bytes"].encode() for case in json.loads((DIRECTORY / "entries.json").read_text(encoding="utf-8"))]
PROOF = (DIRECTORY / "denied.tlog-proof").read_bytes()
ORIGIN = "tenure.example/log"
SIGNER = SignerKey(ORIGIN, bytes(range(32)))
VERIFIER = "tenure.example/log+4ed240d4+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def test_the_golden_proof_verifies_with_the_golden_key() -> None:
    head = proof.parse(PROOF).verify(ENTRIES[2], [VerifierKey.parse(VERIFIER)], ORIGIN)
    assert head.size == 4


def test_the_golden_proof_is_written_again_to_the_byte() -> None:
    growth = Frontier().grow(leaf_hashes(ENTRIES))
    head = checkpoint.sign(Checkpoint(ORIGIN, growth.frontier.size, growth.frontier.root), SIGNER)
    path = inclusion_proof(lambda level, index: growth.completed[level][index], 2, 4)
    assert LogProof(2, tuple(path), head).encode() == PROOF
