"""Reviews of the demonstration institution since its customers are rated: told once, in time and late."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from backend.access import queries
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.customers.inputs import RelationInput
from backend.customers.models import Stage
from backend.customers.service import record_party
from backend.demo import cases, past_reviews, people
from backend.edge import kinds
from backend.edge.platform import Platform
from backend.edge.targeting import reviews_in_time
from backend.engagement.targets.sources import Month
from tests.factories.customers import person

CUSTOMERS = 24


@pytest.fixture
def operator(tenant: Tenant) -> Actor:
    return replace(system_actor(tenant.id, "test", "cli"), roles=frozenset({"operator"}))


async def _customer(ctx: Context) -> None:
    manager = await queries.staff_by_login(ctx.session, "jana")
    assert manager is not None
    relation = RelationInput(manager_id=manager.id, team_id=manager.team_id, stage=Stage.ACTIVE)
    await record_party(ctx, person().model_copy(update={"relation": relation}))


async def test_reviews_were_done_in_time_and_late_with_records_behind_each_month(
    platform: Platform, tenant: Tenant, operator: Actor
) -> None:
    kinds.gather()
    system = system_actor(tenant.id, "test")
    await platform.run(operator, people.hire)
    await platform.run(operator, people.register_partner)
    for _ in range(CUSTOMERS):
        await platform.run(system, _customer)
    for _ in range(2):
        await past_reviews.tell(await cases.begin(platform, operator), system)

    async def read(ctx: Context) -> tuple[int, int, int]:
        late = "count(*) FILTER (WHERE decided_at > due_at), count(*) FILTER (WHERE decided_at <= due_at)"
        total, behind, well = (await ctx.session.execute(text(f"SELECT count(*), {late} FROM review"))).one()
        return total, behind, well

    reviews, late, in_time = await platform.run(system, read)
    assert (reviews, late > 0, in_time > late) == (CUSTOMERS, True, True)
    for month in (4, 5, 6):
        of = Month(date(2026, month, 1), date(2026, 11, 22))
        found = await platform.run(system, lambda ctx, of=of: reviews_in_time(ctx, of))  # type: ignore[misc]
        assert found is not None
        assert len(found)
