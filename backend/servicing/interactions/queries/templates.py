"""Templates: those in force, and their versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.servicing.interactions.errors import TemplateNotFound
from backend.servicing.interactions.models import MessageTemplate, TemplateState

OBJECT = "message_template"


def place(ctx: Context, maker_id: UUID | None = None) -> Facts:
    return Facts(tenant_id=ctx.actor.tenant_id, maker_id=maker_id, deciders=frozenset())


async def in_force(ctx: Context, code: str) -> MessageTemplate:
    """Raises TemplateNotFound."""
    query = select(MessageTemplate).where(
        col(MessageTemplate.code) == code, col(MessageTemplate.state) == TemplateState.APPROVED
    )
    found = (await ctx.session.scalars(query)).first()
    if found is None:
        raise TemplateNotFound()
    return found


async def template(ctx: Context, template_id: UUID, *, lock: bool = False) -> MessageTemplate:
    """Raises TemplateNotFound."""
    ctx.require("view", OBJECT, place(ctx))
    query = select(MessageTemplate).where(col(MessageTemplate.id) == template_id)
    found = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if found is None:
        raise TemplateNotFound()
    return found


async def templates(ctx: Context, *, states: Sequence[TemplateState]) -> Sequence[MessageTemplate]:
    """By code, the newest version first."""
    ctx.require("view", OBJECT, place(ctx))
    query = select(MessageTemplate).where(col(MessageTemplate.state).in_(states))
    order = query.order_by(col(MessageTemplate.code), col(MessageTemplate.version).desc())
    return (await ctx.session.scalars(order)).all()


async def versions(ctx: Context, code: str) -> Sequence[MessageTemplate]:
    """The newest first."""
    ctx.require("view", OBJECT, place(ctx))
    query = select(MessageTemplate).where(col(MessageTemplate.code) == code)
    return (await ctx.session.scalars(query.order_by(col(MessageTemplate.version).desc()))).all()


async def newest(ctx: Context, code: str) -> int:
    """The number of the last version; 0 where there is none."""
    query = sql(func.max(col(MessageTemplate.version))).where(col(MessageTemplate.code) == code)
    return await ctx.session.scalar(query) or 0


async def waiting(ctx: Context, limit: int) -> Sequence[MessageTemplate]:
    """Drafts, the oldest first."""
    query = select(MessageTemplate).where(col(MessageTemplate.state) == TemplateState.DRAFTED)
    return (await ctx.session.scalars(query.order_by(col(MessageTemplate.id)).limit(limit))).all()
