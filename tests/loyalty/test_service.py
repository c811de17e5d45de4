"""Membership, points, tiers and care through the services, on a real database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.consent import service as consents
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.edge.errors import RuleOfDatabase
from backend.loyalty import service
from backend.loyalty.errors import (
    AlreadyMember,
    AlreadyReversed,
    CareStepClosed,
    ConsentMissing,
    DayOutOfRange,
    MemberLeft,
    MemberNotFound,
    NotEnoughPoints,
    NothingEarned,
    NotReversible,
    ReferenceReused,
    ReferenceUnreadable,
    ReversalUnknown,
)
from backend.loyalty.models import LoyaltyLine, LoyaltyPosting
from backend.loyalty.queries import care, figures, ledger, members
from tests.factories import loyalty as made
from tests.factories import onboarding as make


async def points(bank: make.Bank, party_id: UUID) -> int:
    found = await bank.run("system", members.standing, [party_id])
    return int(found[party_id][1])


async def tier(bank: make.Bank, party_id: UUID) -> str:
    found = await bank.run("system", members.standing, [party_id])
    return str(found[party_id][0])


async def test_joining_takes_consent(bank: make.Bank) -> None:
    known = await make.person(bank)
    with pytest.raises(ConsentMissing):
        await bank.run("rm", service.enrol, known.party_id)


async def test_joining_records_the_consent_that_was_given(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    decided = await bank.run("system", consents.allowed, [party_id], "loyalty")
    assert decided[party_id].allowed


async def test_nobody_joins_twice(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    with pytest.raises(AlreadyMember):
        await bank.run("rm", service.enrol, party_id)


async def test_another_manager_does_not_book_for_the_customer(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    with pytest.raises(NotAllowed):
        await made.earned(bank, party_id, 1000, login="auditor")


async def test_points_are_earned_by_the_programmes_rule_and_expire_after_its_months(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, "1249.90")
    assert (row.points, row.expires_on) == (49, row.booked_on.replace(year=row.booked_on.year + 2))
    assert await points(bank, party_id) == 49


async def test_a_reference_is_booked_once(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    first = await made.earned(bank, party_id, 1000, "pay-1")
    again = await made.earned(bank, party_id, 1000, "pay-1")
    assert (first.id, await points(bank, party_id)) == (again.id, 40)


async def test_a_reference_does_not_stand_for_two_things(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 1000, "pay-1")
    with pytest.raises(ReferenceReused):
        await made.earned(bank, party_id, 2000, "pay-1")


@pytest.mark.parametrize("reference", ["", "a b", "ž", "x" * 81])
async def test_a_reference_that_could_be_a_sentence_is_refused(bank: make.Bank, reference: str) -> None:
    party_id = await made.member(bank)
    given = service.BurnInput(party_id=party_id, code="charity", points=100, reference=reference)
    with pytest.raises(ReferenceUnreadable):
        await bank.run("rm", service.burn, given)


async def test_what_earns_nothing_is_not_booked(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    with pytest.raises(NothingEarned):
        await made.earned(bank, party_id, "24.99")


async def test_the_months_cap_holds_over_several_payments(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    assert (await made.earned(bank, party_id, 124_900)).points == 4996
    assert (await made.earned(bank, party_id, 10_000)).points == 4
    with pytest.raises(NothingEarned):
        await made.earned(bank, party_id, 10_000)


async def test_a_day_long_past_is_refused(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    with pytest.raises(DayOutOfRange):
        await made.earned(bank, party_id, 1000, booked_on=clock().date() - timedelta(days=32))


async def test_no_more_is_spent_than_there_is(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 3000)
    with pytest.raises(NotEnoughPoints):
        await made.spent(bank, party_id, 150)
    assert await points(bank, party_id) == 120


async def test_points_that_expired_cannot_be_spent_before_the_job_wrote_them_off(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 5000)
    clock.advance(timedelta(days=731))
    with pytest.raises(NotEnoughPoints):
        await made.spent(bank, party_id, 100)


async def test_expired_points_are_written_off_once(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 5000)
    clock.advance(timedelta(days=300))
    await made.earned(bank, party_id, 2500)
    clock.advance(timedelta(days=431))
    assert await bank.run("system", service.expire_due) == 1
    assert await bank.run("system", service.expire_due) == 0
    assert await points(bank, party_id) == 100


async def test_a_reversed_payment_takes_its_points_back(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, 5000)
    undone = await bank.run("lead", service.reverse, row.id, "payment_returned", "back-1")
    assert (undone.points, undone.uncovered, await points(bank, party_id)) == (200, 0, 0)


async def test_points_that_were_spent_stay_spent_when_their_payment_is_reversed(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, 5000)
    await made.spent(bank, party_id, 150)
    undone = await bank.run("lead", service.reverse, row.id, "payment_returned", "back-1")
    assert (undone.points, undone.uncovered, await points(bank, party_id)) == (50, 150, 0)


async def test_a_reversed_reward_gives_its_points_back_with_their_own_last_day(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    earning = await made.earned(bank, party_id, 5000)
    spending = await made.spent(bank, party_id, 150)
    await bank.run("lead", service.reverse, spending.id, "reward_not_delivered", "back-1")
    [lot] = await bank.run("system", ledger.lots, earning.member_id)
    assert (lot.id, lot.left) == (earning.id, 200)


async def test_points_given_back_too_late_get_some_days(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    earning = await made.earned(bank, party_id, 5000)
    spending = await made.spent(bank, party_id, 200)
    clock.advance(timedelta(days=740))
    await bank.run("lead", service.reverse, spending.id, "reward_not_delivered", "back-1")
    [lot] = await bank.run("system", ledger.lots, earning.member_id)
    assert (lot.left, lot.expires_on) == (200, clock().date() + timedelta(days=30))


async def test_nothing_is_reversed_twice(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, 5000)
    await bank.run("lead", service.reverse, row.id, "payment_returned", "back-1")
    with pytest.raises(AlreadyReversed):
        await bank.run("lead", service.reverse, row.id, "payment_returned", "back-2")


async def test_a_reversal_is_not_reversed_and_needs_a_reason_of_the_programme(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, 5000)
    with pytest.raises(ReversalUnknown):
        await bank.run("lead", service.reverse, row.id, "because", "back-1")
    undone = await bank.run("lead", service.reverse, row.id, "fraud", "back-1")
    with pytest.raises(NotReversible):
        await bank.run("lead", service.reverse, undone.id, "fraud", "back-2")


async def test_a_manager_does_not_reverse(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    row = await made.earned(bank, party_id, 5000)
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.reverse, row.id, "fraud", "back-1")


async def test_a_tier_is_reached_with_the_points_that_reach_it(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 75_000)
    assert await tier(bank, party_id) == "silver"


async def test_a_tier_is_held_and_then_lost(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 75_000)
    clock.advance(timedelta(days=300))
    assert await bank.run("system", service.review_tiers, None) == (None, 1, 0)
    clock.advance(timedelta(days=70))
    assert await bank.run("system", service.review_tiers, None) == (None, 1, 1)
    assert await tier(bank, party_id) == "classic"


async def golden(bank: make.Bank, clock: FixedClock) -> UUID:
    party_id = await made.member(bank)
    for _ in range(3):
        await made.earned(bank, party_id, 125_000)
        clock.advance(timedelta(days=31))
    return party_id


async def test_a_high_tier_brings_a_care_plan_with_its_steps(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await golden(bank, clock)
    member = await bank.run("system", members.member_of, party_id)
    standing = await bank.run("system", care.care_of, member.id)
    steps = (await bank.run("system", care.steps_of, [standing.id]))[standing.id]
    assert [step.code for step in steps] == ["welcome_call", "fee_check", "half_year_talk"]


async def test_a_step_of_care_that_repeats_comes_again(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await golden(bank, clock)
    member = await bank.run("system", members.member_of, party_id)
    standing = await bank.run("system", care.care_of, member.id)
    step = next(
        row
        for row in (await bank.run("system", care.steps_of, [standing.id]))[standing.id]
        if row.code == "half_year_talk"
    )
    await bank.run("rm", service.complete_step, step.id, "Wants to save for a house.")
    with pytest.raises(CareStepClosed):
        await bank.run("rm", service.complete_step, step.id)
    after = (await bank.run("system", care.steps_of, [standing.id]))[standing.id]
    again = next(row for row in after if row.code == "half_year_talk" and row.closed_at is None)
    assert again.due_on == clock().date() + timedelta(days=180)


async def test_leaving_ends_points_care_and_consent(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await golden(bank, clock)
    member = await bank.run("rm", service.leave, party_id)
    assert await bank.run("system", members.standing, [party_id]) == {}
    assert await bank.run("system", care.care_of, member.id) is None
    assert (await bank.run("system", ledger.balances, [member.id]))[member.id]["member"] == 0
    decided = await bank.run("system", consents.allowed, [party_id], "loyalty")
    assert not decided[party_id].allowed
    with pytest.raises(MemberLeft):
        await made.earned(bank, party_id, 1000)


async def test_whoever_left_can_join_again_from_nothing(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 75_000)
    await bank.run("rm", service.leave, party_id)
    await bank.run("rm", service.enrol, party_id, made.AGREED)
    assert (await tier(bank, party_id), await points(bank, party_id)) == ("classic", 0)


async def test_points_are_not_booked_for_who_is_no_member(bank: make.Bank) -> None:
    known = await make.person(bank)
    with pytest.raises(MemberNotFound):
        await made.earned(bank, known.party_id, 1000)


async def test_payments_sent_at_once_under_one_reference_are_booked_once(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    rows = await asyncio.gather(*(made.earned(bank, party_id, 1000, "pay-1") for _ in range(6)))
    assert len({row.id for row in rows}) == 1
    assert await points(bank, party_id) == 40


async def test_members_who_spend_at_once_spend_what_they_have_once(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await made.earned(bank, party_id, 10_000)
    outcomes = await asyncio.gather(*(made.spent(bank, party_id, 150) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, LoyaltyPosting) for each in outcomes) == 2
    assert all(isinstance(each, LoyaltyPosting | NotEnoughPoints) for each in outcomes)
    assert await points(bank, party_id) == 100


async def _unbalanced(ctx: Context, party_id: UUID, extra: int) -> None:
    member = await members.locked(ctx, party_id)
    row_id = new_id()
    async with ctx.audit("loyalty.earn", ("party", party_id)):
        ctx.session.add(
            LoyaltyPosting(
                id=row_id,
                tenant_id=member.tenant_id,
                member_id=member.id,
                kind="earn",
                reference="by-hand",
                code="card_payment",
                points=100,
                booked_on=ctx.now.date(),
                expires_on=ctx.now.date() + timedelta(days=10),
                ruleset="0" * 64,
                at=ctx.now,
                by=ctx.actor.id,
            )
        )
        await ctx.session.flush()
        for account, lot, count in (("member", row_id, 100), ("issued", None, -100 + extra)):
            ctx.session.add(
                LoyaltyLine(
                    id=new_id(),
                    tenant_id=member.tenant_id,
                    posting_id=row_id,
                    member_id=member.id,
                    account=account,
                    lot_id=lot,
                    points=count,
                )
            )


async def test_the_database_refuses_a_posting_that_does_not_balance(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    with pytest.raises(RuleOfDatabase):
        await bank.run("system", _unbalanced, party_id, 1)
    assert await points(bank, party_id) == 0


async def test_the_same_posting_in_balance_is_taken(bank: make.Bank) -> None:
    party_id = await made.member(bank)
    await bank.run("system", _unbalanced, party_id, 0)
    assert await points(bank, party_id) == 100


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_line SET points = 1",
        "DELETE FROM loyalty_posting",
        "UPDATE loyalty_balance SET points = 1000000",
        "UPDATE loyalty_lot SET left_points = points",
    ],
)
async def test_the_application_may_not_write_past_the_ledger(bank: make.Bank, statement: str) -> None:
    await made.earned(bank, await made.member(bank), 1000)

    async def write(ctx: Context) -> None:
        await ctx.session.execute(text(statement))

    with pytest.raises(Exception, match="permission denied"):
        await bank.run("system", write)


async def test_the_trial_balance_is_zero_and_the_books_agree(bank: make.Bank, clock: FixedClock) -> None:
    party_id = await golden(bank, clock)
    await made.spent(bank, party_id, 300)
    totals = await bank.run("system", figures.totals)
    assert sum(totals.values()) == 0
    assert await bank.run("system", figures.unproven) == []
