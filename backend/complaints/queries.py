"""Every SELECT of complaints, scoped to the actor; lists are in the order in which the law wants answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, literal, or_, tuple_
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import StaffUser, Tenant
from backend.access.scopes import Facts, ScopeColumns
from backend.complaints.errors import ComplaintNotFound
from backend.complaints.models import (
    Complaint,
    ComplaintLetter,
    ComplaintLetterContent,
    ComplaintRedress,
    ComplaintStep,
    LetterState,
    RedressState,
)
from backend.complaints.stages import HOLDING, OPEN, RUNNING
from backend.core.arrays import among
from backend.customers.models import Customer, Party
from backend.customers.queries.sight import MANAGER, TEAM, column, facts_of

OBJECT: Final = "complaint"
NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; what is due first comes first."""

    due_on: date
    id: UUID


@dataclass(frozen=True, slots=True)
class Figure:
    """One line a state: how many, how many of them late, and the nearest day."""

    state: str
    count: int
    overdue: int
    next_due_on: date | None


async def jurisdiction(ctx: Context) -> str:
    query = sql(col(Tenant.jurisdiction)).where(col(Tenant.id) == ctx.actor.tenant_id)
    return str(await ctx.session.scalar(query))


async def institution(ctx: Context) -> str:
    return str(await ctx.session.scalar(sql(col(Tenant.name)).where(col(Tenant.id) == ctx.actor.tenant_id)))


async def colleagues(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    """Those of them that are colleagues on record."""
    return set(await ctx.session.scalars(sql(col(StaffUser.id)).where(col(StaffUser.id).in_(ids))))


async def everybody(ctx: Context) -> Sequence[StaffUser]:
    """Colleagues who may be complained of, or be given a complaint, by name; for whoever takes complaints in."""
    ctx.require("receive", OBJECT, Facts(tenant_id=ctx.actor.tenant_id, owner_id=ctx.actor.id))
    query = select(StaffUser).where(col(StaffUser.active)).order_by(col(StaffUser.display_name), col(StaffUser.id))
    return (await ctx.session.scalars(query)).all()


def _visible(ctx: Context, action: str = "view") -> Any:
    me = ctx.actor.id
    columns = ScopeColumns(
        tenant_id=column(Complaint.tenant_id),
        manager_id=MANAGER,
        team_id=TEAM,
        referred_by=column(Party.referred_by),
        owner_id=column(Complaint.received_by),
        subject_id=case((col(Complaint.staff).contains([str(me)]), literal(me)), else_=literal(NOBODY)),
    )
    return (
        select(Complaint)
        .outerjoin(Party, col(Party.id) == col(Complaint.party_id))
        .outerjoin(Customer, col(Customer.party_id) == col(Party.id))
        .outerjoin(StaffUser, col(StaffUser.id) == col(Party.created_by))
        .where(ctx.clause(action, OBJECT, columns))
    )


async def complaint(ctx: Context, complaint_id: UUID, *, lock: bool = False) -> Complaint:
    """Raises ComplaintNotFound, also for what the actor may not see."""
    query = _visible(ctx).where(col(Complaint.id) == complaint_id)
    found: Complaint | None = await ctx.session.scalar(query.with_for_update(of=Complaint) if lock else query)
    if found is None:
        raise ComplaintNotFound()
    return found


async def access(ctx: Context, row: Complaint, maker_id: UUID | None = None) -> Facts:
    """Where the complaint stands; `subject_id` is the actor for who is complained of."""
    standing = Facts(tenant_id=row.tenant_id)
    if row.party_id is not None:
        standing = (await facts_of(ctx, [row.party_id])).get(row.party_id, standing)
    me = ctx.actor.id if str(ctx.actor.id) in row.staff else NOBODY
    return replace(
        standing, owner_id=row.received_by, subject_id=me, maker_id=maker_id or row.received_by, deciders=frozenset()
    )


async def by_ids(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Complaint]:
    return {row.id: row for row in await ctx.session.scalars(_visible(ctx).where(col(Complaint.id).in_(set(ids))))}


async def listed(
    ctx: Context,
    *,
    states: Collection[str] = OPEN,
    handler_id: UUID | None = None,
    product_code: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Sequence[Complaint]:
    place = tuple_(col(Complaint.due_on), col(Complaint.id))
    query = _visible(ctx).where(col(Complaint.state).in_(states))
    if handler_id is not None:
        query = query.where(col(Complaint.handler_id) == handler_id)
    if product_code is not None:
        query = query.where(col(Complaint.product_code) == product_code)
    if after is not None:
        query = query.where(place > tuple_(literal(after.due_on), literal(after.id)))
    found: Sequence[Complaint] = (await ctx.session.scalars(query.order_by(*place).limit(limit))).all()
    return found


async def of_parties(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[Complaint]]:
    """The newest first."""
    query = _visible(ctx).where(col(Complaint.party_id).in_(set(party_ids))).order_by(col(Complaint.id).desc())
    found: dict[UUID, list[Complaint]] = defaultdict(list)
    for row in await ctx.session.scalars(query):
        if row.party_id is not None:
            found[row.party_id].append(row)
    return dict(found)


async def figures(ctx: Context) -> list[Figure]:
    mine = _visible(ctx).with_only_columns(col(Complaint.id)).scalar_subquery()
    late = col(Complaint.due_on) < ctx.now.date()
    query = (
        sql(col(Complaint.state), func.count(), func.count().filter(late), func.min(col(Complaint.due_on)))
        .where(col(Complaint.id).in_(mine))
        .group_by(col(Complaint.state))
    )
    return [
        Figure(state, count, overdue if state in RUNNING else 0, due)
        for state, count, overdue, due in await ctx.session.execute(query)
    ]


async def open_complaints(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """Which of these parties complain of something that is not answered yet, whatever the actor may see of it."""
    query = sql(col(Complaint.party_id)).where(
        among(col(Complaint.party_id), set(party_ids)), col(Complaint.state).in_(HOLDING)
    )
    return {party_id for party_id in await ctx.session.scalars(query) if party_id is not None}


async def ending(ctx: Context, until: date, limit: int) -> Sequence[Complaint]:
    """Complaints whose clock runs, of which nobody was warned and that are due by then, or that ran out unnoticed."""
    query = select(Complaint).where(
        col(Complaint.state).in_(RUNNING),
        col(Complaint.paused_on).is_(None),
        or_(
            and_(col(Complaint.warned_at).is_(None), col(Complaint.due_on) <= until),
            and_(col(Complaint.breached_at).is_(None), col(Complaint.due_on) < ctx.now.date()),
        ),
    )
    ripe = query.order_by(col(Complaint.due_on), col(Complaint.id)).limit(limit)
    return (await ctx.session.scalars(ripe.with_for_update(skip_locked=True))).all()


async def received_days(ctx: Context, since: date) -> dict[str, list[date]]:
    """The days on which complaints about each product came in."""
    query = sql(col(Complaint.product_code), col(Complaint.received_on)).where(
        col(Complaint.product_code).is_not(None), col(Complaint.received_on) > since
    )
    found: dict[str, list[date]] = defaultdict(list)
    for product, day in await ctx.session.execute(query):
        found[str(product)].append(day)
    return dict(found)


async def steps(ctx: Context, complaint_ids: Collection[UUID]) -> dict[UUID, list[ComplaintStep]]:
    """In the order in which they happened."""
    query = select(ComplaintStep).where(col(ComplaintStep.complaint_id).in_(set(complaint_ids)))
    found: dict[UUID, list[ComplaintStep]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ComplaintStep.at), col(ComplaintStep.id))):
        found[row.complaint_id].append(row)
    return dict(found)


async def letters(ctx: Context, complaint_ids: Collection[UUID]) -> dict[UUID, list[ComplaintLetter]]:
    query = select(ComplaintLetter).where(col(ComplaintLetter.complaint_id).in_(set(complaint_ids)))
    found: dict[UUID, list[ComplaintLetter]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ComplaintLetter.id))):
        found[row.complaint_id].append(row)
    return dict(found)


