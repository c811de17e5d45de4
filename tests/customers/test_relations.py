"""The customer relationship: its manager, its stages."""

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.core.ids import new_id
from backend.customers import queries, service
from backend.customers.errors import RecordNotFound, RelationExists, StageNotReachable, StageReasonUnknown
from backend.customers.inputs import RelationInput
from backend.customers.models import Customer, Stage
from tests.factories.customers import Bank


async def _customer(bank: Bank) -> Customer:
    party = await bank.record()
    given = RelationInput(manager_id=bank.manager.id, team_id=bank.team.id)
    customer: Customer = await bank.run(bank.manager, service.open_customer, party.id, given)
    return customer


async def _set(bank: Bank, customer: Customer, *stages: Stage) -> None:
    async def use_case(ctx) -> None:
        row = await ctx.session.get(Customer, customer.id)
        for stage in stages:
            await service.set_stage(ctx, row, stage, "test")

    await bank.platform.run(bank.officer, use_case)


async def test_a_relationship_is_opened_once(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(RelationExists):
        await bank.run(bank.manager, service.open_customer, customer.party_id, RelationInput())


async def test_a_lead_gives_a_customer_to_a_colleague(bank: Bank) -> None:
    customer = await _customer(bank)
    await bank.run(bank.lead, service.assign_customer, customer.id, bank.colleague.id, bank.team.id)
    view = await bank.run(bank.colleague, queries.party_view, customer.party_id)
    assert view.customer.manager_id == bank.colleague.id


async def test_a_lead_pushes_no_customer_to_a_foreign_team(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(NotAllowed):
        await bank.run(bank.lead, service.assign_customer, customer.id, bank.stranger.id, bank.stranger.team_id)


async def test_a_manager_gives_nothing_away(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(NotAllowed):
        await bank.run(bank.manager, service.assign_customer, customer.id, bank.colleague.id, bank.team.id)


async def test_an_unknown_colleague_gets_nothing(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(RecordNotFound):
        await bank.run(bank.lead, service.assign_customer, customer.id, new_id(), bank.team.id)


async def test_a_process_activates_and_says_when(bank: Bank) -> None:
    customer = await _customer(bank)
    await _set(bank, customer, Stage.ONBOARDING, Stage.ACTIVE)
    view = (await bank.run(bank.manager, queries.customers_of, [customer.party_id]))[customer.party_id]
    assert (view.stage, view.activated_at is not None) == ("active", True)
    async with bank.platform.transaction(bank.system) as ctx:
        query = text("SELECT action FROM audit_entry WHERE subject_id = :id ORDER BY id DESC LIMIT 2")
        found = (await ctx.session.scalars(query, {"id": customer.party_id})).all()
        names = text("SELECT count(*) FROM outbox WHERE subject_id = :id AND name = 'customer.stage_changed'")
        assert await ctx.session.scalar(names, {"id": customer.id}) == 2
    assert found == ["customer.activate", "customer.stage"]


async def test_a_stage_out_of_reach_is_refused_with_what_is_possible(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(StageNotReachable, match="active, onboarding"):
        await _set(bank, customer, Stage.LOYAL)


async def test_a_person_may_not_activate(bank: Bank) -> None:
    customer = await _customer(bank)
    with pytest.raises(StageNotReachable):
        await bank.run(bank.manager, service.change_stage, customer.id, Stage.ACTIVE, "normal_activity")


async def test_a_person_changes_a_stage_with_a_known_reason(bank: Bank) -> None:
    customer = await _customer(bank)
    await _set(bank, customer, Stage.ACTIVE)
    with pytest.raises(StageReasonUnknown):
        await bank.run(bank.manager, service.change_stage, customer.id, Stage.AT_RISK, "bad mood")
    changed = await bank.run(bank.manager, service.change_stage, customer.id, Stage.AT_RISK, "complaint")
    assert changed.stage == "at_risk"
