"""Which versions are in force together, and the lock that keeps them so while somebody screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal
from sqlmodel import col, select

from backend.access.context import Context
from backend.screening.models import (
    ListState,
)


@dataclass(frozen=True, slots=True)
class State:
    """Which version of each list was in force: by list id, the version's id and its number."""

    number: int
    versions: Mapping[UUID, UUID]
    numbers: Mapping[UUID, int]


async def latest_state(ctx: Context) -> State | None:
    return _state(await ctx.session.scalar(select(ListState).order_by(col(ListState.number).desc()).limit(1)))


async def state(ctx: Context, number: int) -> State | None:
    return _state(await ctx.session.scalar(select(ListState).where(ListState.number == number)))


def _state(row: ListState | None) -> State | None:
    if row is None:
        return None
    versions = {UUID(of): UUID(version_id) for of, version_id in row.versions.items()}
    return State(row.number, versions, {UUID(of): number for of, number in row.numbers.items()})


async def stamp(ctx: Context) -> int:
    """The number of the latest state, 0 before any list: what a process compares its index with."""
    return await ctx.session.scalar(select(func.max(ListState.number))) or 0


async def hold_state(ctx: Context) -> None:
    """Screenings share this lock until they end, so no state of the lists changes under one of them."""
    await ctx.session.execute(select(func.pg_advisory_xact_lock_shared(_lock(ctx))))


async def change_state(ctx: Context) -> None:
    """Waits for the screenings under way; those that begin later see the new state."""
    await ctx.session.execute(select(func.pg_advisory_xact_lock(_lock(ctx))))


def _lock(ctx: Context) -> Any:
    return func.hashtextextended(literal(f"screening state {ctx.actor.tenant_id}"), 0)
