"""Messages on their way: found by reference, due, claimed and left behind; and the words that are merged into them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser, Tenant
from backend.customers.models import Customer, Party
from backend.servicing.interactions.models import Interaction, State

WAITING = (State.WAITING, State.DEFERRED)


async def by_reference(ctx: Context, reference: str) -> Interaction | None:
    """Two that ask for the same reference ask one after the other."""
    key = f"interaction:{ctx.actor.tenant_id}:{reference}"
    await ctx.session.execute(sql(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return (await ctx.session.scalars(select(Interaction).where(col(Interaction.reference) == reference))).first()


async def one_at_a_time(ctx: Context, party_id: UUID) -> UUID:
    """Nobody else decides about a message to this party until the transaction ends; answers whom it counts with."""
    became = await ctx.session.scalar(sql(col(Party.merged_into_id)).where(col(Party.id) == party_id))
    heir: UUID = became or party_id
    key = f"contact:{ctx.actor.tenant_id}:{heir}"
    await ctx.session.execute(sql(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    return heir


async def next_due(ctx: Context) -> Interaction | None:
    """The one that waits longest, and that no other worker looks at."""
    query = (
        select(Interaction)
        .where(
            col(Interaction.state).in_(WAITING),
            or_(col(Interaction.not_before).is_(None), col(Interaction.not_before) <= ctx.now),
        )
        .order_by(col(Interaction.not_before).nulls_first(), col(Interaction.id))
        .limit(1)
    )
    return (await ctx.session.scalars(query.with_for_update(skip_locked=True))).first()


async def claimed_before(ctx: Context, instant: datetime, limit: int) -> Sequence[Interaction]:
    query = select(Interaction).where(col(Interaction.state) == State.CLAIMED, col(Interaction.claimed_at) < instant)
    return (await ctx.session.scalars(query.limit(limit).with_for_update(skip_locked=True))).all()


async def locked(ctx: Context, interaction_id: UUID) -> Interaction | None:
    query = select(Interaction).where(col(Interaction.id) == interaction_id)
    return (await ctx.session.scalars(query.with_for_update())).first()


async def due_count(ctx: Context) -> int:
    """Messages that could be looked at now."""
    query = sql(func.count()).where(
        col(Interaction.state).in_(WAITING),
        or_(col(Interaction.not_before).is_(None), col(Interaction.not_before) <= ctx.now),
    )
    return await ctx.session.scalar(query) or 0


async def record_words(ctx: Context, party_id: UUID) -> tuple[str, str, str]:
    """Number, relationship manager and institution, as messages name them; empty where there is none."""
    query = (
        sql(col(Customer.number), col(StaffUser.display_name), col(Tenant.name))
        .select_from(Tenant)
        .outerjoin(Customer, col(Customer.party_id) == party_id)
        .outerjoin(StaffUser, col(StaffUser.id) == col(Customer.manager_id))
        .where(col(Tenant.id) == ctx.actor.tenant_id)
    )
    number, manager, institution = (await ctx.session.execute(query)).one()
    return number or "", manager or "", institution
