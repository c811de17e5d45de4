"""Lists set up and loaded: a file becomes a version in force, one that waits for a person, or a recorded refusal."""

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.errors import Invalid
from backend.core.ids import new_id
from backend.screening import problems, queries, versions
from backend.screening.errors import (
    ListCodeInvalid,
    ListExists,
    ListNotActive,
    ListNotFound,
    NothingToRestore,
    NotWaiting,
)
from backend.screening.lists import formats
from backend.screening.lists.formats import FORMATS, Files, UnknownFormat
from backend.screening.lists.published import published_on
from backend.screening.models import ListKind, ListVersion, ScreeningList, VersionState
from backend.screening.records import record
from backend.screening.ruleset import list_rules
from backend.screening.versions import Change, Content

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,39}")


class Outcome(StrEnum):
    IN_FORCE = "in_force"
    NOTHING_NEW = "nothing_new"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file. `version` is the new one, or the one in force when there is nothing new; `refusal` says in
    words why a file was refused, and that is on record when the use case ends: do not raise it inside.
    """

    outcome: Outcome
    version: ListVersion
    refusal: Invalid | None = None


async def create_list(
    ctx: Context, *, code: str, name: str, format_: str, kind: ListKind, max_age_days: int | None = None
) -> ScreeningList:
    """Without an age of its own a list may be as old as the rule-set says for its kind."""
    ctx.require("edit", "screening_list", Facts(tenant_id=ctx.actor.tenant_id))
    if not _CODE.fullmatch(code):
        raise ListCodeInvalid(list=code)
    if format_ not in FORMATS:
        raise UnknownFormat(name=format_, known=", ".join(FORMATS))
    if await queries.find_list(ctx, code) is not None:
        raise ListExists(list=code)
    loaded = list_rules(ctx)
    made = ScreeningList(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        code=code,
        name=name,
        format=format_,
        kind=kind.value,
        max_age_days=max_age_days or loaded.rules.max_age_days[kind],
        created_at=ctx.now,
    )
    async with ctx.audit("screening.list.create", ("screening_list", made.id), ruleset=loaded.sha256):
        ctx.session.add(made)
    return made


async def use_list(ctx: Context, list_id: UUID, *, active: bool) -> ScreeningList:
    """Take a list out of use, or in again: a change of what is screened against like any other."""
    ctx.require("edit", "screening_list", Facts(tenant_id=ctx.actor.tenant_id))
    of = await queries.locked_list(ctx, list_id)
    if of.active == active:
        return of
    await queries.change_state(ctx)
    async with ctx.audit("screening.list.edit", ("screening_list", of.id)):
        of.active = active
    if of.in_force_id is not None:
        await versions.move_state(ctx)
        await ctx.emit("screening.list_loaded", of.id, {"version": str(of.in_force_id)})
    return of


async def load_list(ctx: Context, *, code: str, files: Files, day: date | None = None) -> Loaded:
    """`day` is the publisher's date, where the file does not tell it. A refusal is an answer, not an exception."""
    ctx.require("load", "screening_list", Facts(tenant_id=ctx.actor.tenant_id))
    of = await queries.find_list(ctx, code, lock=True)
    if of is None:
        raise ListNotFound(list=code)
    if not of.active:
        raise ListNotActive(list=code)
    sha256 = formats.digest(files)
    current = None if of.in_force_id is None else await queries.version(ctx, of.in_force_id)
    if current is not None and current.file_sha256 == sha256:
        return await _unchanged(ctx, of, current)
    attempt = await _attempt(ctx, of, sha256, day or published_on(of.format, files.get("main", b"")))
    try:
        content = await asyncio.to_thread(_read, of.format, files, of.code)
    except Invalid as refusal:
        return await _refused(ctx, of, attempt, refusal)
    change = Change.between(await queries.digests_at(ctx, of.id), content.digests)
    if current is not None and not (change.added or change.changed or change.removed):
        return await _unchanged(ctx, of, current)
    return await _taken(ctx, of, attempt, content, change)


async def confirm(ctx: Context, version_id: UUID) -> ListVersion:
    """A person agrees that so much was removed; not the one who loaded it."""
    of, version = await _waiting(ctx, version_id)
    content = await versions.held(ctx, version)
    change = Change.between(await queries.digests_at(ctx, of.id), content.digests)
    async with ctx.audit("screening.list.confirm", ("screening_list", of.id), ruleset=list_rules(ctx).sha256):
        version.decided_by, version.decided_at = ctx.actor.id, ctx.now
        await versions.put_in_force(ctx, of, version, content, change)
    await versions.let_go(ctx, version)
    return version


