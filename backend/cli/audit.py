"""`tenure audit`: is the log what it was, and is the record what the log says?"""

import typer

from backend.audit.heads import Heads
from backend.audit.keys import LogKeys
from backend.audit.sequencer import open_sequencer
from backend.audit.verify import verify as verify_log
from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for

app = typer.Typer(help="The audit log.", no_args_is_help=True)
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
            for line in report.lines("en"):
                out.print(line, highlight=False)
            return report.sound

    if not run(work):
        raise typer.Exit(1)
