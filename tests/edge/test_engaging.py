"""Playbooks and offers reach customers through the house that keeps contact."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from backend.engagement import contact
from backend.servicing.interactions.models import State
from backend.servicing.interactions.queries import history
from tests.factories import contact as make
from tests.factories import onboarding as banks


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    return await banks.bank(platform, tenant)


async def test_what_a_playbook_asks_is_answered_by_the_rule_of_contact(bank: banks.Bank) -> None:
    agreed, silent = await make.reached(bank), await make.reached(bank, consents=())
    found = await bank.run("system", contact.may_contact, [agreed, silent], "marketing")
    assert (found[agreed].allowed, found[agreed].channel, found[agreed].reasons) == (True, "email", ())
    assert (found[silent].allowed, found[silent].channel) == (False, None)
    assert "consent_missing" in found[silent].reasons


async def test_what_a_playbook_sends_is_a_message_of_the_house(bank: banks.Bank) -> None:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    ids = [
        await bank.run("system", contact.send, party_id, "news", purpose="service", reference="step-1")
        for _ in range(2)
    ]
    rows = await bank.run("officer", history.history, party_id)
    assert [(row.id, row.state) for row in rows] == [(ids[0], State.WAITING)]
    assert ids[0] == ids[1]
