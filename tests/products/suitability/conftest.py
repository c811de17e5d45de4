"""A bank with its people, fresh for each test."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)
