"""Contact, feedback and conversations of a record that is merged into another are the survivor's from then on."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.following import move, records_of
from backend.customers.models import PartyAddress, PartyContact
from backend.servicing.assistant.models import AssistantConversation, AssistantTurn
from backend.servicing.feedback.models import Survey, SurveyFollowUp
from backend.servicing.interactions.models import ContactAddress, ContactBar, Interaction

_WHOLE = (Interaction, ContactBar, Survey, SurveyFollowUp, AssistantConversation)


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    """Messages that wait go to the survivor's address, asked about once more before they leave."""
    for model in _WHOLE:
        await move(ctx, await records_of(ctx, model, loser_id), loser_id, survivor_id)
    await move(ctx, await _turns(ctx, loser_id), loser_id, survivor_id)
    await move(ctx, await _addresses(ctx, loser_id, survivor_id), loser_id, survivor_id)


async def _turns(ctx: Context, owner_id: UUID) -> list[AssistantTurn]:
    query = select(AssistantTurn).where(col(AssistantTurn.owner_id) == owner_id).order_by(col(AssistantTurn.id))
    return list(await ctx.session.scalars(query))


async def _addresses(ctx: Context, loser_id: UUID, survivor_id: UUID) -> list[ContactAddress]:
    """What is known of the addresses that the survivor took over; of one that it had already it knows itself."""

    def taken(model: Any) -> Any:
        return select(col(model.id)).where(col(model.party_id) == survivor_id)

    known = await records_of(ctx, ContactAddress, loser_id)
    ids = {row.address_id for row in known}
    moved = {
        row_id
        for model in (PartyContact, PartyAddress)
        for row_id in await ctx.session.scalars(taken(model).where(col(model.id).in_(ids)))
    }
    return [row for row in known if row.address_id in moved]
