"""`tenure prospects`: prospects from files."""

from pathlib import Path
from typing import Annotated, Final

import typer

from backend.cli.console import Bars, DataDir, TenantSlug, institution, out, platform, run, settings_for, system
from backend.cli.holdings import show_loaded
from backend.edge.loading import load
from backend.onboarding.migration.holding_files import FileKind

app = typer.Typer(help="Prospects from files.", no_args_is_help=True)
_STAGE: Final = "load"


@app.callback()
def prospects() -> None:
    """Prospects from files."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the columns are documented in docs/prospect-file.md.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Load prospects with source and consent. Run it again after a kill: it goes on where it stopped."""

    async def load_() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars({_STAGE: "Loading prospects"}) as report:
                loaded = await load(
                    opened,
                    system(where),
                    FileKind.PROSPECTS,
                    file,
                    watch=lambda done, total: report(_STAGE, done, total),
                )
            if loaded.alike:
                out.print(f"{loaded.alike:,} may be on record already; they wait under Duplicates.")
            await show_loaded(opened, where, file, loaded)

    run(load_)
