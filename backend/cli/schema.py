"""`tenure schema`: the contract of the GraphQL door, exported and compared."""

from pathlib import Path
from typing import Annotated

import typer

from backend.api.export import breaking_changes, schema_sdl
from backend.cli.console import err, out
from backend.core.settings import Settings

app = typer.Typer(help="The GraphQL contract.", no_args_is_help=True)
Target = Annotated[Path | None, typer.Option("--file", help="The exported schema.", show_default=False)]


@app.command()
def export(file: Target = None) -> None:
    """Write the schema."""
    path = file or _exported()
    path.write_text(schema_sdl(), encoding="utf-8")
    out.print(f"Wrote {path}.")


@app.command()
def check(file: Target = None) -> None:
    """Compare the exported schema with the code; exit 1 when it is stale or a change would break clients."""
    path = file or _exported()
    old, new = path.read_text(encoding="utf-8"), schema_sdl()
    for change in breaking_changes(old, new):
        err.print(f"breaking: {change}", highlight=False)
    if old != new:
        err.print(f"{path} is not the schema of the code. Run `tenure schema export` and commit it.", highlight=False)
        raise typer.Exit(1)
    out.print("The exported schema is that of the code.")


def _exported() -> Path:
    return Settings().operations / "schema.graphql"
