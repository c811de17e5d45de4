"""Ties between parties: relationships, and the stakes of the ownership graph."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.ids import new_id
from backend.customers.errors import (
    EndsBeforeStart,
    PersonNotOwnable,
    RelationshipRepeated,
    StakesExceedWhole,
    TieToSelf,
)
from backend.customers.inputs import RelationshipInput, StakeInput
from backend.customers.models import OwnershipStake, PartyKind, PartyRelationship, StakeKind
from backend.customers.queries.owners import current
from backend.customers.service.loading import party_for, record


async def add_relationship(ctx: Context, given: RelationshipInput) -> PartyRelationship:
    """The right is asked for on the party that the tie is recorded for (`to`); the other must be visible."""
    if given.from_id == given.to_id:
        raise TieToSelf(field="to_id")
    await party_for(ctx, given.to_id, "edit", "relationship")
    await party_for(ctx, given.from_id, "view", "customer")
    same = select(PartyRelationship.id).where(
        PartyRelationship.from_id == given.from_id,
        PartyRelationship.to_id == given.to_id,
        PartyRelationship.kind == given.kind,
        col(PartyRelationship.valid_to).is_(None),
    )
    if await ctx.session.scalar(same) is not None:
        raise RelationshipRepeated()
    row = PartyRelationship(id=new_id(), tenant_id=ctx.actor.tenant_id, **given.model_dump())
    async with ctx.audit("relationship.record", ("party", given.to_id), reason=given.kind.value):
        ctx.session.add(row)
    await ctx.emit("party.tied", given.to_id, {"from": str(given.from_id), "kind": given.kind.value})
    return row


async def end_relationship(ctx: Context, relationship_id: UUID, on: date) -> PartyRelationship:
    row = await record(ctx, PartyRelationship, relationship_id, "relationship")
    await party_for(ctx, row.to_id, "edit", "relationship")
    _refuse_before(row.valid_from, on)
    async with ctx.audit("relationship.end", ("party", row.to_id), reason=row.kind):
        row.valid_to = on
    await ctx.emit("party.untied", row.to_id, {"from": str(row.from_id), "kind": row.kind})
    return row


async def add_stake(ctx: Context, given: StakeInput) -> OwnershipStake:
    """The right is asked for on the organisation that is owned. Stakes of one kind never exceed the whole."""
    if given.owner_id == given.owned_id:
        raise TieToSelf(field="owned_id")
    owned = await party_for(ctx, given.owned_id, "edit", "ownership")
    await party_for(ctx, given.owner_id, "view", "customer")
    if owned.kind != PartyKind.ORGANISATION:
        raise PersonNotOwnable(field="owned_id")
    if given.fraction is not None and given.kind is not StakeKind.CONTROL:
        taken = await held_together(ctx, given.owned_id, given.kind, given.valid_from or ctx.now.date())
        if taken + given.fraction > 1:
            raise StakesExceedWhole(field="fraction", kind=given.kind.value)
    row = OwnershipStake(id=new_id(), tenant_id=ctx.actor.tenant_id, **given.model_dump())
    async with ctx.audit("ownership.record", ("party", given.owned_id), reason=given.kind.value):
        ctx.session.add(row)
    await ctx.emit("ownership.changed", given.owned_id, {"owner": str(given.owner_id), "kind": given.kind.value})
    return row


async def end_stake(ctx: Context, stake_id: UUID, on: date) -> OwnershipStake:
    row = await record(ctx, OwnershipStake, stake_id, "stake")
    await party_for(ctx, row.owned_id, "edit", "ownership")
    _refuse_before(row.valid_from, on)
    async with ctx.audit("ownership.end", ("party", row.owned_id), reason=row.kind):
        row.valid_to = on
    await ctx.emit("ownership.changed", row.owned_id, {"owner": str(row.owner_id), "kind": row.kind})
    return row


async def held_together(ctx: Context, owned_id: UUID, kind: str, on: date) -> Decimal:
    """The sum of the stakes of one kind that are current on the day."""
    total = select(func.sum(OwnershipStake.fraction)).where(
        OwnershipStake.owned_id == owned_id, OwnershipStake.kind == kind, current(OwnershipStake, on)
    )
    return await ctx.session.scalar(total) or Decimal(0)


def _refuse_before(start: date | None, on: date) -> None:
    if start is not None and on < start:
        raise EndsBeforeStart(field="on")
