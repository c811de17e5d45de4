"""Every SELECT of stages; lists and counts hold whom the actor may know of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit.models import AuditEntry
from backend.core.arrays import among
from backend.customers.following import lineage
from backend.customers.models import Customer, Party, PartyStatus, Stage
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.stages.errors import CustomerMissing, StageRunNotFound, TransitionNotFound
from backend.engagement.stages.models import RunState, StageRun, StageTransition

OBJECT: Final = "stage"
_ELSEWHERE: Final = (Stage.PROSPECT.value, Stage.ONBOARDING.value, Stage.EXITED.value)
"""Stages that processes decide, never the facts."""


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; the newest comes first."""

    at: datetime
    id: UUID


async def running(ctx: Context, *, lock: bool = False) -> StageRun | None:
    query = models(StageRun).where(col(StageRun.state) == RunState.RUNNING)
    return (await ctx.session.scalars(query.with_for_update() if lock else query)).first()


async def run(ctx: Context, run_id: UUID) -> StageRun:
    found = await ctx.session.get(StageRun, run_id)
    if found is None:
        raise StageRunNotFound()
    return found


async def latest_run(ctx: Context) -> StageRun | None:
    """The one under way, or the last one."""
    ctx.require("view", OBJECT, anywhere(ctx))
    return (await ctx.session.scalars(models(StageRun).order_by(col(StageRun.started_at).desc()).limit(1))).first()


async def ever_finished(ctx: Context) -> bool:
    done = select(col(StageRun.id)).where(col(StageRun.state) == RunState.FINISHED).limit(1)
    return await ctx.session.scalar(done) is not None


def _computed() -> tuple[ColumnElement[bool], ...]:
    return (col(Party.status) == PartyStatus.ACTIVE, col(Customer.stage).not_in(_ELSEWHERE))


async def portfolio_size(ctx: Context) -> int:
    return await ctx.session.scalar(standing(select(func.count(col(Customer.id)))).where(*_computed())) or 0


@dataclass(frozen=True, slots=True)
class Placed:
    """In which stage a customer stands, and since which day."""

    stage: str
    since: date


Page = Mapping[UUID, Placed]


async def portfolio_page(ctx: Context, after: UUID | None, limit: int) -> dict[UUID, Placed]:
    """Parties in the order of their ids: customers whose stage the facts decide."""
    since = func.date(func.timezone("UTC", col(Customer.stage_since)))
    page = standing(select(col(Party.id), col(Customer.stage), since)).where(*_computed())
    if after is not None:
        page = page.where(col(Party.id) > after)
    rows = await ctx.session.execute(page.order_by(col(Party.id)).limit(limit))
    return {party_id: Placed(stage, day) for party_id, stage, day in rows}


async def stalled(ctx: Context, since: datetime) -> bool:
    """Whether a run is under way of which nothing was heard since then."""
    heard = select(col(AuditEntry.ts)).where(col(AuditEntry.id) == col(StageRun.entry_id)).scalar_subquery()
    waits = select(col(StageRun.id)).where(col(StageRun.state) == RunState.RUNNING, heard < since)
    return await ctx.session.scalar(waits.limit(1)) is not None


async def held(ctx: Context, party_ids: Collection[UUID]) -> set[UUID]:
    """Whom a person's correction keeps where they are today."""
    kept = select(col(StageTransition.party_id)).where(
        col(StageTransition.until) >= ctx.now.date(),
        col(StageTransition.ended_at).is_(None),
        among(col(StageTransition.party_id), party_ids),
    )
    return set(await ctx.session.scalars(kept))


async def standing_correction(ctx: Context, party_id: UUID) -> StageTransition | None:
    query = models(StageTransition).where(
        col(StageTransition.party_id) == party_id,
        col(StageTransition.until) >= ctx.now.date(),
        col(StageTransition.ended_at).is_(None),
    )
    return (await ctx.session.scalars(query.order_by(col(StageTransition.at).desc()))).first()


