"""Every test works in a bank of its own."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories.customers import Bank, open_bank


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)
