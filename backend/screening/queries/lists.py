"""Lists and their versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.screening.errors import ListNotFound, ListVersionNotFound
from backend.screening.models import (
    ListVersion,
    ScreeningList,
    VersionState,
)


@dataclass(frozen=True, slots=True)
class ListStanding:
    """A list with the version in force, and whether it is older than it may be; `waiting` needs a person."""

    list: ScreeningList
    in_force: ListVersion | None
    waiting: ListVersion | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as an index keeps it, beyond the transaction that read it."""

    id: UUID
    code: str
    kind: str
    name: str


def seen(ctx: Context) -> None:
    ctx.require("view", "screening_list", Facts(tenant_id=ctx.actor.tenant_id))


async def lists(ctx: Context) -> list[ListStanding]:
    seen(ctx)
    rows = (await ctx.session.scalars(select(ScreeningList).order_by(col(ScreeningList.code)))).all()
    versions = await _current_versions(ctx, rows)
    waiting = await _waiting(ctx)
    in_force = {version.list_id: version for version in versions.values()}
    return [ListStanding(row, in_force.get(row.id), waiting.get(row.id), stale(row, ctx.now)) for row in rows]


def stale(row: ScreeningList, now: datetime) -> bool:
    """A list that was never loaded is stale from the beginning."""
    if not row.active:
        return False
    return row.checked_at is None or now - row.checked_at > timedelta(days=row.max_age_days)


async def _current_versions(ctx: Context, rows: Collection[ScreeningList]) -> dict[UUID, ListVersion]:
    ids = [row.in_force_id for row in rows if row.in_force_id is not None]
    found = await ctx.session.scalars(select(ListVersion).where(col(ListVersion.id).in_(ids)))
    return {version.id: version for version in found}


async def _waiting(ctx: Context) -> dict[UUID, ListVersion]:
    found = await ctx.session.scalars(select(ListVersion).where(ListVersion.state == VersionState.WAITING))
    return {version.list_id: version for version in found}


async def active_lists(ctx: Context) -> Sequence[ScreeningList]:
    """For screening itself, without a check of access."""
    wanted = select(ScreeningList).where(ScreeningList.active, col(ScreeningList.in_force_id).is_not(None))
    return (await ctx.session.scalars(wanted.order_by(col(ScreeningList.code)))).all()


async def lists_by_id(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Listed]:
    of = ScreeningList
    rows = await ctx.session.execute(select(of.id, of.code, of.kind, of.name).where(col(of.id).in_(ids)))
    return {row.id: Listed(*row) for row in rows}


async def find_list(ctx: Context, code: str, *, lock: bool = False) -> ScreeningList | None:
    wanted = select(ScreeningList).where(ScreeningList.code == code)
    return await ctx.session.scalar(wanted.with_for_update() if lock else wanted)


async def list_by_code(ctx: Context, code: str) -> ScreeningList:
    seen(ctx)
    found = await find_list(ctx, code)
    if found is None:
        raise ListNotFound(list=code)
    return found


async def list_by_id(ctx: Context, list_id: UUID) -> ScreeningList:
    """For the platform's own work on it, without a check of access."""
    found = await ctx.session.get(ScreeningList, list_id)
    if found is None:
        raise ListNotFound(list=str(list_id))
    return found


async def last_refused(ctx: Context, of: ScreeningList) -> bool:
    """Whether the last file of a list that is in use was refused, and none was found good since."""
    last = select(ListVersion).where(ListVersion.list_id == of.id).order_by(col(ListVersion.number).desc()).limit(1)
    found = await ctx.session.scalar(last)
    if found is None or not of.active or found.state != VersionState.REFUSED:
        return False
    return of.checked_at is None or of.checked_at <= found.loaded_at


async def locked_list(ctx: Context, list_id: UUID) -> ScreeningList:
    found = await ctx.session.scalar(select(ScreeningList).where(ScreeningList.id == list_id).with_for_update())
    if found is None:
        raise ListNotFound(list=str(list_id))
    return found


async def versions(ctx: Context, list_id: UUID, *, most: int = 50, before: int | None = None) -> Sequence[ListVersion]:
    """The latest first; `before` is the number that the previous page ended with."""
    seen(ctx)
    wanted = select(ListVersion).where(ListVersion.list_id == list_id)
    if before is not None:
        wanted = wanted.where(ListVersion.number < before)
    return (await ctx.session.scalars(wanted.order_by(col(ListVersion.number).desc()).limit(most))).all()


async def versions_by_id(ctx: Context, ids: Collection[UUID]) -> dict[UUID, ListVersion]:
    seen(ctx)
    found = await ctx.session.scalars(select(ListVersion).where(col(ListVersion.id).in_(ids)))
    return {version.id: version for version in found}


async def version(ctx: Context, version_id: UUID) -> ListVersion:
    found = await ctx.session.get(ListVersion, version_id)
    if found is None:
        raise ListVersionNotFound(number=str(version_id))
    return found


async def version_by_number(ctx: Context, list_id: UUID, number: int) -> ListVersion:
    found = await ctx.session.scalar(
        select(ListVersion).where(ListVersion.list_id == list_id, ListVersion.number == number)
    )
    if found is None:
        raise ListVersionNotFound(number=number)
    return found


async def last_number(ctx: Context, list_id: UUID) -> int:
    return await ctx.session.scalar(select(func.max(ListVersion.number)).where(ListVersion.list_id == list_id)) or 0


async def waiting_of(ctx: Context, list_id: UUID) -> Sequence[ListVersion]:
    wanted = select(ListVersion).where(ListVersion.list_id == list_id, ListVersion.state == VersionState.WAITING)
    return (await ctx.session.scalars(wanted)).all()


async def versions_in_force(ctx: Context, of: Collection[ScreeningList]) -> dict[UUID, int]:
    """The number of the version in force of each list."""
    wanted = select(ListVersion.list_id, ListVersion.number).where(
        col(ListVersion.id).in_([one.in_force_id for one in of])
    )
    return {row.list_id: row.number for row in await ctx.session.execute(wanted)}
