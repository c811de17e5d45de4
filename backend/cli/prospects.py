"""`tenure prospects`: prospects from files."""

from pathlib import Path
from typing import Annotated

import typer

from backend.cli.console import DataDir, TenantSlug, run
from backend.cli.files import load_file
from backend.onboarding.migration.holding_files import FileKind

app = typer.Typer(help="Prospects from files.", no_args_is_help=True)


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

    run(lambda: load_file(FileKind.PROSPECTS, file, "Loading prospects", tenant, data_dir))