async def redress(ctx: Context, complaint_ids: Collection[UUID]) -> dict[UUID, list[ComplaintRedress]]:
    query = select(ComplaintRedress).where(col(ComplaintRedress.complaint_id).in_(set(complaint_ids)))
    found: dict[UUID, list[ComplaintRedress]] = defaultdict(list)
    for row in await ctx.session.scalars(query.order_by(col(ComplaintRedress.id))):
        found[row.complaint_id].append(row)
    return dict(found)


async def letter(ctx: Context, letter_id: UUID) -> ComplaintLetter:
    """Raises ComplaintNotFound; whether the actor may see it is asked of its complaint."""
    query = select(ComplaintLetter).where(col(ComplaintLetter.id) == letter_id)
    found = (await ctx.session.scalars(query.with_for_update())).first()
    if found is None:
        raise ComplaintNotFound()
    return found


async def letter_content(ctx: Context, letter_id: UUID) -> ComplaintLetterContent | None:
    query = select(ComplaintLetterContent).where(col(ComplaintLetterContent.letter_id) == letter_id)
    return (await ctx.session.scalars(query)).first()


async def one_redress(ctx: Context, redress_id: UUID) -> ComplaintRedress:
    """Raises ComplaintNotFound; whether the actor may see it is asked of its complaint."""
    query = select(ComplaintRedress).where(col(ComplaintRedress.id) == redress_id)
    found = (await ctx.session.scalars(query.with_for_update())).first()
    if found is None:
        raise ComplaintNotFound()
    return found


async def letters_waiting(ctx: Context, limit: int) -> Sequence[ComplaintLetter]:
    """Drafts that need a second person, the oldest first."""
    seen = _visible(ctx).with_only_columns(col(Complaint.id))
    query = select(ComplaintLetter).where(
        col(ComplaintLetter.state) == LetterState.DRAFTED,
        col(ComplaintLetter.needs_approval),
        col(ComplaintLetter.complaint_id).in_(seen),
    )
    return (await ctx.session.scalars(query.order_by(col(ComplaintLetter.id)).limit(limit))).all()


async def redress_waiting(ctx: Context, limit: int) -> Sequence[ComplaintRedress]:
    seen = _visible(ctx).with_only_columns(col(Complaint.id))
    query = select(ComplaintRedress).where(
        col(ComplaintRedress.state) == RedressState.PROPOSED, col(ComplaintRedress.complaint_id).in_(seen)
    )
    return (await ctx.session.scalars(query.order_by(col(ComplaintRedress.id)).limit(limit))).all()