async def customer(ctx: Context, customer_id: UUID) -> Customer:
    query = standing(select(Customer)).where(col(Customer.id) == customer_id, ctx.clause("view", OBJECT, SCOPE))
    found: Customer | None = await ctx.session.scalar(query)
    if found is None:
        raise CustomerMissing()
    return found


async def transition(ctx: Context, transition_id: UUID) -> StageTransition:
    query = _visible(ctx).where(col(StageTransition.id) == transition_id)
    found: StageTransition | None = await ctx.session.scalar(query)
    if found is None:
        raise TransitionNotFound()
    return found


def _visible(ctx: Context) -> Any:
    seen = standing(select(col(Party.id))).where(ctx.clause("view", OBJECT, SCOPE))
    return models(StageTransition).where(col(StageTransition.party_id).in_(seen))


async def history(ctx: Context, party_id: UUID) -> Sequence[StageTransition]:
    """The newest first, with the steps of records that were merged into this one."""
    seen = standing(select(col(Party.id))).where(ctx.clause("view", OBJECT, SCOPE), col(Party.id) == party_id)
    query = models(StageTransition).where(col(StageTransition.party_id).in_(lineage(party_id)), seen.exists())
    found: Sequence[StageTransition] = (
        await ctx.session.scalars(query.order_by(col(StageTransition.at).desc(), col(StageTransition.id).desc()))
    ).all()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """None is no condition."""

    from_stage: str | None = None
    to_stage: str | None = None
    since: datetime | None = None
    cause: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        equal: tuple[tuple[Any, Any], ...] = (
            (StageTransition.from_stage, self.from_stage),
            (StageTransition.to_stage, self.to_stage),
            (StageTransition.cause, self.cause),
        )
        found = [col(field) == value for field, value in equal if value is not None]
        return found if self.since is None else [*found, col(StageTransition.at) >= self.since]


async def transitions(
    ctx: Context, filters: Filters, after: After | None, limit: int
) -> tuple[list[StageTransition], After | None]:
    """A page, and where it ended when more follow."""
    query = _visible(ctx).where(*filters.conditions())
    order = (col(StageTransition.at), col(StageTransition.id))
    if after is not None:
        query = query.where(tuple_(*order) < (after.at, after.id))
    query = query.order_by(*(column.desc() for column in order)).limit(limit + 1)
    rows: list[StageTransition] = list(await ctx.session.scalars(query))
    shown = rows[:limit]
    return shown, After(shown[-1].at, shown[-1].id) if len(rows) > limit else None


async def counts(ctx: Context) -> dict[str, int]:
    """How many customers of the actor's scope stand in each stage."""
    wanted: list[Any] = [col(Customer.stage), func.count()]
    counted = standing(select(*wanted)).where(
        col(Customer.id).is_not(None), col(Party.status) == PartyStatus.ACTIVE, ctx.clause("view", OBJECT, SCOPE)
    )
    rows = await ctx.session.execute(counted.group_by(col(Customer.stage)))
    return {row[0]: row[1] for row in rows}


async def moves(ctx: Context, since: date) -> dict[tuple[str, str], int]:
    """How many customers went from which stage to which since that day."""
    seen = standing(select(col(Party.id))).where(ctx.clause("view", OBJECT, SCOPE))
    ends = (col(StageTransition.from_stage), col(StageTransition.to_stage))
    counted = select(*ends, func.count()).where(
        col(StageTransition.party_id).in_(seen), col(StageTransition.at) >= since, ends[0] != ends[1]
    )
    return {(start, end): number for start, end, number in await ctx.session.execute(counted.group_by(*ends))}


def anywhere(ctx: Context) -> Facts:
    """Of the institution's runs everybody may know who sees a stage at all."""
    return Facts(
        tenant_id=ctx.actor.tenant_id, manager_id=ctx.actor.id, team_id=ctx.actor.team_id, referred_by=ctx.actor.id
    )
