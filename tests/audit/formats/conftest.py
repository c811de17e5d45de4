from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def merkle_vectors(shared_data: Path) -> Path:
    """Published vectors of Merkle proofs, signed notes and a whole log; ORIGIN.json beside them names their sources."""
    return shared_data / "vectors" / "merkle"
