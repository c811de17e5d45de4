"""Playbooks and next best offers over GraphQL."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.consent import service as consent
from backend.core.actor import Actor
from backend.customers.models import Customer, Stage
from backend.engagement.offers import service
from backend.engagement.playbooks import rules
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.ruleset import playbooks_on
from tests.api.conftest import Door
from tests.factories.catalogue import approved_product
from tests.factories.contact_house import House, house
from tests.factories.customers import Bank

CODE = "win_back"
PLAYBOOK = """query ($code: String!) { playbook(code: $code) { code holdoutShare goalDays
  steps { id kind next cases { outcome step } } effect { verdict arms { arm observed } } } }"""
ENROL = """mutation ($id: UUID!, $key: String) {
  answer: enrolInPlaybook(partyId: $id, playbook: "win_back", idempotencyKey: $key) {
    __typename ... on PlaybookEnrolment { id arm step byHand party { id } } ... on Problem { code } } }"""
OFFERS = """query ($id: UUID!) { nextBestOffers(customerId: $id) {
  offers { place product chance { basis value low high } expected { amount currency } why { code words } }
  excluded { product whyNot { code words } } answers { product answer } mayAnswer } }"""
ANSWER = """mutation ($id: UUID!, $input: OfferAnswerInput!) { answer: answerOffer(customerId: $id, input: $input) {
  __typename ... on OfferAnswer { product answer place } ... on Problem { code } } }"""


@pytest.fixture(autouse=True)
def post() -> Iterator[House]:
    with house() as kept:
        yield kept


async def stands(bank: Bank, party_id: UUID, stage: Stage) -> None:
    async def moved(ctx: Any) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party_id))).one()
        async with ctx.audit("customer.stage", ("party", party_id)):
            row.stage, row.stage_since = stage, ctx.now

    await bank.platform.run(bank.system, moved)


async def drawn(bank: Bank, arm: Arm) -> UUID:
    loaded = playbooks_on(bank.platform.policies_of(bank.system), bank.platform.clock().date())[CODE]
    while True:
        party = await bank.customer()
        if rules.arm(loaded.sha256, party.id, loaded.rules.holdout_bp) is arm:
            await stands(bank, party.id, Stage.AT_RISK)
            return party.id


async def customer(bank: Bank) -> UUID:
    party = await bank.customer()
    await stands(bank, party.id, Stage.ACTIVE)
    await bank.platform.run(bank.system, lambda ctx: approved_product(ctx, "savings", date(2020, 1, 1), kind="deposit"))
    for purpose in ("marketing", "profiling"):
        given = consent.ConsentInput(purpose=purpose, text_version=1, evidence="in_person")
        await bank.platform.run(bank.manager, lambda ctx, given=given: consent.record_consent(ctx, party.id, given))
    return party.id


async def test_a_playbook_shows_its_steps_and_what_can_be_told_of_its_effect(door: Door, bank: Bank) -> None:
    found = (await door.data(PLAYBOOK, bank.manager, code=CODE))["playbook"]
    steps = {step["id"]: step for step in found["steps"]}
    assert steps["letter"]["kind"] == "MESSAGE"
    assert {case["step"] for case in steps["fork"]["cases"]} == {"thanks", "part_well", "think"}
    assert found["effect"]["verdict"] == "TOO_SMALL"


async def test_a_playbook_that_is_not_in_force_is_not_found(door: Door, bank: Bank) -> None:
    assert await door.codes(PLAYBOOK, bank.manager, code="nothing") == ["playbook.unknown"]


async def test_enrolling_twice_with_one_key_enrols_once(door: Door, bank: Bank) -> None:
    party_id = str(await drawn(bank, Arm.TREATED))
    first, second = [(await door.data(ENROL, bank.manager, id=party_id, key="k"))["answer"] for _ in range(2)]
    third = (await door.data(ENROL, bank.manager, id=party_id))["answer"]
    assert first == second
    assert (first["arm"], first["byHand"], third["code"]) == ("TREATED", True, "playbook.already_enrolled")


async def test_whom_the_lot_leaves_alone_is_not_enrolled(door: Door, bank: Bank) -> None:
    party_id = str(await drawn(bank, Arm.CONTROL))
    assert (await door.data(ENROL, bank.manager, id=party_id))["answer"]["code"] == "playbook.held_out"


async def test_a_stranger_enrols_nobody(door: Door, bank: Bank) -> None:
    party_id = str(await drawn(bank, Arm.TREATED))
    answer = (await door.data(ENROL, bank.stranger, id=party_id))["answer"]
    assert answer["__typename"] == "NotAllowedProblem"


async def test_offers_come_with_their_reasons_and_take_an_answer(door: Door, bank: Bank) -> None:
    party_id = str(await customer(bank))
    (offer,) = (await door.data(OFFERS, bank.manager, id=party_id))["nextBestOffers"]["offers"]
    assert (offer["product"], offer["chance"]["basis"], offer["expected"]["currency"]) == (
        "savings",
        "BASE_RATE",
        "CZK",
    )
    given = {"product": "savings", "answer": "DECLINED", "reason": "price"}
    answer = (await door.data(ANSWER, bank.manager, id=party_id, input=given))["answer"]
    assert (answer["answer"], answer["place"]) == ("DECLINED", 1)
    after = (await door.data(OFFERS, bank.manager, id=party_id))["nextBestOffers"]
    assert (after["offers"], [why["code"] for why in after["excluded"][0]["whyNot"]]) == ([], ["declined"])


async def test_reasons_are_told_in_the_readers_language(door: Door, bank: Bank) -> None:
    party_id = str(await customer(bank))
    manager = bank.manager
    reader = Actor(
        manager.id, manager.tenant_id, "staff", manager.roles, "graphql", "r", team_id=manager.team_id, locale="zh_CN"
    )
    (offer,) = (await door.data(OFFERS, reader, id=party_id))["nextBestOffers"]["offers"]
    assert "同类客户（近三个月入账低于1 CZK · 持有产品数0）" in offer["why"][0]["words"]


BOOK = """query ($product: String) { nextOfferProducts { product name customers }
  nextOffers(product: $product) { others offer { product weighed { amount currency } expected { amount } explored
    chance { likeness } } } }"""


async def test_book_of_next_offers_is_kept_to_a_product(door: Door, bank: Bank) -> None:
    party_id = await customer(bank)
    await bank.run(bank.system, service.rank, [party_id])
    found = await door.data(BOOK, bank.manager, product="savings")
    assert [(each["product"], each["customers"]) for each in found["nextOfferProducts"]] == [("savings", 1)]
    (offer,) = (each["offer"] for each in found["nextOffers"])
    assert offer["explored"] == (Decimal(offer["weighed"]["amount"]) > Decimal(offer["expected"]["amount"]))
    assert offer["chance"]["likeness"] == "three months' inflow below 1 CZK · products held 0"
    assert (await door.data(BOOK, bank.manager, product="loan"))["nextOffers"] == []


async def test_what_is_not_offered_takes_no_answer(door: Door, bank: Bank) -> None:
    party_id = str((await bank.customer()).id)
    given = {"product": "savings", "answer": "ACCEPTED"}
    answer = (await door.data(ANSWER, bank.manager, id=party_id, input=given))["answer"]
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "offer.not_offered")
