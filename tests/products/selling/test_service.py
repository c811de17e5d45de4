"""Selling on the record: bars, sales and what they rest on, insistence, the second signature, refusals."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.consent.service import restrict
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Customer, Stage
from backend.edge import bars as wired
from backend.edge.errors import RuleOfDatabase
from backend.products.selling import bars, closures, matching, service
from backend.products.selling.errors import (
    AmountInvalid,
    AmountMissing,
    ChannelUnknown,
    InsistenceMissing,
    InsistenceTextOutdated,
    SaleNoLongerAllowed,
    SaleNotProposed,
    SaleOver,
    WarningsNotHeeded,
)
from backend.products.selling.models import Sale, SaleState
from backend.products.selling.rules import Allowed, Answer, Bar
from backend.products.selling.service import Insisted
from backend.products.suitability import service as suitability
from backend.reviews.models import ReviewRestriction, TriggerKind
from tests.factories import onboarding as make
from tests.factories import reviews
from tests.factories.suitability import BOLD, CAUTIOUS, SAFE, assessed, fund, insisting, investor, product, sold


async def asked(bank: make.Bank, party_id: UUID, code: str, login: str = "rm", channel: str = "branch") -> Answer:
    answer: Answer = await bank.run(login, matching.can_sell, party_id, code, channel)
    return answer


def codes(answer: Answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


async def test_a_suitable_fund_may_be_sold_and_the_sale_refers_to_its_assessment(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    standing = await assessed(bank, party_id)
    version = await fund(bank)
    assert (await asked(bank, party_id, "fund")).allowed is Allowed.YES
    row = await sold(bank, party_id, "fund", amount=Decimal(5000), currency="CZK")
    assert (row.state, row.assessment_id, row.product_version_id) == ("confirmed", standing.id, version)
    assert (row.market, row.reasons, row.grade) == ("inside", [], "C3")


async def test_a_channel_that_somebody_closed_sells_no_more_while_the_others_do(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    await assessed(bank, party_id)
    await fund(bank, channels=["branch", "web"])

    async def at_the_branch(_: Context, product_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
        return dict.fromkeys(product_ids, frozenset({"branch"}))

    closures.register("of the test", at_the_branch)
    try:
        refused, allowed = [await asked(bank, party_id, "fund", channel=each) for each in ("branch", "web")]
    finally:
        closures.unregister("of the test")
    assert codes(refused) == ["channel.closed"]
    assert allowed.allowed is Allowed.YES


async def test_without_an_assessment_the_attempt_is_refused_and_recorded(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    await fund(bank)
    row = await sold(bank, party_id, "fund")
    assert row.state == SaleState.REFUSED
    assert [reason["code"] for reason in row.reasons] == ["assessment.missing"]


async def test_the_lowest_grade_buys_only_the_lowest_risk_whatever_it_insists(bank: make.Bank) -> None:
    party_id = await investor(bank, SAFE)
    await fund(bank, risk="R2")
    await fund(bank, "safe", risk="R1")
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())
    assert (row.state, row.insistence) == (SaleState.REFUSED, None)
    assert (await sold(bank, party_id, "safe")).state == SaleState.CONFIRMED


async def test_a_mismatch_needs_the_customers_words_and_a_second_person(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    with pytest.raises(WarningsNotHeeded) as warned:
        await sold(bank, party_id, "fund")
    assert "grade.exceeded" in warned.value.params["reasons"]
    with pytest.raises(InsistenceMissing):
        await sold(bank, party_id, "fund", told=True)
    with pytest.raises(InsistenceTextOutdated):
        await sold(bank, party_id, "fund", told=True, insisted=Insisted(version=9, locale="en", words="I want it."))
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())
    assert (row.state, row.needs_signature) == (SaleState.PROPOSED, True)
    signed = await bank.run("lead", service.sign, row.id)
    assert (signed.state, signed.signed_by) == (SaleState.CONFIRMED, bank["lead"].id)


async def test_what_the_customer_insisted_on_lies_under_her_key_in_her_language(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    said = Insisted(version=1, locale="zh_CN", words="我坚持购买。")
    row = await sold(bank, party_id, "fund", told=True, insisted=said)

    async def opened(ctx: Context) -> Any:
        await ctx.vault.load([party_id])
        return orjson.loads(ctx.vault.open("sale", "insistence", row.id, party_id, row.insistence or b""))

    body = await bank.run("system", opened)
    assert body["words"] == "我坚持购买。"
    assert body["text"].startswith("本人已被告知")


async def test_whoever_sold_does_not_sign(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    row = await sold(bank, party_id, "fund", "lead", told=True, insisted=insisting())
    with pytest.raises(NotAllowed):
        await bank.run("lead", service.sign, row.id)
    assert (await bank.run("officer", service.sign, row.id)).state == SaleState.CONFIRMED


async def test_the_database_refuses_a_signature_of_whoever_sold(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())

    async def forge(ctx: Context) -> None:
        found = await ctx.session.get_one(Sale, row.id)
        async with ctx.audit("sale.sign", ("party", party_id)):
            found.state, found.signed_by = SaleState.CONFIRMED, row.sold_by

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await bank.run("system", forge)


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"assessment_id": None}, "rests_on_assessment"),
        ({"state": "confirmed"}, "second_signature"),
        ({"insistence": None}, "insisted"),
    ],
)
async def test_the_database_keeps_a_sale_to_what_it_rests_on(
    bank: make.Bank, change: dict[str, Any], limit: str
) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())

    async def forge(ctx: Context) -> None:
        found = await ctx.session.get_one(Sale, row.id)
        async with ctx.audit("sale.propose", ("party", party_id)):
            for name, value in change.items():
                setattr(found, name, value)

    with pytest.raises(RuleOfDatabase, match=limit):
        await bank.run("system", forge)


async def test_a_sale_that_the_rules_refuse_by_now_is_not_signed(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())
    await assessed(bank, party_id, SAFE)
    with pytest.raises(SaleNoLongerAllowed, match=r"grade\.lowest"):
        await bank.run("lead", service.sign, row.id)
    declined = await bank.run("lead", service.decline, row.id, "not_suitable")
    assert (declined.state, declined.ended_reason) == (SaleState.CANCELLED, "not_suitable")
    with pytest.raises(SaleNotProposed):
        await bank.run("lead", service.sign, row.id)


async def test_a_sale_that_rests_on_an_older_assessment_is_not_signed(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, risk="R4")
    row = await sold(bank, party_id, "fund", told=True, insisted=insisting())
    await assessed(bank, party_id, CAUTIOUS)
    with pytest.raises(SaleNoLongerAllowed):
        await bank.run("lead", service.sign, row.id)


async def test_a_sale_is_cancelled_once(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank)
    row = await sold(bank, party_id, "fund")
    assert (await bank.run("rm", service.cancel, row.id, "customer_wish")).state == SaleState.CANCELLED
    with pytest.raises(SaleOver):
        await bank.run("rm", service.cancel, row.id, "customer_wish")


async def test_an_assessment_that_ran_out_sells_nothing(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank)
    await fund(bank)
    clock.advance(timedelta(days=365))
    assert codes(await asked(bank, party_id, "fund")) == ["assessment.expired"]


async def test_a_withdrawn_assessment_sells_nothing(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    row = await assessed(bank, party_id, BOLD)
    await fund(bank)
    await bank.run("rm", suitability.withdraw, row.id, "wrong_person")
    assert codes(await asked(bank, party_id, "fund")) == ["assessment.missing"]


async def test_a_product_that_nobody_knows_is_not_offered(bank: make.Bank) -> None:
    party_id = await investor(bank)
    assert codes(await asked(bank, party_id, "nothing")) == ["product.not_offered"]


async def test_a_channel_that_does_not_exist_is_refused(bank: make.Bank) -> None:
    party_id = await investor(bank)
    with pytest.raises(ChannelUnknown):
        await asked(bank, party_id, "fund", channel="pigeon")


async def test_all_products_of_the_day_are_answered_at_once(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await fund(bank, "low", risk="R1")
    await fund(bank, "high", risk="R5")
    await product(bank, "account")
    answers = await bank.run("rm", matching.can_sell_many, party_id, None, "branch")
    assert {code: answer.allowed.value for code, answer in answers.items()} == {
        "low": "yes",
        "high": "no",
        "account": "yes",
    }


async def test_a_target_market_reads_the_record_and_the_answers(bank: make.Bank) -> None:
    party_id = await investor(bank, born=None)
    market = {
        "positive": [
            {"id": "adult", "fact": "age", "op": "at_least", "value": 18},
            {"id": "here", "fact": "residence", "op": "in", "value": ["CZ"]},
            {"id": "aim", "fact": "objective", "op": "in", "value": ["income"]},
        ]
    }
    await fund(bank, target_market=market)
    answer = await asked(bank, party_id, "fund")
    assert (codes(answer), answer.conditions) == (["market.unknown"], ["adult"])


async def test_a_prospect_buys_nothing_but_the_bar_can_be_left_out_while_a_case_runs(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    await product(bank, "account")
    assert codes(await asked(bank, party_id, "account")) == ["kyc.not_approved"]
    answers = await bank.run("rm", matching.can_sell_many, party_id, ["account"], "branch", without=[wired.KYC])
    assert answers["account"].allowed is Allowed.YES


async def test_a_customer_who_left_buys_nothing(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await product(bank, "account")

    async def leave(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == party_id))).one()
        async with ctx.audit("customer.stage", ("party", party_id)):
            row.stage, row.exited_at = Stage.EXITED, ctx.now

    await bank.run("system", leave)
    assert codes(await asked(bank, party_id, "account")) == ["customer.exited"]


async def test_a_restriction_of_processing_stops_selling(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await product(bank, "account")

    async def stop(ctx: Context) -> None:
        await restrict(ctx, party_id, "accuracy_contested", None)

    await bank.run("system", stop)
    assert codes(await asked(bank, party_id, "account")) == ["processing.restricted"]


async def test_a_measure_of_a_review_stops_what_it_is_about(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank)
    await product(bank, "account")
    await product(bank, "credit", "loan")

    review = await reviews.noted(bank, party_id, TriggerKind.REQUEST, "asked", clock().date())
    assert review is not None

    async def place(ctx: Context) -> None:
        row = ReviewRestriction(
            id=new_id(),
            tenant_id=bank.tenant.id,
            party_id=party_id,
            review_id=review.id,
            measure="no_credit",
            ground="overdue",
            ruleset="test",
            placed_at=ctx.now,
        )
        async with ctx.audit("review.restrict", ("party", party_id)):
            ctx.session.add(row)

    await bank.run("system", place)
    assert codes(await asked(bank, party_id, "credit")) == ["review.restriction"]
    assert (await asked(bank, party_id, "account")).allowed is Allowed.YES


async def test_a_bar_tells_who_sells_neither_who_raised_it_nor_why(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await product(bank, "account")

    async def held(ctx: Context, party_ids: Any) -> dict[UUID, list[Bar]]:
        return {each: [Bar("compliance.hold")] for each in party_ids}

    bars.register("test", held)
    try:
        answer = await asked(bank, party_id, "account")
    finally:
        bars.unregister("test")
    assert [reason.as_json() for reason in answer.reasons] == [
        {"code": "compliance.hold", "effect": "refuse", "figures": {"product": "account"}}
    ]


async def test_a_provider_of_bars_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        bars.register(wired.KYC, wired.approved)


@pytest.mark.parametrize(("amount", "currency"), [(Decimal(0), "CZK"), (Decimal(5), "EUR"), (Decimal(5), None)])
async def test_an_amount_is_positive_and_in_the_products_currency(
    bank: make.Bank, amount: Decimal, currency: str | None
) -> None:
    party_id = await investor(bank)
    await product(bank, "account")
    with pytest.raises(AmountInvalid):
        await sold(bank, party_id, "account", amount=amount, currency=currency)


async def test_a_colleague_without_the_right_neither_asks_nor_sells(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await product(bank, "account")
    with pytest.raises(NotAllowed):
        await asked(bank, party_id, "account", "rm2")
    with pytest.raises(NotAllowed):
        await sold(bank, party_id, "account", "auditor")


async def test_a_fund_is_not_sold_without_an_amount(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    await assessed(bank, party_id)
    await fund(bank)
    with pytest.raises(AmountMissing):
        await sold(bank, party_id, "fund", amount=None, currency=None)


async def test_a_refused_attempt_needs_no_amount(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    await fund(bank)
    row = await sold(bank, party_id, "fund", amount=None, currency=None)
    assert (row.state, row.amount) == ("refused", None)
