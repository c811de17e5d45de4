"""Work of prospects: given by the rule-set or taken by hand, due by source, ended with the prospect."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.casework import queries as work
from backend.casework import service as casework
from backend.casework.models import WorkItem
from backend.casework.tasks.queries.ages import lasting_work
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.inputs import PartyInput
from backend.customers.service.relations import assign_customer, customer_of
from backend.edge import applying  # noqa: F401 - wires what follows work
from backend.edge.platform import Platform
from backend.engagement.prospects import queries, service
from backend.engagement.prospects.models import Prospect, Source
from backend.engagement.prospects.service import ProspectInput
from backend.jobs import prospect_work as jobs
from backend.jobs.subscriptions import FOLLOWED, SUBSCRIBERS
from tests.factories import onboarding as banks
from tests.factories.customers import partner, person


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    return await banks.bank(platform, tenant)


async def recorded(bank: banks.Bank, who: Any, party: PartyInput | None = None, **given: Any) -> Prospect:
    wanted = ProspectInput(**{"source": Source.WEB, **given})
    row: Prospect = await bank.run(who, service.record, party or person("Petra Dvořáková"), wanted)
    return row


async def placed(bank: banks.Bank, row: Prospect) -> WorkItem:
    item: WorkItem = await bank.run("system", jobs.place_work, row.id)
    return item


async def manager_of(bank: banks.Bank, row: Prospect) -> UUID | None:
    customer = await bank.run("system", customer_of, row.party_id)
    found: UUID | None = customer.manager_id
    return found


async def test_what_came_by_the_web_waits_for_anybody_within_four_office_hours(bank: banks.Bank) -> None:
    row = await recorded(bank, "system")
    item = await placed(bank, row)
    assert (item.queue, item.owner_id) == (jobs.FIRST, None)
    assert item.due_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_a_colleagues_prospect_is_their_own_work(bank: banks.Bank) -> None:
    row = await recorded(bank, "rm", source=Source.BRANCH)
    assert (await placed(bank, row)).owner_id == bank["rm"].id


async def test_whoever_takes_the_work_of_a_prospect_has_it_in_their_book(bank: banks.Bank) -> None:
    row = await recorded(bank, "system")
    item = await placed(bank, row)
    await bank.run("rm", casework.claim, item.id)
    assert await manager_of(bank, row) == bank["rm"].id
    assert (await bank.run("rm", queries.prospect, row.id)).id == row.id


async def test_a_partners_prospect_is_seen_without_names_until_it_is_taken(bank: banks.Bank) -> None:
    row = await bank.platform.run(
        partner(bank.tenant),
        lambda ctx: service.record(ctx, person("Petra Malá", region="Praha"), ProspectInput(source=Source.PARTNER)),
    )
    item = await placed(bank, row)
    found = await bank.run("rm", queries.unassigned, 10)
    assert [(each.row.id, each.region, each.item_id) for each in found] == [(row.id, "Praha", item.id)]
    await bank.run("rm", casework.claim, item.id)
    assert await bank.run("rm", queries.unassigned, 10) == []


async def test_prospects_that_are_nobodys_are_not_for_everybody(bank: banks.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("auditor", queries.unassigned, 10)


async def test_a_campaigns_prospects_go_to_whoever_has_the_fewest(bank: banks.Bank) -> None:
    rows = [
        await recorded(bank, "system", person(f"Petra {name}"), source=Source.CAMPAIGN, campaign="welcome_bonus")
        for name in ("Malá", "Nová", "Stará", "Tichá")
    ]
    owners = [(await placed(bank, row)).owner_id for row in rows]
    half = len(set(owners))
    assert half > 1
    assert owners[:half] == sorted(set(owners), key=owners.index)
    assert await manager_of(bank, rows[0]) == owners[0]


async def test_work_moves_with_the_prospect_to_another_manager(bank: banks.Bank) -> None:
    row = await recorded(bank, "rm", source=Source.BRANCH)
    item = await placed(bank, row)
    customer = await bank.run("system", customer_of, row.party_id)
    await bank.run("system", assign_customer, customer.id, bank["rm2"].id, bank["rm2"].team_id)
    await bank.run("system", jobs.follow_assigned, row.party_id)
    assert (await bank.run("system", work.item, item.id)).owner_id == bank["rm2"].id


async def test_a_contact_moves_the_work_to_the_day_that_was_agreed_and_the_end_ends_it(bank: banks.Bank) -> None:
    row = await recorded(bank, "rm", source=Source.BRANCH)
    await placed(bank, row)
    agreed = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    await bank.run("rm", service.follow_up, row.id, "call", next_step_on=agreed.date())
    item = await placed(bank, row)
    assert (item.queue, item.due_at) == (jobs.FOLLOW_UP, agreed)
    await bank.run("rm", service.lose, row.id, "price")
    assert await bank.run("system", jobs.place_work, row.id) is None


async def test_nobody_spoke_in_time_and_whoever_leads_is_told(bank: banks.Bank, clock: FixedClock) -> None:
    row = await recorded(bank, "system")
    await placed(bank, row)
    clock.advance(timedelta(days=10))
    aged = await bank.run("system", lasting_work)
    assert [(each.place, each.due_at < clock()) for each in aged] == [(jobs.FIRST, True)]
    await bank.run("system", casework.escalate_due)
    assert (await placed(bank, row)).queue == jobs.OVERDUE


async def test_placing_work_again_changes_nothing(bank: banks.Bank) -> None:
    row = await recorded(bank, "system")
    assert (await placed(bank, row)).id == (await placed(bank, row)).id


async def test_the_event_of_a_prospect_leads_to_its_work(bank: banks.Bank) -> None:
    """As the schedule hands it over: by the party that the event names."""
    row = await recorded(bank, "system")

    async def events(ctx: Context) -> list[Outbox]:
        return list(await ctx.session.scalars(select(Outbox).where(Outbox.name == "prospect.recorded")))

    (event,) = await bank.run("system", events)
    about = UUID(event.payload.get("party", str(event.subject_id)))
    for job in SUBSCRIBERS[event.name]:
        await bank.run("system", FOLLOWED[job], about)
    assert (await bank.run("system", work.by_subjects, [row.id]))[row.id].queue == jobs.FIRST


def test_what_happens_to_a_prospect_reaches_its_work() -> None:
    told = {name for name, jobs_ in SUBSCRIBERS.items() if "prospects.work" in jobs_}
    assert told == {"prospect.recorded", "prospect.followed_up", "prospect.converted", "prospect.lost"}
    assert {"prospects.work", "prospects.assigned"} <= FOLLOWED.keys()
