"""The jobs of playbooks with the house that really keeps contact: killed anywhere, they end where they would have."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.customers.models import Customer, Stage
from backend.edge.platform import Platform
from backend.engagement.playbooks import rules, service
from backend.engagement.playbooks.models import Arm, PlaybookEnrolment, PlaybookStep
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.jobs import playbooks as jobs
from backend.jobs.schedule import Schedule, job_app
from backend.jobs.subscriptions import FOLLOWED, SUBSCRIBERS
from backend.servicing.interactions.errors import TemplateNotFound
from backend.servicing.interactions.models import Interaction
from tests.factories import contact as post
from tests.factories import onboarding as make

_MOST = 12


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def silent(bank: make.Bank, number: int) -> list[UUID]:
    people = [(await make.person(bank)).party_id for _ in range(number)]
    await fall(bank, people)
    return people


async def fall(bank: make.Bank, people: list[UUID]) -> None:
    async def fallen(ctx: Any) -> None:
        for row in await ctx.session.scalars(select(Customer).where(col(Customer.party_id).in_(people))):
            async with ctx.audit("customer.stage", ("party", row.party_id)):
                row.stage, row.stage_since = Stage.AT_RISK, ctx.now

    await bank.run("system", fallen)


async def counted(bank: make.Bank) -> tuple[int, int]:
    async def found(ctx: Any) -> tuple[int, int]:
        return (
            await ctx.session.scalar(select(func.count()).select_from(PlaybookEnrolment)),
            await ctx.session.scalar(select(func.count()).select_from(PlaybookStep)),
        )

    counts: tuple[int, int] = await bank.run("system", found)
    return counts


def nobody(*_: object) -> None:
    """Progress that nobody watches."""


async def test_one_run_does_what_is_due_and_the_next_finds_nothing(bank: make.Bank) -> None:
    await silent(bank, 3)
    first = await jobs.run_all(bank.platform, bank.system, nobody)
    second = await jobs.run_all(bank.platform, bank.system, nobody)
    assert first["playbooks.take_up"] == 3
    assert second == dict.fromkeys(jobs.SWEEPS, 0)


@pytest.mark.parametrize("after", range(1, 5))
async def test_run_that_is_killed_ends_where_it_would_have(
    bank: make.Bank, clock: FixedClock, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed within its `after`th step, before that is committed; then run to the end."""
    await silent(bank, _MOST)
    await jobs.run_all(bank.platform, bank.system, nobody)
    clock.advance(timedelta(days=8))
    taken = 0
    carry_out = service.going.carry_out

    async def killed(*args: Any, **options: Any) -> None:
        nonlocal taken
        taken += 1
        if taken == after:
            raise KeyboardInterrupt
        await carry_out(*args, **options)

    before = await counted(bank)
    with monkeypatch.context() as patch:
        patch.setattr(service.going, "carry_out", killed)
        with pytest.raises(KeyboardInterrupt):
            await jobs.run_all(bank.platform, bank.system, nobody)
    assert await counted(bank) == before
    await jobs.run_all(bank.platform, bank.system, nobody)
    once = await counted(bank)
    await jobs.run_all(bank.platform, bank.system, nobody)
    assert await counted(bank) == once
    assert once[1] > before[1]


async def drawn(bank: make.Bank, clock: FixedClock, arm: Arm) -> UUID:
    """Whom contact may reach by e-mail, in the arm."""
    loaded = playbooks_on(bank.platform.policies_of(bank.system), clock().date())["win_back"]
    while True:
        party_id = await post.reached(bank)
        if rules.arm(loaded.sha256, party_id, loaded.rules.holdout_bp) is arm:
            await fall(bank, [party_id])
            return party_id


async def letters(bank: make.Bank, party_id: UUID) -> list[str]:
    async def found(ctx: Any) -> list[str]:
        query = select(Interaction.reference).where(col(Interaction.party_id) == party_id)
        return [reference for reference in await ctx.session.scalars(query) if reference]

    references: list[str] = await bank.run("system", found)
    return references


@pytest.mark.parametrize("arm", list(Arm))
async def test_letter_is_put_on_its_way_once_and_never_to_whom_the_lot_left_alone(
    bank: make.Bank, clock: FixedClock, arm: Arm
) -> None:
    await post.in_force(bank, "win_back", "win_back")
    party_id = await drawn(bank, clock, arm)
    for _ in range(3):
        await jobs.run_all(bank.platform, bank.system, nobody)
    sent = await letters(bank, party_id)
    assert [reference.rpartition(":")[2] for reference in sent] == (["letter"] if arm is Arm.TREATED else [])


async def test_template_that_nobody_approved_stops_one_step_and_not_the_course(
    bank: make.Bank, clock: FixedClock
) -> None:
    party_id = await drawn(bank, clock, Arm.TREATED)
    await jobs.run_all(bank.platform, bank.system, nobody)
    row = await bank.run("system", courses.latest_of, "win_back", party_id)
    (step,) = (await bank.run("system", courses.steps_of, [row.id]))[row.id]
    assert (step.outcome, step.reasons, row.step) == ("refused", TemplateNotFound.code, "pause")


def test_what_happens_to_a_customer_is_heard(platform: Platform) -> None:
    for event in ("customer.stage_changed", "customer.warned", "consent.changed", "customer.shredded"):
        assert "playbooks.look" in SUBSCRIBERS[event], event
    assert "playbooks.complained" in SUBSCRIBERS["complaint.received"]
    assert "offers.tie_sales" in SUBSCRIBERS["sale.confirmed"]
    assert {"playbooks.look", "playbooks.complained", "offers.tie_sales"} <= FOLLOWED.keys()


async def test_every_sweep_is_scheduled(platform: Platform) -> None:
    app = job_app(platform.database)
    Schedule(platform, app)
    assert jobs.SWEEPS.keys() <= app.tasks.keys()
