from pathlib import Path

import pytest

from backend.core.rulesets import load
from backend.screening.matching.rules import ScreeningRules

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def files() -> Path:
    """Small files in the publishers' formats, written by hand; every name in them is invented."""
    return Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def rules() -> ScreeningRules:
    return load(REPOSITORY / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules
