"""Every test works in a bank of its own, with a text for the message that carries a link."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories import feedback as make
from tests.factories import onboarding as banks


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    made = await banks.bank(platform, tenant)
    await make.worded(made)
    return made
