"""`tenure audit export` and `tenure audit proof`: what goes to people outside, who verify it on their own."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access import queries
from backend.access.context import Context
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.api.disclosures import Reader
from backend.api.proofs import proof_file, prove_decision
from backend.api.rule_texts import rulesets_of
from backend.audit.export import Exported, Log
from backend.audit.export import export as export_log
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.selection import Selection
from backend.audit.sequencer import open_sequencer
from backend.audit.shown import Reveal, nothing
from backend.audit.timestamps import Stamps
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    institution,
    operator,
    out,
    platform,
    run,
    settings_for,
    tell,
)
from backend.cli.people import UnknownUser
from backend.core.actor import Actor
from backend.core.errors import Invalid
from backend.edge.platform import Platform
from backend.privacy.personal import with_records

T = TypeVar("T")
_STAGES = {"entries": "Entries and versions", "tiles": "Hash tiles"}
READER = typer.Option(
    help="User name of the person it is for: personal values are disclosed as far as this person may see them."
)


class WhichProof(Invalid):
    code = "cli.which_proof"
    text = "Say what to prove: --case, or --entry and the --record it is about."


def export(
    target: Annotated[Path, typer.Argument(help="The .auditpack to write; it must not be there yet.")],
    subject: Annotated[
        list[UUID] | None, typer.Option(help="Only entries about this record, or all records of this customer; repeat.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="Only entries from this time on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only entries before this time (UTC).")] = None,
    reader: Annotated[str | None, READER] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Write the log, or a part of it, with a verifier that needs nothing of Tenure. The export is audited."""
    selection = Selection(tuple(subject or ()), _utc(since), _utc(until))

    async def work() -> None:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
            acting, person = await _people(opened, where, reader)
            await opened.run(acting, lambda ctx: _begin(ctx, person, selection))
            about = await opened.run(acting, lambda ctx: with_records(ctx.session, selection.subjects))
            await _drain(opened, where)
            with Bars(_STAGES) as progress:
                done = await export_log(
                    target,
                    _log(opened, where),
                    _Pages(opened, acting, person),
                    selection=replace(selection, subjects=tuple(about)),
                    rulesets=rulesets_of(settings.policies),
                    now=opened.clock(),
                    progress=progress,
                )
            _show(target, done, LogKeys.of(settings).verifier(where.id).encode())

    run(work)


def proof(
    target: Annotated[Path, typer.Argument(help="The .auditproof to write; it must not be there yet.")],
    reader: Annotated[str, READER],
    case: Annotated[UUID | None, typer.Option(help="The case whose decision is to be proven.")] = None,
    entry: Annotated[UUID | None, typer.Option(help="The entry that is to be proven.")] = None,
    record: Annotated[UUID | None, typer.Option(help="The record that the entry is about.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Prove one decision or one entry in a small file of its own. Handing it out is audited."""

    async def work() -> None:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
            _, person = await _people(opened, where, reader)
            await _drain(opened, where)

            async def prove(ctx: Context) -> str:
                if case is not None:
                    return (await prove_decision(ctx, settings, case)).content
                if entry is None or record is None:
                    raise WhichProof()
                ctx.require("view", "audit", Facts(tenant_id=where.id))
                return (await proof_file(ctx, settings, ("record", record), [entry], [record])).content

            content = await opened.run(person or operator(where), prove)
            with target.open("x", encoding="utf-8") as file:
                file.write(content)
            tell(f"{target}: {len(content):,} bytes. Anybody can check it with the verify.py of an audit pack.")

    run(work)


class _Pages:
    """Each page in a transaction of its own, by the hand of the operator and the rights of the reader."""

    def __init__(self, on: Platform, acting: Actor, person: Actor | None) -> None:
        self._on, self._acting, self._person = on, acting, person

    async def __call__(self, page: Callable[[AsyncSession, Reveal], Awaitable[T]]) -> T:
        def carried(ctx: Context) -> Awaitable[T]:
            return page(ctx.session, nothing if self._person is None else Reader(ctx, self._person))

        return await self._on.run(self._acting, carried)


async def _begin(ctx: Context, person: Actor | None, selection: Selection) -> None:
    """The right is asked of the reader, where there is one; the log knows of the export before anything is written."""
    tenant = Facts(tenant_id=ctx.actor.tenant_id)
    if person is None:
        ctx.require("export", "audit", tenant)
    else:
        ctx.policy.require(person, "export", "audit", tenant)
    subject = ("tenant", ctx.actor.tenant_id) if len(selection.subjects) != 1 else ("record", selection.subjects[0])
    await ctx.trail.note("audit.export", subject, reason="whole" if selection.whole else "selection")


async def _people(on: Platform, where: Tenant, login: str | None) -> tuple[Actor, Actor | None]:
    """Who acts (the operator, on behalf of the reader) and whose rights count."""
    acting = operator(where)
    if login is None:
        return acting, None

    async def find(ctx: Context) -> Actor:
        user = await queries.staff_by_login(ctx.session, login)
        if user is None or not user.active:
            raise UnknownUser(login=login)
        roles = await queries.roles_of(ctx.session, user.id, ctx.now)
        return Actor(user.id, where.id, "staff", roles, "cli", acting.request_id, user.team_id)

    person = await on.run(acting, find)
    return replace(acting, on_behalf_of=person.id), person


async def _drain(on: Platform, where: Tenant) -> None:
    sequencer = open_sequencer(on.settings, on.database, on.clock)
    await sequencer.drain(where.id)
    await sequencer.close()


def _log(on: Platform, where: Tenant) -> Log:
    key = LogKeys.of(on.settings).verifier(where.id)
    return Log(where.id, key, Heads.of(on.settings), Stamps.of(on.settings))


def _utc(given: datetime | None) -> datetime | None:
    """A day without a time begins at midnight."""
    if given is None or given.tzinfo is not None:
        return given
    return datetime.combine(date(given.year, given.month, given.day), time(given.hour, given.minute, given.second), UTC)


def _show(target: Path, done: Exported, key: str) -> None:
    out.print(
        f"{done.entries:,} entries of {done.head.size:,}, {done.versions:,} versions "
        f"({done.contents:,} with content, {done.values:,} personal values), {done.rulesets:,} rule-sets.",
        highlight=False,
    )
    if done.missing_rulesets:
        out.print(f"{done.missing_rulesets:,} rule-sets that entries refer to are not kept any more.", style="yellow")
    tell(f"python verify.py {target} --key '{key}'", "Check it with:")
