"""What a customer's life has left behind follows the record into a merge, readable and working at who stays."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework.tasks import queries as tasks
from backend.casework.tasks import service as setting
from backend.casework.tasks.service import TaskInput
from backend.core.ids import new_id
from backend.customers.service.relations import customer_of
from backend.edge.platform import Platform
from backend.engagement.playbooks.models import EndReason, PlaybookEnrolment, PlaybookStep, Status
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.engagement.portrait.models import LifeEvent
from backend.engagement.prospects.models import Prospect, ProspectState
from backend.engagement.stages.models import Cause, StageTransition
from backend.engagement.stages.queries import history
from backend.engagement.watch import queries as watch
from backend.engagement.watch.models import EarlyWarning, Outcome, WarningState, WarningStep
from tests.factories import merging
from tests.factories import onboarding as make

SHA = "0" * 64


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def pair(bank: make.Bank) -> merging.Pair:
    return await merging.pair(bank)


async def write(bank: make.Bank, party_id: UUID, make_rows: Any) -> None:
    """Rows as a capability left them; `make_rows(ctx, customer_id)` with the party's key open."""

    async def written(ctx: Context) -> None:
        await ctx.vault.load([party_id])
        relation = await customer_of(ctx, party_id)
        assert relation is not None
        async with ctx.audit("customer.edit", ("party", party_id)):
            for row in make_rows(ctx, relation.id):
                ctx.session.add(row)
                await ctx.session.flush()

    await bank.platform.run(bank.system, written)


async def one(bank: make.Bank, query: str, **params: Any) -> Any:
    async with bank.platform.transaction(bank.system) as ctx:
        return await ctx.session.scalar(text(query), params)


async def words(bank: make.Bank, model: Any, column: str, owner: str = "party_id") -> list[tuple[UUID, str | None]]:
    """Whose each row of the institution is, and what it says under that key."""
    async with bank.platform.transaction(bank.system) as ctx:
        rows = list(await ctx.session.scalars(model.__table__.select().with_only_columns(model.__table__.c.id)))
        found = [await ctx.session.get_one(model, row) for row in rows]
        await ctx.vault.load({getattr(row, owner) for row in found})
        table = str(model.__tablename__)
        return [
            (
                getattr(row, owner),
                ctx.vault.open_optional(table, column, row.id, getattr(row, owner), getattr(row, column)),
            )
            for row in found
        ]


async def test_a_task_follows_with_its_words_and_its_checklist(bank: make.Bank, pair: merging.Pair) -> None:
    given = TaskInput(title="Call the notary", department="compliance", party_id=pair[0], points=("Ask for the deed",))
    task = await bank.run("rm", setting.create, given)
    await bank.run("rm", setting.comment, task.id, "He is away until Monday")
    await merging.merge(bank, *pair)
    assert [row.id for row in await bank.run("rm", tasks.about, party_id=pair[1])] == [task.id]
    assert await words(bank, tasks.Task, "title", "key_id") == [(pair[1], "Call the notary")]
    assert await words(bank, tasks.TaskPoint, "words", "key_id") == [(pair[1], "Ask for the deed")]
    assert (pair[1], "He is away until Monday") in await words(bank, tasks.TaskStep, "words", "key_id")


def warning(bank: make.Bank, party_id: UUID, said: str) -> Any:
    def rows(ctx: Context, customer_id: UUID) -> list[Any]:
        raised = EarlyWarning(
            id=new_id(),
            tenant_id=bank.tenant.id,
            party_id=party_id,
            customer_id=customer_id,
            severity="high",
            signals=["outflow"],
            as_of=date(2026, 11, 20),
            ruleset=SHA,
            raised_at=ctx.now,
            changed_at=ctx.now,
        )
        step_id = new_id()
        step = WarningStep(
            id=step_id,
            tenant_id=bank.tenant.id,
            warning_id=raised.id,
            party_id=party_id,
            kind="acknowledged",
            words=ctx.vault.seal("early_warning_step", "words", step_id, party_id, said),
            at=ctx.now,
            by=bank["rm"].id,
        )
        return [raised, step]

    return rows


async def test_a_warning_follows_with_what_was_done(bank: make.Bank, pair: merging.Pair) -> None:
    await write(bank, pair[0], warning(bank, pair[0], "Called twice"))
    await merging.merge(bank, *pair)
    (row,) = await bank.run("rm", watch.of_party, pair[1])
    assert row.state == WarningState.OPEN
    assert await words(bank, WarningStep, "words") == [(pair[1], "Called twice")]


async def test_of_two_warnings_the_survivors_goes_on(bank: make.Bank, pair: merging.Pair) -> None:
    for party_id in pair:
        await write(bank, party_id, warning(bank, party_id, "Called"))
    await merging.merge(bank, *pair)
    found = await bank.run("rm", watch.of_party, pair[1])
    assert sorted((row.state, row.outcome) for row in found) == [("closed", Outcome.MERGED), ("open", None)]


