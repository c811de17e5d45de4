"""With a person who is erased ends what nobody could act on any more."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.casework.tasks.models import Task
from backend.core.ids import new_id
from backend.jobs import erased
from backend.jobs.subscriptions import FOLLOWED, SUBSCRIBERS
from backend.loyalty import service as loyalty
from backend.loyalty.consents import Agreement
from backend.loyalty.queries import figures
from tests.rights.conftest import Privacy


async def scalar(privacy: Privacy, query: str, party_id: UUID) -> Any:
    async def ask(ctx: Context) -> Any:
        return await ctx.session.scalar(text(query), {"id": party_id})

    return await privacy.read(ask)


async def _task(ctx: Context, party_id: UUID) -> None:
    """As it stands when a colleague has set it."""
    task_id = new_id()
    await ctx.vault.load([party_id])
    async with ctx.audit("task.create", ("task", task_id)):
        ctx.session.add(
            Task(
                id=task_id,
                tenant_id=ctx.actor.tenant_id,
                party_id=party_id,
                key_id=party_id,
                title=ctx.vault.seal("task", "title", task_id, party_id, "Call the notary"),
                department="relationship",
                created_by=ctx.actor.id,
                created_at=ctx.now,
                touched_at=ctx.now,
                due_at=ctx.now,
            )
        )


@pytest.fixture
async def gone(privacy: Privacy) -> UUID:
    """Erased, with a task and points that were there before."""
    manager = privacy.bank.manager
    party = await privacy.left(6)
    await privacy.run(manager, _task, party.id)
    await privacy.run(manager, loyalty.enrol, party.id, Agreement(1, "en", "online_form"))
    earned = loyalty.EarnInput(party_id=party.id, code="welcome", reference="welcome")
    await privacy.run(manager, loyalty.earn, earned)
    await privacy.erase(party.id)
    assert await privacy.platform.run(privacy.bank.system, lambda ctx: erased.close(ctx, party.id)) == 2
    return UUID(str(party.id))


async def test_a_task_about_an_erased_person_is_cancelled(privacy: Privacy, gone: UUID) -> None:
    assert await scalar(privacy, "SELECT array_agg(state) FROM task WHERE party_id = :id", gone) == ["cancelled"]


async def test_the_membership_of_an_erased_person_ends_with_its_points(privacy: Privacy, gone: UUID) -> None:
    state = "SELECT state || ' ' || left_reason FROM loyalty_member WHERE party_id = :id"
    assert await scalar(privacy, state, gone) == "left erased"
    totals = await privacy.run(privacy.bank.system, figures.totals)
    assert (totals["member"], sum(totals.values())) == (0, 0)


async def test_what_has_ended_is_not_ended_again(privacy: Privacy, gone: UUID) -> None:
    assert await privacy.platform.run(privacy.bank.system, lambda ctx: erased.close(ctx, gone)) == 0


def test_the_destruction_of_keys_is_heard_of() -> None:
    assert "rights.close_erased" in SUBSCRIBERS["customer.shredded"]
    assert FOLLOWED["rights.close_erased"] is erased.close
