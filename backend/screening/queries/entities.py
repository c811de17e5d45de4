"""The entries of any version of a list, and what two versions differ in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Text, and_, any_, cast, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select

from backend.access.context import Context
from backend.screening import records
from backend.screening.errors import EntityNotFound
from backend.screening.lists.difference import Difference, difference
from backend.screening.lists.entity import Entity
from backend.screening.models import (
    ListEntity,
    ScreeningList,
)
from backend.screening.queries.lists import seen, version


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as stored, its document still text, so that it is parsed off the event loop."""

    list_id: UUID
    ref: str
    digest: str
    payload: str

    def entity(self, source: str) -> Entity:
        return records.to_entity(source, self.ref, orjson.loads(self.payload))


def _at(number: int | None) -> ColumnElement[bool]:
    """Entries of the version of this number; None: of the version in force."""
    until = col(ListEntity.until)
    if number is None:
        return until.is_(None)
    return and_(col(ListEntity.since) <= number, or_(until.is_(None), until > number))


async def digests_at(ctx: Context, list_id: UUID, number: int | None = None) -> dict[str, str]:
    wanted = select(ListEntity.ref, ListEntity.digest).where(ListEntity.list_id == list_id, _at(number))
    return {row.ref: row.digest for row in await ctx.session.execute(wanted)}


async def stored_at(ctx: Context, list_id: UUID, refs: Collection[str], number: int | None = None) -> list[Stored]:
    wanted = _stored().where(ListEntity.list_id == list_id, col(ListEntity.ref) == any_(_texts(refs)), _at(number))
    return [Stored(*row) for row in await ctx.session.execute(wanted)]


async def entities_in_force(ctx: Context, list_ids: Collection[UUID]) -> list[Stored]:
    """All that is compared with of all entries in force; what is shown beside it alone stays in the database."""
    wanted = _stored(slim=True).where(col(ListEntity.list_id).in_(list_ids), col(ListEntity.until).is_(None))
    return [Stored(*row) for row in await ctx.session.execute(wanted)]


async def records_at(ctx: Context, list_id: UUID, number: int) -> list[records.Record]:
    """All entries of a version as they are stored."""
    rows = await ctx.session.execute(_stored().where(ListEntity.list_id == list_id, _at(number)))
    return [records.Record(row[1], row[2], orjson.loads(row[3])) for row in rows]


def _stored(*, slim: bool = False) -> Any:
    payload: Any = col(ListEntity.payload)
    if slim:
        payload = payload.op("-")(cast(list(records.BULKY), ARRAY(Text)))
    return select(ListEntity.list_id, ListEntity.ref, ListEntity.digest, cast(payload, Text))


def _texts(values: Collection[str]) -> Any:
    return cast(list(values), ARRAY(Text))


@dataclass(frozen=True, slots=True)
class Moved:
    """What two versions of a list differ in: entries now in force and new or changed, and references that went."""

    fresh: tuple[Stored, ...]
    removed: tuple[str, ...]


async def moved(ctx: Context, list_id: UUID, from_number: int, to_number: int | None) -> Moved:
    """From one version to a later one; None: the list is no longer screened against, all its entries went."""
    if to_number is None:
        return Moved((), tuple(sorted(await digests_at(ctx, list_id, from_number))))
    since, until = col(ListEntity.since), col(ListEntity.until)
    of = ListEntity.list_id == list_id
    new = _stored(slim=True).where(of, since > from_number, _at(to_number))
    fresh = tuple(Stored(*row) for row in await ctx.session.execute(new))
    ended = select(ListEntity.ref).where(of, since <= from_number, until > from_number, until <= to_number)
    before = set(await ctx.session.scalars(ended))
    kept = select(ListEntity.ref).where(of, col(ListEntity.ref) == any_(_texts(before)), _at(to_number))
    return Moved(fresh, tuple(sorted(before - set(await ctx.session.scalars(kept)))))


async def difference_of(ctx: Context, version_id: UUID) -> Difference:
    """What a version that was in force changed, field by field, against the one before it."""
    seen(ctx)
    of = await version(ctx, version_id)
    source = (await ctx.session.get_one(ScreeningList, of.list_id)).code
    touched = select(ListEntity.ref).where(
        ListEntity.list_id == of.list_id, or_(col(ListEntity.since) == of.number, col(ListEntity.until) == of.number)
    )
    refs = set(await ctx.session.scalars(touched))
    before, after = [
        [one.entity(source) for one in await stored_at(ctx, of.list_id, refs, number)]
        for number in (of.number - 1, of.number)
    ]
    return difference(before, after)


async def entity_at(ctx: Context, list_id: UUID, ref: str, digest: str | None = None) -> Entity:
    """An entry as it was with this digest; without one as it is, or last was. Raises EntityNotFound."""
    wanted = _stored().where(ListEntity.list_id == list_id, ListEntity.ref == ref)
    if digest is not None:
        wanted = wanted.where(ListEntity.digest == digest)
    row = (await ctx.session.execute(wanted.order_by(col(ListEntity.since).desc()).limit(1))).first()
    if row is None:
        raise EntityNotFound(ref=ref)
    return Stored(*row).entity((await ctx.session.get_one(ScreeningList, list_id)).code)


async def whole(ctx: Context, keys: Collection[tuple[UUID, str]]) -> Mapping[tuple[UUID, str], Stored]:
    """The entries in force under these references, with everything that is known of them."""
    wanted = _stored().where(
        tuple_(col(ListEntity.list_id), col(ListEntity.ref)).in_(list(keys)), col(ListEntity.until).is_(None)
    )
    return {(row[0], row[1]): Stored(*row) for row in await ctx.session.execute(wanted)} if keys else {}
