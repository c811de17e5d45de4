"""Complaints of a record that is merged into another are the survivor's, with their course, letters and redress."""

from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.complaints.models import Complaint, ComplaintLetter, ComplaintLetterContent, ComplaintStep
from backend.customers.following import move, records_of

_PARTS: Final = (ComplaintStep, ComplaintLetter)


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    await move(ctx, await records_of(ctx, Complaint, loser_id), loser_id, survivor_id)
    for model in _PARTS:
        await move(ctx, await _sealed_by(ctx, model, loser_id), loser_id, survivor_id)
    for content in await _sealed_by(ctx, ComplaintLetterContent, loser_id):
        letter = b"".join(ctx.vault.open_document(loser_id, content.letter_id, content.body))
        content.body, content.owner_id = ctx.vault.seal_document(survivor_id, content.letter_id, letter), survivor_id


async def _sealed_by(ctx: Context, model: Any, owner_id: UUID) -> list[Any]:
    query = select(model).where(col(model.owner_id) == owner_id).order_by(col(model.id))
    return list(await ctx.session.scalars(query))
