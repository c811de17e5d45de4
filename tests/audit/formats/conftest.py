"""Published vectors, where they are at hand: `TENURE_SHARED_DATA`, or `shared/data` beside the repository."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    path = Path(os.environ.get("TENURE_SHARED_DATA", beside))
    if not path.is_dir():
        pytest.skip("the shared data are not here; set TENURE_SHARED_DATA to run against the published vectors")
    return path


@pytest.fixture(scope="session")
def merkle_vectors(shared_data: Path) -> Path:
    return shared_data / "vectors" / "merkle"
