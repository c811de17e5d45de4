"""Who is screened how far, and the runs that screen many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, cast, exists, func, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlmodel import col, select

from backend.access.context import Context
from backend.customers.models import Party, PartyStatus
from backend.screening.models import (
    RunState,
    ScreenedParty,
    ScreeningRun,
)
from backend.screening.queries.lists import seen


async def one_run_at_a_time(ctx: Context) -> None:
    """Whoever looks for a run to do waits for others who do."""
    lock = func.hashtextextended(literal(f"screening run {ctx.actor.tenant_id}"), 0)
    await ctx.session.execute(select(func.pg_advisory_xact_lock(lock)))


@dataclass(frozen=True, slots=True)
class Covered:
    """Through which state, under which rule-set, everybody who has a standing is screened."""

    state: int = 0
    ruleset: str | None = None


async def covered(ctx: Context) -> Covered:
    run = await ctx.session.scalar(
        select(ScreeningRun)
        .where(ScreeningRun.state == RunState.FINISHED)
        .order_by(col(ScreeningRun.to_state).desc(), col(ScreeningRun.id).desc())
        .limit(1)
    )
    return Covered() if run is None else Covered(run.to_state, run.ruleset)


async def running(ctx: Context) -> ScreeningRun | None:
    return await ctx.session.scalar(select(ScreeningRun).where(ScreeningRun.state == RunState.RUNNING))


async def run(ctx: Context, run_id: UUID) -> ScreeningRun:
    return await ctx.session.get_one(ScreeningRun, run_id, populate_existing=True)


async def locked_run(ctx: Context, run_id: UUID) -> ScreeningRun | None:
    wanted = select(ScreeningRun).where(ScreeningRun.id == run_id).with_for_update()
    return await ctx.session.scalar(wanted.execution_options(populate_existing=True))


async def runs(ctx: Context, most: int = 20) -> Sequence[ScreeningRun]:
    seen(ctx)
    return (await ctx.session.scalars(select(ScreeningRun).order_by(col(ScreeningRun.id).desc()).limit(most))).all()


async def standings(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, ScreenedParty]:
    """Without a check of access: whether and on what a party was screened says nothing of what was found."""
    rows = await ctx.session.scalars(select(ScreenedParty).where(col(ScreenedParty.party_id).in_(party_ids)))
    return {row.party_id: row for row in rows}


async def tagged_otherwise(ctx: Context, party_ids: Collection[UUID], keys_of: str) -> Sequence[UUID]:
    """Those of the parties whose tags were not made this way."""
    of = ScreenedParty
    wanted = select(of.party_id).where(col(of.party_id).in_(party_ids), col(of.keys_of) != keys_of)
    return (await ctx.session.scalars(wanted.order_by(col(of.party_id)))).all()


def _screenable() -> Any:
    return col(Party.status) == PartyStatus.ACTIVE


async def party_count(ctx: Context) -> int:
    return await ctx.session.scalar(select(func.count()).select_from(Party).where(_screenable())) or 0


async def parties_after(ctx: Context, cursor: UUID | None, most: int) -> Sequence[UUID]:
    wanted = select(Party.id).where(_screenable()).order_by(col(Party.id)).limit(most)
    if cursor is not None:
        wanted = wanted.where(Party.id > cursor)
    return (await ctx.session.scalars(wanted)).all()


async def unscreened(ctx: Context, most: int) -> Sequence[UUID]:
    """Parties that nobody has looked for on any list yet."""
    known = exists().where(col(ScreenedParty.party_id) == col(Party.id))
    return (await ctx.session.scalars(select(Party.id).where(_screenable(), ~known).limit(most))).all()


@dataclass(frozen=True, slots=True)
class Touch:
    """Keyed tags of what a change of the lists is found by; parties whose tags were made otherwise count as touched."""

    keys: Sequence[int]
    keys_of: str
    before: int


@dataclass(frozen=True, slots=True)
class Touched:
    """A party who shares a tag, with its sealed outline and how that was made."""

    party_id: UUID
    outline: bytes | None
    keys_of: str


def _touched(touch: Touch) -> ColumnElement[bool]:
    """Each tag of a party is sought in a hash of the wanted ones. An index of overlaps would not be used: the operator
    is not leakproof, so row-level security comes first.
    """
    tag = func.unnest(col(ScreenedParty.keys)).column_valued("tag")
    wanted: Any = cast(list(touch.keys), ARRAY(INTEGER))
    overlap = exists(select(literal(1)).where(tag == any_(wanted)))
    made = col(ScreenedParty.keys_of)
    return and_(col(ScreenedParty.state) < touch.before, or_(overlap, made != touch.keys_of))


async def touched_count(ctx: Context, touch: Touch) -> int:
    return await ctx.session.scalar(select(func.count()).select_from(ScreenedParty).where(_touched(touch))) or 0


async def touched_after(ctx: Context, touch: Touch, cursor: UUID | None, most: int) -> Sequence[Touched]:
    of = ScreenedParty
    wanted = select(of.party_id, of.outline, of.keys_of).where(_touched(touch)).order_by(col(of.party_id)).limit(most)
    if cursor is not None:
        wanted = wanted.where(of.party_id > cursor)
    return [Touched(*row) for row in await ctx.session.execute(wanted)]
