"""`tenure report`: reports written to a file, with a person's rights or with none over personal data."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from backend.access import queries
from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.sequencer import open_sequencer
from backend.cli.console import Bars, DataDir, TenantSlug, institution, operator, out, platform, run, settings_for, tell
from backend.cli.people import UnknownUser
from backend.core.actor import Actor
from backend.edge import reporting
from backend.edge.platform import Platform
from backend.reporting import service
from backend.reporting.catalog import REPORTS, report_of
from backend.reporting.filters import Filters

app = typer.Typer(help="Reports for compliance, auditors and supervisors.", invoke_without_command=True)
_STAGES = {"report": "Reading"}


@app.callback()
def listed(context: typer.Context) -> None:
    """Reports for compliance, auditors and supervisors; without a name, what there is."""
    if context.invoked_subcommand is not None:
        return
    table = Table("Report", "What it shows", "Narrowed by", box=None)
    for report in REPORTS.values():
        table.add_row(report.code, report.about, ", ".join(sorted(report.filters)) or "–")
    out.print(table)


def command(code: str) -> None:
    """One command a report: `tenure report audit out.csv --since 2026-01-01 --format csv`."""

    def write(
        target: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
        form: Annotated[str | None, typer.Option("--format", help="csv, xlsx, jsonl or pdf; else by the name.")] = None,
        since: Annotated[datetime | None, typer.Option(help="From this time on (UTC).")] = None,
        until: Annotated[datetime | None, typer.Option(help="Before this time (UTC).")] = None,
        subject: Annotated[list[UUID] | None, typer.Option(help="About this record; may be repeated.")] = None,
        actor: Annotated[list[UUID] | None, typer.Option(help="By this person; may be repeated.")] = None,
        action: Annotated[list[str] | None, typer.Option(help="This action, or a group: “screening.*”.")] = None,
        outcome: Annotated[str | None, typer.Option(help="success, denied or failed.")] = None,
        ruleset: Annotated[list[str] | None, typer.Option(help="Decided by the rule-set of this SHA-256.")] = None,
        reader: Annotated[str | None, typer.Option(help="User name of the person it is for.")] = None,
        language: Annotated[str, typer.Option(help="en or zh_CN.")] = "en",
        tenant: TenantSlug = None,
        data_dir: DataDir = None,
    ) -> None:
        async def work() -> None:
            filters = Filters(
                subjects=tuple(subject or ()),
                actors=tuple(actor or ()),
                actions=tuple(action or ()),
                since=_utc(since),
                until=_utc(until),
                outcome=outcome,
                rulesets=tuple(ruleset or ()),
            )
            wanted = service.format_of(form or target.suffix.lstrip("."))
            async with platform(settings_for(data_dir)) as opened:
                where = await institution(opened, tenant)
                person = await _reader(opened, where, reader, language)
                await _drain(opened, where)
                with Bars(_STAGES) as bars:
                    made = await reporting.write(
                        opened, person, code, wanted, filters, target, lambda done, total: bars("report", done, total)
                    )
                tell(f"{target}: {made.lines:,} lines, {made.size:,} bytes, SHA-256 {made.sha256}")
                if made.file_name is not None and made.file_name.endswith(".zip") and target.suffix != ".zip":
                    tell("It is a zip of several PDF volumes.")

        run(work)

    app.command(code, help=report_of(code).about)(write)


for _code in REPORTS:
    command(_code)


async def _reader(on: Platform, where: Tenant, login: str | None, language: str) -> Actor:
    """The operator sees no personal data; with a reader, that person's rights count and that person stands in the
    log, by the channel of the console."""
    acting = operator(where)
    if login is None:
        return replace(acting, locale=language)

    async def find(ctx: Context) -> Actor:
        user = await queries.staff_by_login(ctx.session, login)
        found = None if user is None else await reporting.reader_of(ctx, user.id, acting.request_id, "cli")
        if found is None:
            raise UnknownUser(login=login)
        return found

    return replace(await on.run(acting, find), locale=language)


async def _drain(on: Platform, where: Tenant) -> None:
    sequencer = open_sequencer(on.settings, on.database, on.clock)
    await sequencer.drain(where.id)
    await sequencer.close()


def _utc(given: datetime | None) -> datetime | None:
    """A day without a time begins at midnight."""
    return given if given is None or given.tzinfo is not None else given.replace(tzinfo=UTC)