async def dismiss(ctx: Context, version_id: UUID) -> ListVersion:
    """The version is not wanted; the one in force stays."""
    of, version = await _waiting(ctx, version_id)
    await _dismissed(ctx, of, version)
    return version


async def rollback(ctx: Context, *, code: str, number: int) -> ListVersion:
    """A former version's entries again, as a version of their own: what was in force between is not forgotten."""
    ctx.require("rollback", "screening_list", Facts(tenant_id=ctx.actor.tenant_id))
    of = await queries.find_list(ctx, code, lock=True)
    if of is None:
        raise ListNotFound(list=code)
    former = await queries.version_by_number(ctx, of.id, number)
    if former.state != VersionState.SUPERSEDED:
        raise NothingToRestore(number=number)
    change = Change.between(await queries.digests_at(ctx, of.id), await queries.digests_at(ctx, of.id, number))
    stored = await queries.records_at(ctx, of.id, number)
    version = await _attempt(ctx, of, former.file_sha256, former.published_on)
    version.restored_id = former.id
    async with ctx.audit("screening.list.rollback", ("screening_list", of.id)):
        ctx.session.add(version)
        await versions.put_in_force(ctx, of, version, Content.of(stored), change)
    return version


def _read(format_: str, files: Files, code: str) -> Content:
    return Content.of(map(record, formats.read(format_, files, code)))


async def _attempt(ctx: Context, of: ScreeningList, sha256: str, day: date | None) -> ListVersion:
    return ListVersion(
        id=new_id(),
        tenant_id=of.tenant_id,
        list_id=of.id,
        number=await queries.last_number(ctx, of.id) + 1,
        state=VersionState.WAITING,
        file_sha256=sha256,
        published_on=day,
        loaded_by=ctx.actor.id,
        loaded_at=ctx.now,
    )


async def _unchanged(ctx: Context, of: ScreeningList, current: ListVersion) -> Loaded:
    async with ctx.audit("screening.list.check", ("screening_list", of.id)):
        of.checked_at = ctx.now
    await ctx.emit("screening.list_checked", of.id, {"version": str(current.id)})
    return Loaded(Outcome.NOTHING_NEW, current)


async def _refused(ctx: Context, of: ScreeningList, attempt: ListVersion, refusal: Invalid) -> Loaded:
    attempt.state = VersionState.REFUSED
    attempt.problem = problems.kept(refusal)
    async with ctx.audit("screening.list.refuse", ("screening_list", of.id), reason=refusal.code):
        ctx.session.add(attempt)
    await ctx.emit("screening.list_refused", of.id, {"version": str(attempt.id)})
    return Loaded(Outcome.REFUSED, attempt, refusal)


async def _taken(ctx: Context, of: ScreeningList, attempt: ListVersion, content: Content, change: Change) -> Loaded:
    for waiting in await queries.waiting_of(ctx, of.id):
        await _dismissed(ctx, of, waiting)
    loaded = list_rules(ctx)
    before = len(content.records) + len(change.removed) - len(change.added)
    audit = partial(ctx.audit, "screening.list.load", ("screening_list", of.id), ruleset=loaded.sha256)
    if loaded.rules.suspicious(before, len(change.removed)):
        versions.describe(attempt, content, change)
        async with audit(reason="waits_for_a_person"):
            ctx.session.add(attempt)
        await versions.hold(ctx, attempt, content)
        return Loaded(Outcome.WAITING, attempt)
    async with audit():
        ctx.session.add(attempt)
        await versions.put_in_force(ctx, of, attempt, content, change)
    return Loaded(Outcome.IN_FORCE, attempt)


async def _waiting(ctx: Context, version_id: UUID) -> tuple[ScreeningList, ListVersion]:
    version = await queries.version(ctx, version_id)
    facts = Facts(tenant_id=ctx.actor.tenant_id, maker_id=version.loaded_by, deciders=frozenset())
    ctx.require("confirm", "screening_list", facts)
    of = await queries.locked_list(ctx, version.list_id)
    await ctx.session.refresh(version)
    if version.state != VersionState.WAITING:
        raise NotWaiting(number=version.number)
    return of, version


async def _dismissed(ctx: Context, of: ScreeningList, version: ListVersion) -> None:
    async with ctx.audit("screening.list.dismiss", ("screening_list", of.id)):
        version.state = VersionState.DISMISSED
        if version.loaded_by != ctx.actor.id:
            version.decided_by, version.decided_at = ctx.actor.id, ctx.now
    await versions.let_go(ctx, version)
