"""Every SELECT of rating. Reads for people are scoped to what they may see; reads for a rating are not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.customers.models import Customer, OwnershipStake, Party, PartyStatus, Stage
from backend.customers.numbering import read_number
from backend.customers.queries import SCOPE, allowed_ids, facts, standing
from backend.customers.queries.sight import column
from backend.risk.errors import FindingNotFound, OverrideNotFound, RatingNotFound
from backend.risk.models import AdverseFinding, OverrideState, RatingRun, RiskOverride, RiskRating, RunState

_GONE: Final = (Stage.EXITED.value, Stage.CHURNED.value)
SEGMENTS: Final[Mapping[str, ColumnElement[Any]]] = {
    "kind": column(Party.kind),
    "country": column(Party.country),
    "stage": column(Customer.stage),
    "team": column(Customer.team_id),
}
"""By what the portfolio can be told apart."""


async def jurisdiction(ctx: Context) -> str:
    query = select(Tenant.jurisdiction).where(Tenant.id == ctx.actor.tenant_id)
    return (await ctx.session.scalars(query)).one()


async def active_kinds(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str]:
    """Person or organisation; merged and erased parties are not rated."""
    query = select(Party.id, Party.kind).where(col(Party.id).in_(party_ids), Party.status == PartyStatus.ACTIVE)
    return {row.id: row.kind for row in await ctx.session.execute(query)}


async def current(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, RiskRating]:
    """The newest rating of each party."""
    query = (
        select(RiskRating)
        .where(col(RiskRating.party_id).in_(party_ids))
        .ext(distinct_on(col(RiskRating.party_id)))
        .order_by(col(RiskRating.party_id), col(RiskRating.id).desc())
    )
    return {row.party_id: row for row in await ctx.session.scalars(query)}


async def first_days(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, date]:
    """The day of each party's first rating: reviews count from it until one was completed."""
    query = sql_select(col(RiskRating.party_id), func.min(col(RiskRating.rated_on)))
    query = query.where(col(RiskRating.party_id).in_(party_ids)).group_by(col(RiskRating.party_id))
    return {row[0]: row[1] for row in await ctx.session.execute(query)}


async def listed_levels(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """The levels that stand on the customers' own rows."""
    query: Any = sql_select(col(Customer.party_id), col(Customer.risk_level))
    rows = await ctx.session.execute(query.where(col(Customer.party_id).in_(party_ids)))
    return {row[0]: row[1] for row in rows}


async def in_force(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, RiskOverride]:
    query = select(RiskOverride).where(
        col(RiskOverride.party_id).in_(party_ids), RiskOverride.state == OverrideState.IN_FORCE
    )
    return {row.party_id: row for row in await ctx.session.scalars(query)}


async def seen(ctx: Context, party_id: UUID, action: str = "view") -> Facts:
    """What access decisions know of the party. Raises PartyNotFound, NotAllowed."""
    found = await facts(ctx, party_id)
    ctx.require(action, "rating", found)
    return found


async def ratings_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Sequence[RiskRating]]:
    """All ratings of the parties on whose rating the actor has sight, the newest first."""
    allowed = allowed_ids(ctx, "view", "rating").where(col(Party.id).in_(party_ids)).scalar_subquery()
    query = select(RiskRating).where(col(RiskRating.party_id).in_(allowed)).order_by(col(RiskRating.id).desc())
    found: dict[UUID, list[RiskRating]] = {}
    for row in await ctx.session.scalars(query):
        found.setdefault(row.party_id, []).append(row)
    return dict(found)