async def test_a_warning_that_followed_is_not_taken_for_one_of_somebody_who_left(
    bank: make.Bank, pair: merging.Pair
) -> None:
    await write(bank, pair[0], warning(bank, pair[0], "Called"))
    await merging.merge(bank, *pair)
    assert await bank.run("system", watch.standing_of_gone, 10) == []


def course(bank: make.Bank, party_id: UUID, source: str = "stage:1") -> Any:
    def rows(ctx: Context, _customer: UUID) -> list[Any]:
        playbook = next(iter(playbooks_on(ctx.policies, ctx.now.date()).values()))
        row = PlaybookEnrolment(
            id=new_id(),
            tenant_id=bank.tenant.id,
            party_id=party_id,
            playbook=playbook.rules.id,
            ruleset=playbook.sha256,
            arm="treated",
            trigger="stage",
            source=source,
            step=next(iter(playbook.rules.steps)),
            opened_at=ctx.now,
            entered_at=ctx.now,
            entered_by=bank.system.id,
            observe_until=ctx.now + timedelta(days=90),
        )
        done = PlaybookStep(
            id=new_id(),
            tenant_id=bank.tenant.id,
            enrolment_id=row.id,
            party_id=party_id,
            step="hello",
            kind="call",
            outcome="passed",
            begun_at=ctx.now,
            ended_at=ctx.now,
        )
        return [row, done]

    return rows


async def test_a_course_follows_with_its_steps(bank: make.Bank, pair: merging.Pair) -> None:
    await write(bank, pair[0], course(bank, pair[0]))
    await merging.merge(bank, *pair)
    held = "SELECT count(*) FROM playbook_enrolment e JOIN playbook_step s ON s.enrolment_id = e.id "
    where = "WHERE e.party_id = :id AND s.party_id = :id AND e.status = 'running'"
    assert await one(bank, held + where, id=pair[1]) == 1


async def test_of_two_courses_in_one_playbook_the_survivors_goes_on(bank: make.Bank, pair: merging.Pair) -> None:
    for party_id, source in zip(pair, ("stage:1", "stage:2"), strict=True):
        await write(bank, party_id, course(bank, party_id, source))
    await merging.merge(bank, *pair)
    async with bank.platform.transaction(bank.system) as ctx:
        query = PlaybookEnrolment.__table__.select().order_by(PlaybookEnrolment.source)
        found = [(row.party_id, row.status, row.end_reason) for row in await ctx.session.execute(query)]
    assert found == [(pair[1], Status.STOPPED, EndReason.MERGED), (pair[1], Status.RUNNING, None)]


async def test_the_survivors_history_has_the_stages_of_both(bank: make.Bank, pair: merging.Pair) -> None:
    for party_id, stage in zip(pair, ("active", "growing"), strict=True):

        def rows(ctx: Context, customer_id: UUID, party_id: UUID = party_id, stage: str = stage) -> list[Any]:
            return [
                StageTransition(
                    id=new_id(),
                    tenant_id=bank.tenant.id,
                    party_id=party_id,
                    customer_id=customer_id,
                    from_stage="onboarding",
                    to_stage=stage,
                    cause=Cause.COMPUTED,
                    reasons=[],
                    ruleset=SHA,
                    at=ctx.now,
                    by=bank.system.id,
                    as_of=ctx.now.date(),
                    facts=SHA,
                )
            ]

        await write(bank, party_id, rows)
    await merging.merge(bank, *pair)
    assert {row.to_stage for row in await bank.run("rm", history, pair[1])} == {"active", "growing"}


def prospect(bank: make.Bank, party_id: UUID) -> Any:
    def rows(ctx: Context, _customer: UUID) -> list[Any]:
        return [
            Prospect(
                id=new_id(),
                tenant_id=bank.tenant.id,
                party_id=party_id,
                source="branch",
                interest=[],
                ruleset=SHA,
                recorded_by=bank["rm"].id,
                recorded_at=ctx.now,
                last_step_at=ctx.now,
            )
        ]

    return rows


async def test_of_two_open_prospects_one_was_recorded_twice(bank: make.Bank, pair: merging.Pair) -> None:
    for party_id in pair:
        await write(bank, party_id, prospect(bank, party_id))
    await merging.merge(bank, *pair)
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.execute(Prospect.__table__.select())
        found = sorted((row.party_id, row.state, row.lost_reason) for row in rows)
    assert found == [(pair[1], ProspectState.LOST, "duplicate"), (pair[1], ProspectState.NEW, None)]


async def test_a_life_event_follows_with_its_note(bank: make.Bank, pair: merging.Pair) -> None:
    def rows(ctx: Context, _customer: UUID) -> list[Any]:
        id_ = new_id()
        note = ctx.vault.seal("life_event", "note", id_, pair[0], "Twins")
        return [
            LifeEvent(
                id=id_,
                tenant_id=bank.tenant.id,
                party_id=pair[0],
                kind="birth",
                note=note,
                recorded_by=bank["rm"].id,
                recorded_at=ctx.now,
            )
        ]

    await write(bank, pair[0], rows)
    await merging.merge(bank, *pair)
    assert await words(bank, LifeEvent, "note") == [(pair[1], "Twins")]
