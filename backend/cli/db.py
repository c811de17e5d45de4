"""`tenure db`: bring the schema of the database up to date, down again, or check it."""

from typing import Annotated

import typer

from backend import migrate as migrations
from backend.cli.console import DataDir, err, out, refusals, settings_for
from backend.core.database import open_database

app = typer.Typer(help="The schema of the database.", no_args_is_help=True)
Revision = Annotated[str, typer.Argument(help="A revision, `head`, `base`, or a step such as -1.")]


@app.command()
def migrate(revision: Revision = "head", data_dir: DataDir = None) -> None:
    """Create the database if there is none, and bring its schema up to date."""
    with refusals():
        database = open_database(settings_for(data_dir))
        try:
            migrations.upgrade(database, revision)
            out.print(f"The schema is at {migrations.current(database)}.")
        finally:
            database.close()


@app.command()
def downgrade(revision: Revision, data_dir: DataDir = None) -> None:
    """Take the schema back. Data of what is taken away is lost."""
    with refusals():
        database = open_database(settings_for(data_dir))
        try:
            migrations.downgrade(database, revision)
            out.print(f"The schema is at {migrations.current(database) or 'nothing'}.")
        finally:
            database.close()


@app.command()
def revise(
    message: Annotated[str, typer.Argument(help="What the migration does, in a few words.")],
    revision_id: Annotated[str, typer.Argument(help="Its number, for example 0002.")],
    data_dir: DataDir = None,
) -> None:
    """Write the next migration from the difference between models and database (for developers)."""
    with refusals():
        database = open_database(settings_for(data_dir))
        try:
            migrations.revise(database, message, revision_id)
        finally:
            database.close()


@app.command()
def check(data_dir: DataDir = None) -> None:
    """Compare the database with the models and the mechanisms; exit 1 when they differ."""
    with refusals():
        database = open_database(settings_for(data_dir))
        try:
            found = migrations.differences(database)
        finally:
            database.close()
    for difference in found:
        err.print(difference, highlight=False, markup=False, soft_wrap=True)
    if found:
        raise typer.Exit(1)
    out.print("The database is as the models and the mechanisms want it.")
