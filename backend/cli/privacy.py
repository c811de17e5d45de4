"""`tenure privacy`: what is due, which requests are open, and whether a certificate of erasure holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from backend.access.context import Context
from backend.audit.formats.note import VerifierKey
from backend.cli.console import (
    DataDir,
    TenantSlug,
    institution,
    out,
    platform,
    refusals,
    run,
    settings_for,
    system,
    tell,
)
from backend.rights import certificate, queries
from backend.rights import service as rights
from backend.rights.models import PrivacyRequest
from backend.rights.rules import Verdict
from backend.rights.standing import OPEN

app = typer.Typer(help="Data protection: requests, retention, erasure.", no_args_is_help=True)
_SHOWN = 50


@app.command("retention-due")
def retention_due(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Whose records may be kept no longer today; nothing is written and nobody is named."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            _show_due(await opened.run(system(where), rights.compute_due))

    run(work)


@app.command("retention-propose")
def retention_propose(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Propose what has become due, as each night does; two colleagues of the institution decide about it."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            added = await opened.run(system(where), rights.propose_due)
            tell(f"{added:,} records were proposed for erasure." if added else "Nothing new has become due.")

    run(work)


def _show_due(due: Mapping[UUID, Verdict]) -> None:
    table = Table("Record", "Free since", "Periods that ended", title=f"{len(due):,} due", title_justify="left")
    for party_id, verdict in list(due.items())[:_SHOWN]:
        table.add_row(str(party_id), str(verdict.free_from), ", ".join(term.code for term in verdict.terms))
    out.print(table)
    if len(due) > _SHOWN:
        out.print(f"… and {len(due) - _SHOWN:,} more.")


@app.command("requests")
def requests(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Open requests of data subjects, what is due first comes first."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> tuple[list[PrivacyRequest], list[queries.RequestFigure]]:
                return list(await queries.requests(ctx, limit=_SHOWN)), await queries.figures(ctx)

            rows, figures = await opened.run(system(where), found)
            today = opened.clock().date()
            table = Table("Number", "Kind", "State", "Received", "Due", "Days left")
            for row in rows:
                left = "" if row.state == "deferred" else str((row.due_on - today).days)
                table.add_row(row.number, row.kind, row.state, str(row.received_at.date()), str(row.due_on), left)
            out.print(table)
            late = sum(figure.overdue for figure in figures)
            waiting = sum(figure.count for figure in figures if figure.state in OPEN)
            tell(f"{waiting:,} open, {late:,} late.")

    run(work)


@app.command("verify-certificate")
def verify_certificate(
    file: Annotated[Path, typer.Argument(help="The JSON form of the certificate.", exists=True, dir_okay=False)],
    key: Annotated[
        str | None, typer.Option(help="The log's public key, from the institution; else the file's own.")
    ] = None,
) -> None:
    """Check a certificate of erasure by itself, without access to the institution; exit 1 when it does not hold."""
    with refusals():
        trusted = None if key is None else VerifierKey.parse(key)
        verified = certificate.verify(file.read_bytes(), trusted)
    tell(f"The keys of record {verified.party_id} were destroyed at {verified.shredded_at} ({verified.ground}).")
    tell(f"The erasure was completed at {verified.completed_at}.")
    first, last = verified.leaves
    tell(f"Both are entries {first:,} and {last:,} of the log {verified.origin}, signed at size {verified.size:,}.")
    if key is None:
        tell("The key came with the certificate: compare it with the one that the institution publishes.", "note")
    out.print("The certificate holds.", style="green")
