"""A record that was merged into another one, or whose person was erased: nothing is begun there, whatever the door."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework.tasks import service as tasks
from backend.complaints import service as complaints
from backend.complaints.models import Channel as ComplaintChannel
from backend.complaints.service import ComplaintInput
from backend.core.ids import new_id
from backend.customers.errors import PartyClosed, PartyErased
from backend.customers.models import Party, PartyStatus, Stage
from backend.customers.service.relations import customer_of
from backend.edge.platform import Platform
from backend.engagement.models.models import StoredScore
from backend.engagement.offers.models import NextOffer
from backend.engagement.portrait import service as portrait
from backend.engagement.segments import service as segments
from backend.engagement.stages import service as stages
from backend.rights.stripping import remove_contents
from backend.servicing.feedback import service as feedback
from backend.servicing.feedback.service import Given
from backend.servicing.interactions import service as contact
from backend.servicing.interactions.models import BarKind, Channel, Direction
from backend.servicing.interactions.service import RecordInput
from tests.factories import merging
from tests.factories import onboarding as make

Act = Callable[[Context, UUID], Awaitable[Any]]


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
async def pair(bank: make.Bank) -> merging.Pair:
    return await merging.pair(bank)


async def _task(ctx: Context, party_id: UUID) -> Any:
    return await tasks.create(ctx, tasks.TaskInput(title="Call", department="compliance", party_id=party_id))


async def _stage(ctx: Context, party_id: UUID) -> Any:
    customer = await customer_of(ctx, party_id)
    assert customer is not None
    return await stages.correct(ctx, customer.id, Stage(customer.stage), "normal_activity")


async def _event(ctx: Context, party_id: UUID) -> Any:
    return await portrait.record_event(ctx, party_id, "moved_house", ctx.now.date(), None)


async def _contact(ctx: Context, party_id: UUID) -> Any:
    given = RecordInput(direction=Direction.INBOUND, channel=Channel.TELEPHONE, body="Asked about the fees.")
    return await contact.record(ctx, party_id, given)


async def _bar(ctx: Context, party_id: UUID) -> Any:
    return await contact.bar(ctx, party_id, BarKind.NO_CONTACT)


async def _survey(ctx: Context, party_id: UUID) -> Any:
    return await feedback.by_telephone(ctx, party_id, "relationship", Given(score=9))


async def _complaint(ctx: Context, party_id: UUID) -> Any:
    given = ComplaintInput(
        party_id=party_id, channel=ComplaintChannel.BRANCH, category="fees", details="Charged twice."
    )
    return await complaints.receive(ctx, given)


ACTS = (_task, _stage, _event, _contact, _bar, _survey, _complaint)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__.strip("_"))
async def test_on_a_merged_record_nothing_is_begun(bank: make.Bank, pair: merging.Pair, act: Act) -> None:
    await merging.merge(bank, *pair)
    with pytest.raises(PartyClosed, match="merged into another one"):
        await bank.run("rm", act, pair[0])


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__.strip("_"))
async def test_of_an_erased_person_nothing_is_begun(bank: make.Bank, pair: merging.Pair, act: Act) -> None:
    async def erased(ctx: Context) -> None:
        async with ctx.audit("customer.erase", ("party", pair[0])):
            (await ctx.session.get_one(Party, pair[0])).status = PartyStatus.SHREDDED

    await bank.platform.run(bank.system, erased)
    with pytest.raises(PartyErased):
        await bank.run("rm", act, pair[0])


async def _computed(bank: make.Bank, party_id: UUID) -> None:
    """What a night leaves about a customer."""
    await bank.platform.run(bank.system, segments.run_rules)

    async def scored(ctx: Context) -> None:
        of = {"party_id": party_id, "tenant_id": bank.tenant.id}
        ctx.session.add(StoredScore(run_id=new_id(), value=0.2, reasons="", **of))
        ctx.session.add(NextOffer(id=new_id(), product_code="card", expected=1, ranked_at=ctx.now, **of))

    await bank.platform.run(bank.system, scored)


async def _left(bank: make.Bank, party_id: UUID) -> list[int]:
    async def counted(ctx: Context) -> list[int]:
        tables = ("segment_member", "score", "next_offer")
        query = "SELECT count(*) FROM {} WHERE party_id = :party"
        return [int(await ctx.session.scalar(text(query.format(t)), {"party": party_id}) or 0) for t in tables]

    return await bank.platform.run(bank.system, counted)


async def test_what_was_computed_of_a_customer_does_not_stay_with_a_merged_record(
    bank: make.Bank, pair: merging.Pair
) -> None:
    await _computed(bank, pair[0])
    assert await _left(bank, pair[0]) == [1, 1, 1]
    await merging.merge(bank, *pair)
    assert await _left(bank, pair[0]) == [0, 0, 0]


async def test_what_was_computed_of_a_customer_goes_with_the_erasure(bank: make.Bank, pair: merging.Pair) -> None:
    await _computed(bank, pair[0])

    async def erased(ctx: Context) -> None:
        await remove_contents(ctx, [pair[0]])

    await bank.platform.run(bank.system, erased)
    assert await _left(bank, pair[0]) == [0, 0, 0]
