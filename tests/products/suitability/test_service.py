"""Assessing customers: sealed, limited, replaced, ended, told of, and computed again."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.customers.models import Party
from backend.edge.errors import Duplicate
from backend.privacy.models import DataKey
from backend.products.suitability import queries, record, replay, service, watching
from backend.products.suitability.errors import (
    AnswersRefused,
    AssessmentOver,
    ContradictionUnresolved,
    DayLimitReached,
    YearLimitReached,
)
from backend.products.suitability.models import Assessment, AssessmentState
from backend.products.suitability.questionnaire import Kind
from backend.products.suitability.service import AnswersInput
from tests.factories import onboarding as make
from tests.factories import reviews
from tests.factories.suitability import BOLD, CAUTIOUS, NEEDS, SAFE, assessed, investor

CONTRADICTORY = CAUTIOUS | {"objective": ["growth"], "needed": ["within_year"]}


async def rows(bank: make.Bank, party_id: UUID) -> list[Assessment]:
    found = await bank.run("system", queries.of_parties, [party_id])
    return found.get(party_id, [])


async def test_an_assessment_has_the_grade_its_reasons_and_a_year_to_count(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank, None)
    row = await assessed(bank, party_id)
    assert (row.grade, row.state, row.number) == ("C3", AssessmentState.IN_FORCE, 1)
    assert row.taken_on == clock().date()
    assert row.valid_until == date(2027, 11, 21)
    assert row.result is not None
    assert {each["code"] for each in row.result["dimensions"]} >= {"knowledge", "experience", "capacity_for_loss"}


async def test_the_answers_lie_under_the_customers_key(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    row = await assessed(bank, party_id, CONTRADICTORY, explanations={"growth_soon_needed": "A house is sold in May."})

    async def opened(ctx: Context) -> tuple[record.Recorded | None, bytes]:
        await ctx.vault.load([party_id])
        stored = await ctx.session.get_one(Assessment, row.id)
        return record.opened(ctx, stored), stored.answers

    recorded, stored = await bank.run("system", opened)
    assert recorded is not None
    assert recorded.answers["objective"] == ["growth"]
    assert recorded.explanations == {"growth_soon_needed": "A house is sold in May."}
    assert b"house" not in stored


async def test_a_newer_assessment_replaces_the_one_in_force(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await assessed(bank, party_id, BOLD)
    assert [(row.grade, row.state) for row in await rows(bank, party_id)] == [("C5", "in_force"), ("C3", "replaced")]


async def test_needs_and_suitability_stand_beside_each_other(bank: make.Bank) -> None:
    party_id = await investor(bank)
    needs = await assessed(bank, party_id, NEEDS, kind=Kind.DEMANDS_AND_NEEDS)
    assert needs.grade is None
    assert {row.state for row in await rows(bank, party_id)} == {"in_force"}


async def test_an_unexplained_contradiction_is_refused_and_nothing_is_recorded(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    with pytest.raises(ContradictionUnresolved) as refused:
        await assessed(bank, party_id, CONTRADICTORY)
    assert refused.value.params["contradictions"] == "objective – needed"
    assert await rows(bank, party_id) == []


async def test_some_contradictions_no_words_explain(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    answers = CAUTIOUS | {"objective": ["speculation"], "bearable": ["tenth"]}
    with pytest.raises(ContradictionUnresolved):
        await assessed(bank, party_id, answers, explanations={"gains_without_loss": "I simply want both of it."})


async def test_missing_answers_are_named(bank: make.Bank) -> None:
    party_id = await investor(bank, None)
    with pytest.raises(AnswersRefused, match="years: unanswered") as refused:
        await assessed(bank, party_id, {code: said for code, said in CAUTIOUS.items() if code != "years"})
    assert refused.value.field == "answers.years"


async def test_the_third_assessment_of_a_day_is_refused(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank)
    await assessed(bank, party_id, BOLD)
    with pytest.raises(DayLimitReached):
        await assessed(bank, party_id, SAFE)
    clock.advance(timedelta(days=1))
    assert (await assessed(bank, party_id, SAFE)).grade == "C1"


async def test_the_ninth_assessment_of_a_year_is_refused_until_the_first_is_a_year_old(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await investor(bank, None)
    for _ in range(8):
        await assessed(bank, party_id)
        clock.advance(timedelta(days=10))
    with pytest.raises(YearLimitReached, match="2027-11-22"):
        await assessed(bank, party_id)


async def test_withdrawing_does_not_give_a_place_back(bank: make.Bank) -> None:
    party_id = await investor(bank)
    second = await assessed(bank, party_id)
    await bank.run("rm", service.withdraw, second.id, "customer_wish")
    with pytest.raises(DayLimitReached):
        await assessed(bank, party_id)
    with pytest.raises(AssessmentOver):
        await bank.run("rm", service.withdraw, second.id, "customer_wish")


@pytest.mark.parametrize("serializable", [False, True])
async def test_desks_that_assess_at_once_never_go_beyond_the_day_s_limit(bank: make.Bank, serializable: bool) -> None:
    party_id = await investor(bank, None)

    async def attempt() -> Assessment:
        given = AnswersInput(answers=CAUTIOUS)
        return await bank.platform.run(
            bank["rm"],
            lambda ctx: service.take(ctx, party_id, Kind.SUITABILITY, given),
            serializable=serializable,
        )

    outcomes = await asyncio.gather(*(attempt() for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, Assessment) for outcome in outcomes) == 2
    assert all(isinstance(outcome, Assessment | TenureError) for outcome in outcomes)
    taken = await rows(bank, party_id)
    assert sorted(row.number for row in taken) == [1, 2]
    assert sum(row.state == AssessmentState.IN_FORCE for row in taken) == 1


async def test_an_assessment_ends_the_day_after_its_last(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank)
    clock.advance(timedelta(days=364))
    assert await bank.run("system", watching.expire_due) == 0
    clock.advance(timedelta(days=1))
    assert await bank.run("system", watching.expire_due) == 1
    assert [row.state for row in await rows(bank, party_id)] == ["expired"]
    assert "assessment.expired" in await reviews.told(bank, party_id)


async def test_a_month_before_its_end_an_assessment_is_told_of_once(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await investor(bank)
    assert await bank.run("system", watching.remind_due) == 0
    clock.advance(timedelta(days=335))
    assert await bank.run("system", watching.remind_due) == 1
    assert await bank.run("system", watching.remind_due) == 0
    assert "assessment.due" in await reviews.told(bank, party_id)


async def test_a_customer_whose_known_age_would_change_the_result_is_due(bank: make.Bank) -> None:
    party_id = await investor(bank, BOLD)
    assert await bank.run("system", watching.reconsider, party_id, "party.changed") == 0

    async def grow_old(ctx: Context) -> None:
        await ctx.vault.load([party_id])
        party = await ctx.session.get_one(Party, party_id)
        async with ctx.audit("customer.edit", ("party", party_id)):
            party.birth_date = ctx.vault.seal("party", "birth_date", party_id, party_id, "1940-01-01")

    await bank.run("system", grow_old)
    assert await bank.run("system", watching.reconsider, party_id, "party.changed") == 1
    assert await bank.run("system", watching.reconsider, party_id, "party.changed") == 0


async def test_every_stored_assessment_comes_out_the_same_again(bank: make.Bank) -> None:
    party_id = await investor(bank)
    await assessed(bank, party_id, BOLD)
    await assessed(bank, party_id, NEEDS, kind=Kind.DEMANDS_AND_NEEDS)
    found = await bank.run("system", replay.replay)
    assert (found.checked, found.differences, found.erased) == (3, [], 0)


async def test_a_grade_that_was_changed_behind_the_rules_is_found(bank: make.Bank) -> None:
    party_id = await investor(bank)

    async def forge(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Assessment).where(Assessment.party_id == party_id))).one()
        async with ctx.audit("assessment.take", ("party", party_id)):
            row.grade = "C5"

    await bank.run("system", forge)
    found = await bank.run("system", replay.replay)
    assert [difference.what for difference in found.differences] == [("grade",)]


async def test_after_erasure_the_answers_cannot_be_computed_again(bank: make.Bank) -> None:
    party_id = await investor(bank)

    async def destroy(ctx: Context) -> None:
        key = (await ctx.session.scalars(select(DataKey).where(DataKey.owner_id == party_id))).one()
        key.wrapped = None
        ctx.vault.keyring.forget(bank.tenant.id, [party_id])

    await bank.run("system", destroy)
    found = await bank.run("system", replay.replay)
    assert found.erased == 1


async def test_a_colleague_of_another_book_may_not_assess(bank: make.Bank) -> None:
    party_id = await investor(bank, None)

    async def attempt(ctx: Context) -> Any:
        return await service.take(ctx, party_id, Kind.SUITABILITY, AnswersInput(answers=CAUTIOUS))

    with pytest.raises(NotAllowed):
        await bank.run("auditor", attempt)


async def test_the_database_refuses_a_second_assessment_in_the_same_place_of_a_day(bank: make.Bank) -> None:
    party_id = await investor(bank)

    async def double(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Assessment).where(Assessment.party_id == party_id))).one()
        again = Assessment(**row.model_dump(exclude={"id", "entry_id", "ver"}))
        again.state = AssessmentState.REPLACED
        async with ctx.audit("assessment.take", ("party", party_id)):
            ctx.session.add(again)

    with pytest.raises(Duplicate, match="uq_assessment_party_id"):
        await bank.run("system", double)