async def visible(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """The parties on whose rating the actor has sight."""
    return set(await ctx.session.scalars(allowed_ids(ctx, "view", "rating").where(col(Party.id).in_(party_ids))))


async def rating(ctx: Context, rating_id: UUID) -> RiskRating:
    """Raises RatingNotFound, also for what the actor may not see."""
    row = (await ctx.session.scalars(select(RiskRating).where(RiskRating.id == rating_id))).first()
    if row is None or not await visible(ctx, [row.party_id]):
        raise RatingNotFound()
    return row


async def overrides_of(ctx: Context, party_id: UUID) -> Sequence[RiskOverride]:
    """The newest first; the caller has asked for the right."""
    query = select(RiskOverride).where(RiskOverride.party_id == party_id).order_by(col(RiskOverride.id).desc())
    return (await ctx.session.scalars(query)).all()


async def override(ctx: Context, override_id: UUID, *, lock: bool = True) -> RiskOverride:
    """Raises OverrideNotFound, also for what the actor may not see."""
    query = select(RiskOverride).where(RiskOverride.id == override_id)
    row = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if row is None or not await visible(ctx, [row.party_id]):
        raise OverrideNotFound()
    return row


async def proposed_overrides(ctx: Context, limit: int) -> Sequence[RiskOverride]:
    """Those that wait for a second person, of parties that the actor may see, the oldest first."""
    allowed = allowed_ids(ctx, "view", "rating").scalar_subquery()
    query = select(RiskOverride).where(
        RiskOverride.state == OverrideState.PROPOSED, col(RiskOverride.party_id).in_(allowed)
    )
    return (await ctx.session.scalars(query.order_by(col(RiskOverride.id)).limit(limit))).all()


async def finding(ctx: Context, finding_id: UUID, *, lock: bool = True) -> AdverseFinding:
    """Raises FindingNotFound, also for what the actor may not see."""
    query = select(AdverseFinding).where(AdverseFinding.id == finding_id)
    row = (await ctx.session.scalars(query.with_for_update() if lock else query)).first()
    if row is None or not await visible(ctx, [row.party_id]):
        raise FindingNotFound()
    return row


async def findings_of(ctx: Context, party_ids: Collection[UUID]) -> Sequence[AdverseFinding]:
    """The newest first; for a rating, or for who was asked for the right."""
    query = select(AdverseFinding).where(col(AdverseFinding.party_id).in_(party_ids))
    return (await ctx.session.scalars(query.order_by(col(AdverseFinding.id).desc()))).all()


async def over(ctx: Context, limit: int) -> Sequence[RiskOverride]:
    """In force beyond their last day; what another worker holds is left to it."""
    query = select(RiskOverride).where(
        RiskOverride.state == OverrideState.IN_FORCE, RiskOverride.expires_on < ctx.now.date()
    )
    query = query.order_by(col(RiskOverride.expires_on)).limit(limit)
    return (await ctx.session.scalars(query.with_for_update(skip_locked=True))).all()


def _portfolio() -> ColumnElement[bool]:
    """Customers whose relationship has not ended."""
    return and_(col(Party.status) == PartyStatus.ACTIVE.value, col(Customer.stage).not_in(_GONE))


async def party_of_number(ctx: Context, number: str) -> UUID | None:
    """Of a customer that the actor may see, by the number as it is written on paper."""
    typed = {number, number.upper(), read_number(number) or number}
    allowed = allowed_ids(ctx, "view", "rating").scalar_subquery()
    query = select(Customer.party_id).where(col(Customer.number).in_(typed), col(Customer.party_id).in_(allowed))
    return (await ctx.session.scalars(query)).first()


async def portfolio_size(ctx: Context) -> int:
    query = sql_select(func.count()).select_from(Customer).join(Party, col(Party.id) == col(Customer.party_id))
    return int((await ctx.session.execute(query.where(_portfolio()))).scalar_one())


async def portfolio_page(ctx: Context, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Parties of the portfolio in the order of their ids."""
    query = select(Party.id).join(Customer, col(Customer.party_id) == col(Party.id)).where(_portfolio())
    if after is not None:
        query = query.where(col(Party.id) > after)
    return (await ctx.session.scalars(query.order_by(col(Party.id)).limit(limit))).all()


async def running(ctx: Context, *, lock: bool = False) -> RatingRun | None:
    query = select(RatingRun).where(RatingRun.state == RunState.RUNNING)
    return (await ctx.session.scalars(query.with_for_update() if lock else query)).first()


async def run(ctx: Context, run_id: UUID) -> RatingRun:
    return (await ctx.session.scalars(select(RatingRun).where(RatingRun.id == run_id))).one()


async def outdated(ctx: Context, digests: Collection[str]) -> bool:
    """Whether a customer's rating is by a rule-set that is not in force any more."""
    newest = _levels_on(ctx.now.date(), "newest")
    query = standing(sql_select(col(Party.id))).join(newest, newest.c.party_id == col(Party.id))
    return await ctx.session.scalar(query.where(_portfolio(), newest.c.digest.not_in(digests)).limit(1)) is not None


async def owned_by(ctx: Context, party_id: UUID) -> Sequence[UUID]:
    """Organisations that the party has a stake in, through however many layers."""
    today = ctx.now.date()
    holds = or_(col(OwnershipStake.valid_to).is_(None), col(OwnershipStake.valid_to) >= today)
    owner: ColumnElement[Any] = column(OwnershipStake.owner_id)
    first: Any = sql_select(col(OwnershipStake.owned_id).label("id")).where(owner == party_id, holds)
    below = first.cte("below", recursive=True)
    further = sql_select(col(OwnershipStake.owned_id)).join(below, col(OwnershipStake.owner_id) == below.c.id)
    below = below.union(further.where(holds))
    return (await ctx.session.scalars(sql_select(below.c.id).where(below.c.id != party_id))).all()


async def runs(ctx: Context, limit: int) -> Sequence[RatingRun]:
    """The newest first."""
    return (await ctx.session.scalars(select(RatingRun).order_by(col(RatingRun.id).desc()).limit(limit))).all()


@dataclass(frozen=True, slots=True)
class Count:
    """Customers of one segment at one level; `level` None: not rated yet."""

    segment: str | None
    level: str | None
    customers: int
    overdue: int


async def distribution(ctx: Context, segment: str | None) -> list[Count]:
    """Over the customers that the actor may see; `overdue` are those whose review was due before today."""
    late = func.count().filter(col(Customer.next_review_on) < ctx.now.date())
    grouped = [col(Customer.risk_level)] if segment is None else [SEGMENTS[segment], col(Customer.risk_level)]
    query = standing(sql_select(*grouped, func.count(), late)).where(
        ctx.clause("view_portfolio", "rating", SCOPE), _portfolio()
    )
    rows = (await ctx.session.execute(query.group_by(*grouped).order_by(*grouped))).all()
    if segment is None:
        return [Count(None, level, customers, overdue) for level, customers, overdue in rows]
    return [Count(None if name is None else str(name), level, n, overdue) for name, level, n, overdue in rows]


async def migration(ctx: Context, start: date, end: date) -> list[tuple[str | None, str, int]]:
    """How many stood at which level at the end of `start` and of `end`; None: not rated yet at the start."""
    before, after = _levels_on(start, "earlier"), _levels_on(end, "later")
    query = (
        standing(sql_select(before.c.level, after.c.level, func.count()))
        .join(after, after.c.party_id == col(Party.id))
        .outerjoin(before, before.c.party_id == col(Party.id))
        .where(ctx.clause("view_portfolio", "rating", SCOPE))
        .group_by(before.c.level, after.c.level)
    )
    return [(was, now, count) for was, now, count in (await ctx.session.execute(query)).all()]


def _levels_on(day: date, name: str) -> Any:
    return (
        sql_select(col(RiskRating.party_id), col(RiskRating.level), col(RiskRating.digest))
        .where(col(RiskRating.rated_on) <= day)
        .ext(distinct_on(col(RiskRating.party_id)))
        .order_by(col(RiskRating.party_id), col(RiskRating.id).desc())
        .subquery(name)
    )


@dataclass(frozen=True, slots=True)
class Late:
    """A customer whose review, or whose first rating, is late; `due_on` was the day."""

    party_id: UUID
    level: str | None
    due_on: date


async def overdue(ctx: Context, limit: int) -> list[Late]:
    """The longest overdue first."""
    columns: Any = sql_select(col(Party.id), col(Customer.risk_level), col(Customer.next_review_on))
    query = standing(columns).where(
        ctx.clause("view_portfolio", "rating", SCOPE), _portfolio(), col(Customer.next_review_on) < ctx.now.date()
    )
    rows = (await ctx.session.execute(query.order_by(col(Customer.next_review_on), col(Party.id)).limit(limit))).all()
    return [Late(party_id, level, due) for party_id, level, due in rows]


async def unrated(ctx: Context, since: date, limit: int) -> list[tuple[UUID, datetime]]:
    """Customers who became active from `since` on and have no rating, the longest waiting first."""
    rated = sql_select(col(RiskRating.id)).where(col(RiskRating.party_id) == col(Party.id)).exists()
    columns: Any = sql_select(col(Party.id), col(Customer.activated_at))
    query = standing(columns).where(
        ctx.clause("view_portfolio", "rating", SCOPE), _portfolio(), col(Customer.activated_at) >= since, ~rated
    )
    rows = (await ctx.session.execute(query.order_by(col(Customer.activated_at)).limit(limit))).all()
    return [(party_id, activated_at) for party_id, activated_at in rows]


async def stored(ctx: Context, after: UUID | None, since: datetime | None, limit: int) -> Sequence[RiskRating]:
    """Ratings in the order in which they were made."""
    query = select(RiskRating)
    if after is not None:
        query = query.where(col(RiskRating.id) > after)
    if since is not None:
        query = query.where(col(RiskRating.rated_at) >= since)
    return (await ctx.session.scalars(query.order_by(col(RiskRating.id)).limit(limit))).all()


async def stored_count(ctx: Context, since: datetime | None) -> int:
    query = sql_select(func.count()).select_from(RiskRating)
    wanted = query if since is None else query.where(col(RiskRating.rated_at) >= since)
    return int((await ctx.session.execute(wanted)).scalar_one())


async def stamp(ctx: Context) -> tuple[int, UUID | None]:
    """How many customers the portfolio has, and the newest rating: what a simulation was about."""
    newest = await ctx.session.scalar(select(RiskRating.id).order_by(col(RiskRating.id).desc()).limit(1))
    return await portfolio_size(ctx), newest
