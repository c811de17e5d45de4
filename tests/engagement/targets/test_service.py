"""Figures are computed from real records, kept by month, judged against goals that people set."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.complaints.models import Complaint
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Stage
from backend.edge.platform import Platform
from backend.engagement.segments import service as segments
from backend.engagement.targets import queries, service
from backend.engagement.targets.errors import (
    DimensionUnknown,
    GoalInPast,
    GoalOutOfRange,
    GroupUnknown,
    MeasureUnknown,
    MonthUnknown,
)
from backend.engagement.targets.models import TargetFigure, TargetSnapshot
from backend.engagement.targets.queries import then
from backend.engagement.targets.ruleset import target_rules
from backend.engagement.targets.service import Board, Line
from tests.conftest import NOW
from tests.factories import complaints
from tests.factories import onboarding as make

THIS = date(2026, 11, 1)
LAST = date(2026, 10, 1)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def compute(bank: make.Bank, month: date = THIS) -> TargetSnapshot:
    found: TargetSnapshot = await bank.run("system", service.compute, month)
    return found


async def board(bank: make.Bank, dimension: str = "all", month: date = THIS) -> Board:
    found: Board = await bank.run("lead", service.board, month, dimension)
    return found


async def line(bank: make.Bank, measure: str, dimension: str = "all", key: str = "", month: date = THIS) -> Line:
    lines = (await board(bank, dimension, month)).lines
    return next(each for each in lines if each.measure.code == measure and each.key == key)


async def customer(bank: make.Bank, stage: Stage, since: date, begun: date = date(2025, 1, 1)) -> make.Known:
    known = await make.person(bank)

    async def move(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == known.party_id))).one()
        async with ctx.audit("customer.stage", ("party", known.party_id)):
            row.stage, row.activated_at = stage, NOW.replace(year=begun.year, month=begun.month, day=begun.day)
            row.stage_since = NOW.replace(year=since.year, month=since.month, day=since.day)

    await bank.run("system", move)
    return known


async def test_churn_counts_who_left_in_the_month_of_those_who_were_there(bank: make.Bank) -> None:
    await customer(bank, Stage.ACTIVE, date(2025, 1, 1))
    await customer(bank, Stage.CHURNED, date(2026, 11, 10))
    await customer(bank, Stage.CHURNED, date(2026, 9, 10))
    await customer(bank, Stage.ACTIVE, date(2026, 11, 5), begun=date(2026, 11, 5))
    await compute(bank)
    found = await line(bank, "churn")
    assert (found.value, found.records) == (Decimal("0.5000"), 2)


async def test_complaints_answered_too_late_lower_their_share(bank: make.Bank, clock: FixedClock) -> None:
    for _ in range(2):
        await complaints.answered(bank, (await complaints.received(bank)).id)
    late = await complaints.received(bank)
    due = date(2026, 12, 1)

    async def expire(ctx: Context) -> date:
        rows = (await ctx.session.scalars(select(Complaint))).all()
        return max(row.due_on for row in rows if row.id == late.id)

    due = await bank.run("system", expire)
    clock.advance(timedelta(days=(due - NOW.date()).days + 1))
    await compute(bank, due.replace(day=1))
    found = await line(bank, "complaints_in_time", month=due.replace(day=1))
    assert (found.value, found.records) == (Decimal("0.6667"), 3)


async def test_an_application_that_was_approved_is_a_conversion_and_has_its_time(
    bank: make.Bank, clock: FixedClock
) -> None:
    case = await make.in_review(bank, await make.person(bank))

    async def approve(ctx: Context) -> None:
        row = await ctx.session.get_one(type(case), case.id)
        async with ctx.audit("customer.kyc.approve", ("onboarding_case", row.id)):
            row.state, row.decided_at = "approved", row.submitted_at + timedelta(hours=5)

    await bank.run("system", approve)
    await compute(bank)
    assert (await line(bank, "conversion")).value == Decimal(1)
    assert (await line(bank, "time_to_yes")).value == Decimal(5)


async def test_what_nobody_keeps_is_told_and_is_no_zero(bank: make.Bank) -> None:
    await compute(bank)
    assert {each.measure.code: (each.value, each.absent) for each in (await board(bank)).lines}["lifetime_value"] == (
        None,
        "no_source",
    )


async def test_every_measure_of_the_rule_set_is_on_the_board(bank: make.Bank) -> None:
    await compute(bank)
    codes = [each.measure.code for each in (await board(bank)).lines]
    assert codes == [
        "satisfaction",
        "churn",
        "lifetime_value",
        "conversion",
        "cost_to_serve",
        "time_to_yes",
        "reviews_in_time",
        "complaints_in_time",
    ]


async def test_figures_are_by_team_and_by_segment(bank: make.Bank) -> None:
    await customer(bank, Stage.CHURNED, date(2026, 11, 10))
    await bank.run("system", segments.run_rules)
    await compute(bank)
    segment = (await board(bank, "segment")).lines
    assert [(each.name, each.value) for each in segment if each.measure.code == "churn"] == [
        ("Without a product", Decimal(1))
    ]


async def test_a_goal_for_all_counts_for_a_group_without_its_own(bank: make.Bank) -> None:
    await customer(bank, Stage.CHURNED, date(2026, 11, 10))
    await bank.run("system", segments.run_rules)
    await bank.run("lead", service.set_goal, "churn", "all", "", Decimal("0.02"), THIS)
    await compute(bank)
    found = await line(bank, "churn", "segment", "bare")
    assert (found.goal, found.met, found.thin) == (Decimal("0.0200"), False, True)


async def test_a_later_goal_ends_the_one_before(bank: make.Bank, clock: FixedClock) -> None:
    await bank.run("lead", service.set_goal, "churn", "all", "", Decimal("0.02"), THIS)
    clock.advance(timedelta(days=31))
    await bank.run("lead", service.set_goal, "churn", "all", "", Decimal("0.01"), date(2026, 12, 1))
    found = [(each.value, each.ends_on) for each in await bank.run("lead", queries.goals, THIS)]
    assert found == [(Decimal("0.02"), date(2026, 12, 1))]
    assert [each.value for each in await bank.run("lead", queries.goals, date(2026, 12, 1))] == [Decimal("0.01")]


async def test_an_ended_goal_holds_until_its_month_is_over(bank: make.Bank) -> None:
    row = await bank.run("lead", service.set_goal, "churn", "all", "", Decimal("0.02"), THIS)
    ended = await bank.run("lead", service.end_goal, row.id)
    assert ended.ends_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (("shoes", "all", "", Decimal(1), THIS), MeasureUnknown),
        (("churn", "moon", "", Decimal(1), THIS), DimensionUnknown),
        (("churn", "segment", "astronauts", Decimal(1), THIS), GroupUnknown),
        (("churn", "all", "", Decimal(2), THIS), GoalOutOfRange),
        (("churn", "all", "", Decimal(1), LAST), GoalInPast),
    ],
)
async def test_a_goal_that_makes_no_sense_is_refused(
    bank: make.Bank, given: tuple[Any, ...], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        await bank.run("lead", service.set_goal, *given)


async def test_only_people_with_the_right_set_goals(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.set_goal, "churn", "all", "", Decimal("0.02"), THIS)


async def test_the_same_records_give_the_same_digest_and_no_second_snapshot(bank: make.Bank) -> None:
    await customer(bank, Stage.ACTIVE, date(2025, 1, 1))
    first, second = await compute(bank), await compute(bank)
    assert (first.id, first.digest) == (second.id, second.digest)

    async def rows(ctx: Context) -> int:
        return len((await ctx.session.scalars(select(TargetFigure))).all())

    assert await bank.run("system", rows) == second.figures


async def test_a_month_to_come_has_no_figures(bank: make.Bank) -> None:
    with pytest.raises(MonthUnknown):
        await compute(bank, date(2026, 12, 1))


async def test_a_settled_month_is_not_computed_again(bank: make.Bank, clock: FixedClock) -> None:
    assert await bank.run("system", service.due) == [LAST, THIS]
    await compute(bank, LAST)
    assert await bank.run("system", service.due) == [THIS]


async def test_the_records_behind_a_figure_are_shown_as_far_as_one_may_see(bank: make.Bank) -> None:
    known = await customer(bank, Stage.CHURNED, date(2026, 11, 10))
    await compute(bank)
    open_ = await bank.run("officer", service.behind, "churn", "all", "", THIS)
    assert [(each.record, each.record_id, each.value) for each in open_.records] == [("customer", known.party_id, 1.0)]
    assert (open_.unseen, open_.now.value, open_.kept.value) == (0, Decimal(1), Decimal(1))
    hidden = await bank.run("head", service.behind, "churn", "all", "", THIS)
    assert hidden.unseen == 0


async def test_the_weekly_report_says_figures_goals_and_what_is_missing_in_both_languages(bank: make.Bank) -> None:
    await customer(bank, Stage.CHURNED, date(2026, 11, 10))
    await bank.run("lead", service.set_goal, "churn", "all", "", Decimal("0.02"), THIS)
    await compute(bank)
    english = await bank.run("lead", service.weekly, "en")
    chinese = await bank.run("lead", service.weekly, "zh_CN")
    assert "100.0%" in english.text
    assert "2.0% missed" in english.text
    assert "not kept yet" in english.text
    assert "客户流失率" in chinese.html
    assert "尚无数据来源" in chinese.text
    assert "<h1>" in english.html


async def test_a_team_without_a_right_sees_no_board(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.board, THIS, "all")


async def test_a_customer_who_came_back_left_in_the_month_in_which_they_did(bank: make.Bank) -> None:
    known = await customer(bank, Stage.CHURNED, date(2026, 10, 10))
    await customer(bank, Stage.ACTIVE, date(2025, 1, 1))
    await _stands(bank, known, Stage.WON_BACK, date(2026, 11, 5))
    await compute(bank, LAST)
    assert (await line(bank, "churn", month=LAST)).value == Decimal("0.5000")


async def _stands(bank: make.Bank, known: make.Known, stage: Stage, since: date) -> None:
    async def move(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == known.party_id))).one()
        async with ctx.audit("customer.stage", ("party", known.party_id)):
            row.stage, row.stage_since = stage, NOW.replace(year=since.year, month=since.month, day=since.day)

    await bank.run("system", move)


async def test_a_record_belongs_to_the_team_of_its_month(bank: make.Bank, clock: FixedClock) -> None:
    known = await customer(bank, Stage.ACTIVE, date(2025, 1, 1))
    clock.advance(timedelta(days=20))

    async def hand_over(ctx: Context) -> str | None:
        row = (await ctx.session.scalars(select(Customer).where(col(Customer.party_id) == known.party_id))).one()
        before = row.team_id
        async with ctx.audit("customer.assign", ("party", known.party_id)):
            row.team_id = None
        return None if before is None else str(before)

    team = await bank.run("system", hand_over)
    november = await bank.run("system", then.groups, date(2026, 11, 30))
    december = await bank.run("system", then.groups, clock().date())
    assert (november.teams[known.party_id], known.party_id in december.teams) == (team, False)


async def test_what_was_done_costs_its_minutes_and_its_postage(bank: make.Bank) -> None:
    known = await customer(bank, Stage.ACTIVE, date(2025, 1, 1))
    await complaints.answered(bank, (await complaints.received(bank, known.party_id)).id)
    await compute(bank)
    found = await bank.run("system", service.behind, "cost_to_serve", "all", "", THIS)
    costs = {each.record: each.value for each in found.records if each.value}
    assert costs == {"complaint": 1350.0}
    assert found.now.value == Decimal(1350)


def test_a_call_costs_its_time_and_a_letter_its_stamp(bank: make.Bank) -> None:
    costs = target_rules(bank.platform.policies_of(bank.system), THIS).rules.service
    assert costs.contact("outbound", "telephone") == costs.hour * 11 / 60
    assert (costs.contact("outbound", "mail"), costs.contact("inbound", "mail")) == (Decimal(32), Decimal(126))
