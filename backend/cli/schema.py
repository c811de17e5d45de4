"""`tenure schema`: the contract of the GraphQL door, exported and compared."""

from pathlib import Path
from typing import Annotated

import typer

from backend.api.export import breaking_changes, schema_sdl
from backend.cli.console import complain, out, tell
from backend.core.settings import Settings

app = typer.Typer(help="The GraphQL contract.", no_args_is_help=True)
Target = Annotated[Path | None, typer.Option("--file", help="Where to write it.", show_default=False)]
Exported = Annotated[
    Path | None, typer.Option("--file", help="The exported schema.", show_default=False, exists=True, dir_okay=False)
]


@app.command()
def export(file: Target = None) -> None:
    """Write the schema."""
    path = file or _exported()
    path.write_text(schema_sdl(), encoding="utf-8")
    tell(f"Wrote {path}.")


@app.command()
def check(file: Exported = None) -> None:
    """Compare the exported schema with the code; exit 1 when it is stale or a change would break clients."""
    path = file or _exported()
    old, new = path.read_text(encoding="utf-8"), schema_sdl()
    for change in breaking_changes(old, new):
        complain("breaking", change)
    if old != new:
        complain("stale", f"{path} is not the schema of the code. Run `tenure schema export` and commit it.")
        raise typer.Exit(1)
    out.print("The exported schema is that of the code.")


def _exported() -> Path:
    return Settings().operations / "schema.graphql"
