"""What is due is proposed at night, decided by a person, and carried out; holds are placed and lifted by two."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.complaints import service as complaints
from backend.complaints.models import Channel
from backend.customers import inputs, service
from backend.customers.models import PartyStatus, Stage
from backend.rights import queries
from backend.rights import service as rights
from backend.rights.errors import BatchState, HoldState
from backend.rights.models import LegalHold, RetentionDue
from tests.factories.customers import organisation
from tests.rights.conftest import Privacy


async def _night(privacy: Privacy) -> int:
    return int(await privacy.platform.run(privacy.bank.system, rights.propose_due))


async def _batch(privacy: Privacy) -> Any:
    return await privacy.read(queries.open_batch)


async def _approve(privacy: Privacy, expected: int) -> UUID:
    batch = await _batch(privacy)
    await privacy.run(privacy.bank.officer, rights.approve_batch, batch.id, expected)
    return UUID(str(batch.id))


async def _carry_out(privacy: Privacy) -> None:
    while await privacy.platform.run(privacy.bank.system, rights.carry_out):
        pass
    await privacy.finish()


async def _status(privacy: Privacy, party_id: UUID) -> str:
    async def ask(ctx: Context) -> str:
        return str((await ctx.session.get_one(service.parties.Party, party_id)).status)

    return await privacy.read(ask)


async def test_what_is_due_is_proposed_and_the_rest_is_not(privacy: Privacy) -> None:
    due, kept = await privacy.left(6), await privacy.left(4)
    assert await _night(privacy) == 1
    batch = await _batch(privacy)
    proposed = await privacy.read(lambda ctx: queries.due_in(ctx, batch.id))
    assert [each.party_id for each in proposed] == [due.id]
    assert kept.id not in {each.party_id for each in proposed}
    assert {term["code"] for term in proposed[0].terms} == {"due_diligence", "claims"}


async def test_who_waits_for_an_answer_to_a_request_is_not_proposed(privacy: Privacy) -> None:
    party = await privacy.left(6)
    request = await privacy.requested(party.id, "correction")
    assert await _night(privacy) == 0
    await privacy.run(privacy.bank.officer, rights.fulfil, request)
    assert await _night(privacy) == 1


async def test_who_has_complained_is_kept_until_the_complaint_is_closed(privacy: Privacy) -> None:
    party = await privacy.left(6)
    given = complaints.ComplaintInput(party_id=party.id, channel=Channel.BRANCH, category="fees", details="A fee twice")
    await privacy.run(privacy.bank.officer, complaints.receive, given)
    assert await _night(privacy) == 0


async def test_a_night_proposes_nothing_twice(privacy: Privacy) -> None:
    await privacy.left(6)
    assert await _night(privacy) == 1
    assert await _night(privacy) == 0


async def test_an_approved_batch_is_carried_out_with_a_report(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await _night(privacy)
    batch = await _approve(privacy, 1)
    await _carry_out(privacy)
    assert await _status(privacy, party.id) == PartyStatus.SHREDDED
    done = next(each for each in await privacy.read(queries.batches) if each.id == batch)
    assert (done.state, done.counts) == ("done", {"erased": 1})


async def test_a_proposal_that_has_grown_is_looked_at_again(privacy: Privacy) -> None:
    await privacy.left(6)
    await _night(privacy)
    await privacy.left(7)
    await _night(privacy)
    with pytest.raises(BatchState):
        await _approve(privacy, 1)


async def test_the_platform_approves_nothing_itself(privacy: Privacy) -> None:
    await privacy.left(6)
    await _night(privacy)
    batch = await _batch(privacy)
    with pytest.raises(NotAllowed):
        await privacy.run(privacy.bank.system, rights.approve_batch, batch.id, 1)


async def test_who_was_excluded_is_not_erased(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await _night(privacy)
    batch = await _batch(privacy)
    due = (await privacy.read(lambda ctx: queries.due_in(ctx, batch.id)))[0]
    await privacy.run(privacy.bank.officer, rights.exclude, due.id, "litigation")
    await _approve(privacy, 0)
    await _carry_out(privacy)
    assert await _status(privacy, party.id) == PartyStatus.ACTIVE


async def test_a_hold_placed_after_approval_keeps_the_record(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await _night(privacy)
    await _approve(privacy, 1)
    await privacy.run(privacy.bank.officer, rights.place_hold, party.id, "investigation")
    await _carry_out(privacy)
    assert await _status(privacy, party.id) == PartyStatus.ACTIVE

    async def dues(ctx: Context) -> list[str]:
        return [row.state for row in await ctx.session.scalars(select(RetentionDue))]

    assert await privacy.read(dues) == ["kept"]


async def test_an_owner_of_a_customer_is_not_proposed(privacy: Privacy) -> None:
    owner = await privacy.left(9)
    company = await privacy.bank.customer(organisation())
    await privacy.stage(company.id, Stage.ACTIVE)
    stake = inputs.parse(
        inputs.StakeInput, {"owner_id": owner.id, "owned_id": company.id, "kind": "shares", "fraction": "0.6"}
    )
    await privacy.run(privacy.bank.manager, service.add_stake, stake)
    assert await _night(privacy) == 0
    await privacy.stage(company.id, Stage.EXITED, privacy.clock() - timedelta(days=2200))
    assert await _night(privacy) == 2


async def test_a_merged_record_goes_with_the_one_that_stays(privacy: Privacy) -> None:
    from tests.factories.customers import Alone

    party = await privacy.left(6)
    double = await privacy.bank.record()
    await privacy.run(privacy.bank.lead, service.propose_merge, party.id, double.id, party.id)
    merge = (await privacy.read(lambda ctx: ctx.session.scalars(select(service.merging.MergeCase)))).first()
    await privacy.run(privacy.bank.officer, service.approve_merge, merge.id, Alone())
    privacy.clock.advance(timedelta(days=400))
    await privacy.erase(party.id)
    assert await _status(privacy, double.id) == PartyStatus.SHREDDED
    assert (await privacy.verified()).sound


async def _held(privacy: Privacy) -> LegalHold:
    party = await privacy.left(6)
    hold: LegalHold = await privacy.run(privacy.bank.officer, rights.place_hold, party.id, "litigation", "7 T 1/2026")
    return hold


async def test_a_hold_counts_before_it_is_confirmed(privacy: Privacy) -> None:
    await _held(privacy)
    assert await _night(privacy) == 0


async def test_who_placed_a_hold_does_not_confirm_it(privacy: Privacy) -> None:
    hold = await _held(privacy)
    with pytest.raises(NotAllowed):
        await privacy.run(privacy.bank.officer, rights.confirm_hold, hold.id)


async def test_a_hold_protects_until_two_have_lifted_it(privacy: Privacy) -> None:
    hold = await _held(privacy)
    await privacy.run(privacy.bank.second_officer, rights.confirm_hold, hold.id)
    await privacy.run(privacy.bank.officer, rights.propose_lift, hold.id)
    assert await _night(privacy) == 0
    with pytest.raises(NotAllowed):
        await privacy.run(privacy.bank.officer, rights.lift_hold, hold.id)
    await privacy.run(privacy.bank.second_officer, rights.lift_hold, hold.id)
    assert await _night(privacy) == 1


async def test_a_hold_is_kept_when_the_second_person_does_not_agree(privacy: Privacy) -> None:
    hold = await _held(privacy)
    await privacy.run(privacy.bank.second_officer, rights.confirm_hold, hold.id)
    await privacy.run(privacy.bank.officer, rights.propose_lift, hold.id)
    kept = await privacy.run(privacy.bank.second_officer, rights.keep_hold, hold.id)
    assert kept.state == "in_force"
    with pytest.raises(HoldState):
        await privacy.run(privacy.bank.second_officer, rights.lift_hold, hold.id)


async def test_the_database_refuses_one_person_on_both_sides_of_a_hold(privacy: Privacy) -> None:
    hold = await _held(privacy)

    async def both(ctx: Context) -> None:
        row = await ctx.session.get_one(LegalHold, hold.id)
        async with ctx.audit("legal_hold.confirm", ("party", row.party_id)):
            row.confirmed_by = row.placed_by

    with pytest.raises((DBAPIError, Exception), match="placed_by_two"):
        await privacy.platform.run(privacy.bank.system, both)
