"""Every test works in a bank of its own, with a house that keeps contact and remembers what it sent."""

from collections.abc import Iterator

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories import onboarding as make
from tests.factories.contact_house import House, house


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
def post() -> Iterator[House]:
    with house() as kept:
        yield kept
