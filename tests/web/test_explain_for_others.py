"""“Why?” for a colleague: the answer the colleague would get, for those who may see which roles people hold."""

from tests.factories.customers import Bank
from tests.web.conftest import Browser


def _path(bank: Bank, party: object, person: object = "") -> str:
    return f"/explain?object=customer.national_id&action=view&party={party}&person={person}"


async def test_an_auditor_asks_why_a_colleague_sees_a_field(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    await browser.sign_in("auditor")
    mine = (await browser.get(_path(bank, party.id))).text
    theirs = (await browser.get(_path(bank, party.id, bank.manager.id))).text
    assert "shown masked to the role Auditor" in mine
    assert "allowed to the role Relationship manager" in theirs


async def test_who_may_not_see_roles_asks_for_nobody_else(bank: Bank, browser: Browser) -> None:
    party = await bank.customer()
    await browser.sign_in("manager")
    assert 'name="person"' not in (await browser.get(_path(bank, party.id))).text
    assert (await browser.get(_path(bank, party.id, bank.officer.id))).status_code == 403
