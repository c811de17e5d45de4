"""An institution whose people make products, fresh for each test."""

import pytest

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from tests.factories import products as make


@pytest.fixture
async def makers(platform: Platform, tenant: Tenant, clock: FixedClock) -> make.Makers:
    return await make.makers(platform, tenant, clock)
