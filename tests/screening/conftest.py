from pathlib import Path

import pytest

from backend.access.models import Tenant
from backend.core.rulesets import load
from backend.edge.platform import Platform
from backend.screening.matching.rules import ScreeningRules
from tests.factories import customers as make

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def files() -> Path:
    """Small files in the publishers' formats, written by hand; every name in them is invented."""
    return Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def rules() -> ScreeningRules:
    return load(REPOSITORY / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules


@pytest.fixture
async def people(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.open_bank(platform, tenant)
