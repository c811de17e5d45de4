"""`tenure risk rate-files`: a portfolio in Parquet files, rated without a database."""

from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from backend.cli.console import Bars, out, refusals
from backend.core.clock import system_clock
from backend.core.settings import Settings
from backend.risk.files import dask, local
from backend.risk.files.errors import SchemeNotInForce
from backend.risk.files.portfolio import Engine, Rated, rate_files
from risk_models.crr_book import Rating, RatingBook
from risk_models.crr_problems import NoVersionError

STAGES: Final = {"rate": "Rating customers"}


class EngineName(StrEnum):
    LOCAL = "local"
    DASK = "dask"


def rate_files_command(
    source: Annotated[Path, typer.Argument(help="A Parquet file, or a folder that holds some.")],
    target: Annotated[Path, typer.Argument(help="The folder for the ratings; a stopped run goes on in it.")],
    scheme: Annotated[str, typer.Option(help="The rating rule-set, as eu-risk-based.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the rating; today.")] = None,
    engine: Annotated[EngineName, typer.Option(help="One process, or Dask's workers.")] = EngineName.LOCAL,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask cluster; none starts a small one.")] = None,
) -> None:
    """Rate customers from Parquet to Parquet: a column `customer` and one per fact of the rule-set."""
    with refusals():
        day = system_clock().date() if on is None else on.date()
        rating = _rating(scheme, day)
        with Bars(STAGES) as progress:
            result = rate_files(
                source, target, rating, day, engine=_engine(engine, scheduler), progress=partial(progress, "rate")
            )
        _show(result, scheme, day)


def _rating(scheme: str, on: date) -> Rating:
    book = RatingBook.load(Settings().policies / "risk")
    try:
        return book.effective(scheme, on)
    except NoVersionError as error:
        known = ", ".join(sorted({each.rules.id for each in book.rules if each.rules.covers(on)}))
        raise SchemeNotInForce(scheme=scheme, on=on.isoformat(), known=known) from error


def _engine(name: EngineName, scheduler: str | None) -> Engine:
    return local.run if name is EngineName.LOCAL else partial(dask.run, scheduler=scheduler)


def _show(result: Rated, scheme: str, on: date) -> None:
    table = Table(title=f"{result.customers:,} customers by {scheme} on {on}")
    table.add_column("level")
    table.add_column("customers", justify="right")
    table.add_column("share", justify="right")
    for level, count in result.levels.items():
        table.add_row(level, f"{count:,}", f"{count / max(result.customers, 1):.1%}")
    out.print(table)
    if result.resumed:
        out.print(f"{result.resumed} parts were there already, from a run that was stopped.")
