"""Every test works in a bank of its own."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)
