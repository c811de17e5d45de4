"""A bank with its people, and screenings made by the matching itself."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from backend.screening.matching.rules import ScreeningRules
from tests.factories import onboarding as make
from tests.factories.alerts import Screener


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def screener(bank: make.Bank, rules: ScreeningRules) -> Screener:
    return Screener(bank, rules)
