"""Putting a version in force: entries end and begin, the former version steps back, the state of the lists moves on."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Text, any_, cast, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.ids import new_id
from backend.screening import queries
from backend.screening.models import HeldContent, ListEntity, ListState, ListVersion, ScreeningList, VersionState
from backend.screening.records import Record, content_digest


@dataclass(frozen=True, slots=True)
class Content:
    """All entries of a publication, by reference."""

    records: Mapping[str, Record]

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Content":
        return cls({one.ref: one for one in records})

    @property
    def digests(self) -> dict[str, str]:
        return {ref: one.digest for ref, one in self.records.items()}

    @property
    def digest(self) -> str:
        return content_digest(self.digests)

    def packed(self) -> bytes:
        return zlib.compress(orjson.dumps([[one.ref, one.digest, one.document] for one in self.records.values()]))

    @classmethod
    def unpacked(cls, packed: bytes) -> "Content":
        return cls.of(Record(*one) for one in orjson.loads(zlib.decompress(packed)))


@dataclass(frozen=True, slots=True)
class Change:
    """References that are new, differ, or went, against the version in force."""

    added: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]

    @classmethod
    def between(cls, before: Mapping[str, str], after: Mapping[str, str]) -> "Change":
        return cls(
            frozenset(after.keys() - before.keys()),
            frozenset(ref for ref in after.keys() & before.keys() if after[ref] != before[ref]),
            frozenset(before.keys() - after.keys()),
        )


def describe(version: ListVersion, content: Content, change: Change) -> None:
    version.digest, version.entries = content.digest, len(content.records)
    version.added, version.changed, version.removed = len(change.added), len(change.changed), len(change.removed)


async def put_in_force(ctx: Context, of: ScreeningList, version: ListVersion, content: Content, change: Change) -> None:
    """Inside the audit entry that says why. The version must be in the session; screenings under way end first."""
    await queries.change_state(ctx)
    describe(version, content, change)
    if of.in_force_id is not None:
        (await queries.version(ctx, of.in_force_id)).state = VersionState.SUPERSEDED
    version.state = VersionState.IN_FORCE
    of.in_force_id, of.checked_at = version.id, ctx.now
    await ctx.session.flush()
    await _end(ctx, of.id, change.changed | change.removed, version.number)
    await _begin(ctx, of.id, (content.records[ref] for ref in sorted(change.added | change.changed)), version.number)
    await move_state(ctx)
    await ctx.emit("screening.list_loaded", of.id, {"version": str(version.id)})


async def move_state(ctx: Context) -> ListState:
    """The next number: the versions that are in force together from now on."""
    active = await queries.active_lists(ctx)
    numbers = await queries.versions_in_force(ctx, active)
    made = ListState(
        tenant_id=ctx.actor.tenant_id,
        number=await queries.stamp(ctx) + 1,
        versions={str(one.id): str(one.in_force_id) for one in active},
        numbers={str(one.id): numbers[one.id] for one in active},
        made_at=ctx.now,
    )
    ctx.session.add(made)
    await ctx.session.flush()
    return made


async def hold(ctx: Context, version: ListVersion, content: Content) -> None:
    """Keep the entries of a version that waits for a person."""
    ctx.session.add(HeldContent(id=version.id, tenant_id=version.tenant_id, content=content.packed()))
    await ctx.session.flush()


async def held(ctx: Context, version: ListVersion) -> Content:
    return Content.unpacked((await ctx.session.get_one(HeldContent, version.id)).content)


async def let_go(ctx: Context, version: ListVersion) -> None:
    await ctx.session.delete(await ctx.session.get_one(HeldContent, version.id))
    await ctx.session.flush()


async def _end(ctx: Context, list_id: UUID, refs: Collection[str], number: int) -> None:
    gone: Any = cast(list(refs), ARRAY(Text))
    current = update(ListEntity).where(
        col(ListEntity.list_id) == list_id, col(ListEntity.until).is_(None), col(ListEntity.ref) == any_(gone)
    )
    await ctx.session.execute(current.values(until=number))


async def _begin(ctx: Context, list_id: UUID, records: Iterable[Record], number: int) -> None:
    batch = Batch(ctx.trail)
    for one in records:
        batch.add(
            ListEntity,
            id=new_id(),
            list_id=list_id,
            ref=one.ref,
            digest=one.digest,
            since=number,
            payload=one.document,
        )
    await batch.write(ctx.session)
