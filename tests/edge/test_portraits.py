"""Other floors tell what they know of a customer, and only to whoever may see it there."""

from typing import Any

import pytest

from backend.access.models import Tenant
from backend.customers.models import Party
from backend.edge import portraits
from backend.edge.platform import Platform
from backend.engagement.portrait.sources import GROUPS, Fact, registered
from tests.factories.customers import Bank, open_bank, with_roles


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
async def party(bank: Bank) -> Party:
    return await bank.customer()


async def told(bank: Bank, actor: Any, source: Any, party: Party) -> list[Fact]:
    return list(await bank.run(actor, source, party.id))


def test_every_floor_is_asked() -> None:
    assert {"contact", "satisfaction", "loyalty", "review", "offers", "playbooks"} <= set(registered())


@pytest.mark.parametrize("source", sorted(registered()))
async def test_of_a_new_customer_nothing_is_invented(bank: Bank, party: Party, source: str) -> None:
    for fact in await told(bank, bank.manager, registered()[source], party):
        assert fact.group in GROUPS
        assert fact.value not in (0, "")


@pytest.mark.parametrize("source", ["contact", "loyalty", "offers"])
async def test_an_administrator_is_told_nothing(bank: Bank, party: Party, source: str) -> None:
    assert await told(bank, with_roles(bank.officer, "administrator"), registered()[source], party) == []


def test_a_fact_of_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="no group"):
        Fact("horoscope", "sign", "leo", "stars")


def test_the_wiring_is_of_this_module() -> None:
    assert registered()["loyalty"] is portraits.loyalty
