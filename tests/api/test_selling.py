"""Selling over GraphQL: what may be sold and why not, warnings, the second signature, refused attempts."""

from typing import Any
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make
from tests.factories.suitability import SAFE, fund, investor, product

CAN_SELL = """
query ($id: UUID!, $product: String!, $channel: String! = "branch") {
  canSell(partyId: $id, product: $product, channel: $channel) {
    allowed insistence signature amountNeeded currency reasons { code effect text }
  }
}
"""
OFFERS = "query ($id: UUID!) { saleOffers(partyId: $id) { product allowed } }"
SELL = """
mutation ($id: UUID!, $input: SaleInput!, $key: String) {
  sell(id: $id, input: $input, idempotencyKey: $key) {
    __typename
    ... on Sale { id state amount { amount currency } reasons { code } product { code } insisted { words } maySign }
    ... on Problem { code message }
    ... on InvalidProblem { field }
  }
}
"""
SIGN = "mutation ($id: UUID!) { signSale(id: $id) { __typename ... on Sale { state } ... on Problem { code } } }"
DECLINE = """
mutation ($id: UUID!) {
  declineSale(id: $id, reason: "not_convincing") {
    __typename ... on Sale { state endedReason } ... on Problem { code }
  }
}
"""
WAITING = "{ salesToSign { id maySign } }"
OF_CUSTOMER = "query ($id: UUID!) { sales(partyId: $id) { state product { code } } }"
AMOUNT = {"amount": "5000.00", "currency": "CZK"}
INSISTED = {"version": 1, "locale": "en", "words": "I want it all the same."}


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def _sell(door: Door, bank: make.Bank, party_id: UUID, code: str = "fund", **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await door.data(SELL, bank["rm"], id=str(party_id), input={"product": code, **given})
    return answer["sell"]


async def _against_a_warning(door: Door, bank: make.Bank) -> tuple[UUID, dict[str, Any]]:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    return party_id, await _sell(door, bank, party_id, told=True, insisted=INSISTED, **AMOUNT)


async def test_what_may_be_sold_is_told_with_its_reasons(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank, SAFE))
    await fund(bank)
    found = (await door.data(CAN_SELL, bank["rm"], id=party_id, product="fund"))["canSell"]
    assert (found["allowed"], found["amountNeeded"], found["currency"]) == ("NO", True, "CZK")
    assert {"code": "grade.lowest", "effect": "refuse"}.items() <= found["reasons"][0].items()
    assert "is graded R2; the customer's grade C1 buys R1 only" in found["reasons"][0]["text"]


async def test_offers_stand_in_the_order_of_what_speaks_against_them(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank))
    await fund(bank, "wild", "R4")
    await fund(bank, "calm", "R2")
    await product(bank, "closed", channels=["web"])
    found = (await door.data(OFFERS, bank["rm"], id=party_id))["saleOffers"]
    assert [(each["product"], each["allowed"]) for each in found] == [
        ("calm", "YES"),
        ("wild", "WARN"),
        ("closed", "NO"),
    ]


async def test_a_channel_that_is_none_is_refused_with_those_there_are(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank))
    await fund(bank)
    assert await door.codes(CAN_SELL, bank["rm"], id=party_id, product="fund", channel="pigeon") == ["sale.channel"]


async def test_a_sale_that_is_sent_twice_is_made_once(door: Door, bank: make.Bank) -> None:
    party_id = str(await investor(bank))
    await fund(bank)
    given = {"product": "fund", **AMOUNT}
    made = [(await door.data(SELL, bank["rm"], id=party_id, input=given, key="desk-1"))["sell"] for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0]["state"], made[0]["product"]) == ("CONFIRMED", {"code": "fund"})
    assert len((await door.data(OF_CUSTOMER, bank["rm"], id=party_id))["sales"]) == 1


async def test_a_fund_without_an_amount_is_refused_by_its_field(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank)
    answer = await _sell(door, bank, party_id)
    assert (answer["__typename"], answer["code"], answer["field"]) == (
        "InvalidProblem",
        "sale.amount_missing",
        "amount",
    )


async def test_an_account_is_sold_without_an_amount(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank)
    await product(bank, "account")
    assert (await _sell(door, bank, party_id, "account"))["state"] == "CONFIRMED"


async def test_a_warning_that_was_not_told_is_asked_for(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    answer = await _sell(door, bank, party_id, **AMOUNT)
    assert (answer["__typename"], answer["code"], answer["field"]) == ("InvalidProblem", "sale.warnings", "told")


async def test_a_sale_against_a_warning_is_signed_by_somebody_else(door: Door, bank: make.Bank) -> None:
    _, sale = await _against_a_warning(door, bank)
    assert (sale["state"], sale["insisted"]["words"], sale["maySign"]) == ("PROPOSED", INSISTED["words"], False)
    assert (await door.data(SIGN, bank["rm"], id=sale["id"]))["signSale"]["__typename"] == "NotAllowedProblem"
    assert (await door.data(WAITING, bank["officer"]))["salesToSign"] == [{"id": sale["id"], "maySign": True}]
    assert (await door.data(SIGN, bank["officer"], id=sale["id"]))["signSale"]["state"] == "CONFIRMED"


async def test_a_sale_that_is_not_signed_is_over(door: Door, bank: make.Bank) -> None:
    _, sale = await _against_a_warning(door, bank)
    ended = (await door.data(DECLINE, bank["officer"], id=sale["id"]))["declineSale"]
    assert (ended["state"], ended["endedReason"]) == ("CANCELLED", "not_convincing")
    assert (await door.data(SIGN, bank["officer"], id=sale["id"]))["signSale"]["code"] == "sale.not_proposed"


async def test_a_refused_attempt_comes_back_refused_and_stays_on_record(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    await fund(bank)
    answer = await _sell(door, bank, party_id)
    assert (answer["state"], [each["code"] for each in answer["reasons"]]) == ("REFUSED", ["assessment.missing"])
    on_record = (await door.data(OF_CUSTOMER, bank["rm"], id=str(party_id)))["sales"]
    assert on_record == [{"state": "REFUSED", "product": {"code": "fund"}}]


async def test_who_does_not_see_the_customer_sells_nothing(door: Door, bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank)
    given = {"product": "fund", **AMOUNT}
    answer = (await door.data(SELL, door.somebody("relationship_manager"), id=str(party_id), input=given))["sell"]
    assert answer["__typename"] in {"NotAllowedProblem", "NotFoundProblem"}
    assert (await door.data(OF_CUSTOMER, door.somebody("relationship_manager"), id=str(party_id)))["sales"] == []
