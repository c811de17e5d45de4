"""Two years of the customers' life at the demonstration institution, told once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from backend.access import queries
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.customers.inputs import RelationInput
from backend.customers.models import Stage
from backend.customers.service import record_party
from backend.demo import cases, life, people
from backend.edge import kinds
from backend.edge.platform import Platform
from tests.factories.customers import Bank, open_bank, person
from tests.factories.ledger import Line, book

TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))


def _paid(until: int) -> list[Line]:
    """A salary a month for two years, which stops `until` days before today."""
    days = (TODAY - timedelta(days=30 * month) for month in range(24, -1, -1))
    return [(day, "credit", 30_000, None, None) for day in days if (TODAY - day).days >= until]


async def _customer_of(bank: Bank, login: str, until: int) -> None:
    async def record(ctx: Context) -> object:
        manager = await queries.staff_by_login(ctx.session, login)
        assert manager is not None
        relation = RelationInput(manager_id=manager.id, team_id=manager.team_id, stage=Stage.ACTIVE)
        return await record_party(ctx, person().model_copy(update={"relation": relation}))

    party = await bank.run(bank.system, record)
    await book(bank, *_paid(until), party=party, opened=date(2024, 1, 1))


async def test_two_years_of_prospects_stages_and_warnings_are_told_once(
    platform: Platform, tenant: Tenant, operator: Actor
) -> None:
    kinds.gather()
    bank = await open_bank(platform, tenant)
    await platform.run(operator, people.hire)
    await platform.run(operator, people.register_partner)
    for login, until in (("jana", 0), ("tomas", 100), ("eva", 400), ("jana", 100)):
        await _customer_of(bank, login, until)

    async def rows(query: str) -> list[tuple[object, ...]]:
        async with platform.transaction(bank.system) as ctx:
            return [tuple(row) for row in (await ctx.session.execute(text(query))).all()]

    for _ in range(2):
        await life.tell(await cases.begin(platform, operator), bank.system)
    assert await rows("SELECT count(*) FROM prospect") == [(48,)]
    states = dict(await rows("SELECT state, count(*) FROM prospect GROUP BY state"))
    assert set(states) - {"new"} == {"followed_up", "converted", "lost"}
    waiting = "SELECT count(*) FROM prospect WHERE state = 'new' AND recorded_at < DATE '2026-11-22' - 41"
    assert await rows(waiting) == [(0,)]
    first, last = (await rows("SELECT min(started_at)::date, max(started_at)::date FROM stage_run"))[0]
    assert (first, last) == (date(2024, 11, 22), TODAY)
    assert await rows("SELECT count(*) > 0 FROM stage_transition WHERE to_stage = 'dormant'") == [(True,)]
    assert await rows("SELECT count(*) FROM stage_transition WHERE cause = 'person'") == [(2,)]
    assert await rows("SELECT count(*) > 0 FROM early_warning WHERE state <> 'closed'") == [(True,)]
