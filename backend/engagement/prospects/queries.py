"""Every SELECT of prospects, in the actor's scope."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.access.models import Team
from backend.access.scopes import Facts
from backend.casework.models import WorkItem
from backend.casework.queries import OPEN_STATES
from backend.customers.models import Customer, Party, PartyStatus
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.prospects.errors import ProspectNotFound
from backend.engagement.prospects.models import Prospect, ProspectState, ProspectStep
from backend.products.models import Product

OBJECT: Final = "prospect"
OPEN: Final = (ProspectState.NEW, ProspectState.FOLLOWED_UP)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; the newest comes first."""

    recorded_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """None is no condition. `due_by`: open, and the next step is due on that day or before."""

    state: str | None = None
    open: bool = False
    source: str | None = None
    campaign: str | None = None
    manager_id: UUID | None = None
    due_by: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        equal: tuple[tuple[Any, Any], ...] = (
            (Prospect.state, self.state),
            (Prospect.source, self.source),
            (Prospect.campaign, self.campaign),
            (Customer.manager_id, self.manager_id),
        )
        found = [col(field) == value for field, value in equal if value is not None]
        if self.open or self.due_by is not None:
            found.append(col(Prospect.state).in_(OPEN))
        return found if self.due_by is None else [*found, col(Prospect.next_step_on) <= self.due_by]


def _seen(ctx: Context, statement: Any) -> Any:
    mine = standing(select(col(Party.id))).where(ctx.clause("view", OBJECT, SCOPE))
    joined = statement.join(Party, col(Party.id) == col(Prospect.party_id))
    joined = joined.outerjoin(Customer, col(Customer.party_id) == col(Party.id))
    return joined.where(col(Party.status) == PartyStatus.ACTIVE, col(Prospect.party_id).in_(mine))


async def prospect(ctx: Context, prospect_id: UUID, *, lock: bool = False) -> Prospect:
    query = _seen(ctx, models(Prospect)).where(col(Prospect.id) == prospect_id)
    found: Prospect | None = await ctx.session.scalar(query.with_for_update(of=Prospect) if lock else query)
    if found is None:
        raise ProspectNotFound()
    return found


async def prospects(
    ctx: Context, filters: Filters, after: After | None, limit: int
) -> tuple[list[Prospect], After | None]:
    """A page, and where it ended when more follow."""
    query = _seen(ctx, models(Prospect)).where(*filters.conditions())
    order = (col(Prospect.recorded_at), col(Prospect.id))
    if after is not None:
        query = query.where(tuple_(*order) < (after.recorded_at, after.id))
    rows: list[Prospect] = list(
        await ctx.session.scalars(query.order_by(*(column.desc() for column in order)).limit(limit + 1))
    )
    shown = rows[:limit]
    return shown, After(shown[-1].recorded_at, shown[-1].id) if len(rows) > limit else None


async def of_party(ctx: Context, party_id: UUID) -> Sequence[Prospect]:
    """The newest first."""
    query = _seen(ctx, models(Prospect)).where(col(Prospect.party_id) == party_id)
    found: Sequence[Prospect] = (
        await ctx.session.scalars(query.order_by(col(Prospect.recorded_at).desc(), col(Prospect.id).desc()))
    ).all()
    return found


async def open_of_party(ctx: Context, party_id: UUID) -> Sequence[Prospect]:
    """For the platform, whatever the actor may see: one at most."""
    query = models(Prospect).where(col(Prospect.party_id) == party_id, col(Prospect.state).in_(OPEN))
    return (await ctx.session.scalars(query)).all()


async def is_open(ctx: Context, party_id: UUID) -> bool:
    query = select(col(Prospect.id)).where(col(Prospect.party_id) == party_id, col(Prospect.state).in_(OPEN))
    return await ctx.session.scalar(query) is not None


async def steps_of(ctx: Context, prospect_ids: Collection[UUID]) -> dict[UUID, list[ProspectStep]]:
    """In the order in which they were taken."""
    query = models(ProspectStep).where(col(ProspectStep.prospect_id).in_(prospect_ids))
    found: dict[UUID, list[ProspectStep]] = {each: [] for each in prospect_ids}
    for step in await ctx.session.scalars(query.order_by(col(ProspectStep.at), col(ProspectStep.id))):
        found[step.prospect_id].append(step)
    return found


async def counts(ctx: Context) -> dict[tuple[str, str], int]:
    """How many by source and state."""
    by = (col(Prospect.source), col(Prospect.state))
    counted = _seen(ctx, select(*by, func.count())).group_by(*by)
    return {(source, state): number for source, state, number in await ctx.session.execute(counted)}


async def unknown_products(ctx: Context, codes: Collection[str]) -> list[str]:
    known = set(await ctx.session.scalars(select(col(Product.code)).where(col(Product.code).in_(codes))))
    return sorted(set(codes) - known)


async def team_named(ctx: Context, name: str) -> UUID | None:
    return await ctx.session.scalar(select(col(Team.id)).where(col(Team.name) == name))


async def open_by_manager(ctx: Context) -> dict[UUID, int]:
    """How many open prospects stand in each book, whatever the actor may see."""
    counted = (
        select(col(Customer.manager_id), func.count())
        .join(Prospect, col(Prospect.party_id) == col(Customer.party_id))
        .where(col(Prospect.state).in_(OPEN), col(Customer.manager_id).is_not(None))
        .group_by(col(Customer.manager_id))
    )
    rows = (await ctx.session.execute(counted)).all()
    return {manager: number for manager, number in rows if manager is not None}


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A prospect that is nobody's, without who it is; `item_id` is its work, which is taken to have it."""

    row: Prospect
    region: str | None
    item_id: UUID | None
    due_at: datetime | None


async def unassigned(ctx: Context, limit: int) -> list[Unassigned]:
    """Whichever is due first comes first. Raises NotAllowed."""
    ctx.require("take", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    waiting = col(WorkItem.state).in_(OPEN_STATES)
    query = (
        select(Prospect, col(Party.region), col(WorkItem.id), col(WorkItem.due_at))
        .join(Party, col(Party.id) == col(Prospect.party_id))
        .join(Customer, col(Customer.party_id) == col(Prospect.party_id))
        .outerjoin(WorkItem, (col(WorkItem.subject_id) == col(Prospect.id)) & waiting)
        .where(
            col(Prospect.state).in_(OPEN), col(Customer.manager_id).is_(None), col(Party.status) == PartyStatus.ACTIVE
        )
        .order_by(col(WorkItem.due_at).nulls_last(), col(Prospect.recorded_at))
        .limit(limit)
    )
    return [Unassigned(*found) for found in await ctx.session.execute(query)]
