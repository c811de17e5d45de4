"""Every test works in a bank of its own, with a year of ledger and colleagues who make, validate and confirm models."""

import pytest

from backend.access.models import Tenant
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.engagement.models import service
from backend.engagement.models.models import ModelVersion
from backend.jobs import scoring
from tests.factories import portfolio
from tests.factories.customers import Bank, open_bank, with_roles


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
def analyst(bank: Bank) -> Actor:
    return with_roles(bank.colleague, "risk_analyst")


@pytest.fixture
def head(bank: Bank) -> Actor:
    return with_roles(bank.officer, "head_of_compliance")


@pytest.fixture
async def ledger(bank: Bank) -> Bank:
    await portfolio.fill(bank)
    return bank


async def trained(bank: Bank, analyst: Actor, code: str = "activity", horizon: int = 6) -> ModelVersion:
    draft = await bank.run(analyst, service.request, code, horizon_months=horizon)
    return await scoring.train_one(bank.platform, bank.system, draft.id, lambda *_: None)


async def validated(bank: Bank, analyst: Actor, head: Actor, code: str = "activity", horizon: int = 6) -> ModelVersion:
    version = await trained(bank, analyst, code, horizon)
    await bank.run(analyst, service.submit, version.id)
    row: ModelVersion = await bank.run(head, service.validate, version.id, "For current accounts only.")
    return row


async def champion(bank: Bank, analyst: Actor, head: Actor, code: str = "activity", horizon: int = 6) -> ModelVersion:
    version = await validated(bank, analyst, head, code, horizon)
    await bank.run(analyst, service.promote, version.id)
    row: ModelVersion = await bank.run(head, service.confirm, version.id)
    return row
