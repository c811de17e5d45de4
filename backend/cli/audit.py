"""`tenure audit`: is the log what it was, and is the record what the log says? Packs and witnesses stand beside."""

import base64

import typer

from backend.audit.findings import Report
from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.sequencer import open_sequencer
from backend.audit.verify import verify as verify_log
from backend.cli import audit_heads, audit_packs
from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, tell

app = typer.Typer(help="The audit log.", no_args_is_help=True)
for command in (audit_packs.export, audit_packs.proof, audit_heads.witness, audit_heads.key):
    app.command()(command)
app.command("timestamp")(audit_heads.timestamp)
app.command("timestamps")(audit_heads.stamps)
_STAGES = {"log": "Leaves and signed heads", "versions": "Versions and entries", "rows": "Records and versions"}


@app.command()
def verify(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Recompute the whole log and compare it with every record; exit 1 when anything does not hold."""

    async def work() -> bool:
        settings = settings_for(data_dir)
        async with platform(settings) as opened:
            where = await institution(opened, tenant)
            sequencer = open_sequencer(settings, opened.database)
            await sequencer.drain(where.id)
            await sequencer.close()
            with Bars(_STAGES) as progress:
                report = await verify_log(
                    opened.engine, where.id, LogKeys.of(settings), Heads.of(settings), progress=progress
                )
            _show(report)
            return report.sound

    if not run(work):
        raise typer.Exit(1)


def _show(report: Report) -> None:
    log = f"{report.leaves:,} entries, {report.heads:,} signed heads"
    out.print(f"Checked {log}, {report.versions:,} versions, {report.rows:,} records.", highlight=False)
    if report.head is not None:
        root = base64.b64encode(report.head.root).decode()
        tell(f"Newest signed head: size {report.head.size:,}, root {root}")
    for finding in report.findings:
        tell(finding.words(), finding.code, "red")
    if report.total > len(report.findings):
        out.print(f"… and {report.total - len(report.findings):,} more findings.")
    verdict = "The log and the record are sound." if report.sound else f"{report.total:,} things do not hold."
    out.print(verdict, style="green" if report.sound else "red")
