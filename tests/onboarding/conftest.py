"""A bank with its people, fresh for each test."""

from collections.abc import Iterator

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture(autouse=True)
def ordinary() -> Iterator[None]:
    """What other capabilities know of everybody, unless a test says otherwise: nothing that raises the risk."""
    with offering(Offers(everybody=ORDINARY)):
        yield
