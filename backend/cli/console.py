"""The console of the command: clear errors, progress bars, and the platform opened and closed around the work."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import typer
from alembic.util import CommandError
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text
from sqlalchemy.exc import OperationalError

from backend import migrate
from backend.access import queries as directory
from backend.access.models import Tenant
from backend.core.actor import SYSTEM_ID, Actor, system_actor
from backend.core.database import Database, open_database
from backend.core.errors import NotFound, TenureError
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform

T = TypeVar("T")
out: Final = Console()
err: Final = Console(stderr=True)

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Where keys, logs and the embedded PostgreSQL live.", show_default=False),
]
TenantSlug = Annotated[str | None, typer.Option("--tenant", help="Short name of the institution (when several).")]


class NoInstitution(NotFound):
    code = "cli.no_institution"
    text = "There is no institution yet. `tenure tenant create` makes one."


class UnknownInstitution(NotFound):
    code = "cli.unknown_institution"
    text = "There is no institution “{slug}”. `tenure tenant list` shows them; `tenure tenant create` makes one."


class WhichInstitution(NotFound):
    code = "cli.which_institution"
    text = "There are {count} institutions; say which one with --tenant. `tenure tenant list` shows them."


def settings_for(data_dir: Path | None) -> Settings:
    return Settings() if data_dir is None else Settings(data_dir=data_dir)


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Carry out a command; what Tenure refuses is told in one line, without a traceback."""
    with refusals():
        return asyncio.run(_awaited(work))


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()


@contextmanager
def refusals() -> Iterator[None]:
    try:
        yield
    except TenureError as error:
        complain(error.code, str(error))
        raise typer.Exit(1) from None
    except CommandError as error:
        complain("migration", str(error))
        raise typer.Exit(1) from None
    except ValidationError as error:
        for problem in error.errors():
            complain("setting", f"{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}")
        raise typer.Exit(2) from None
    except OperationalError as error:
        complain("database", str(error.orig))
        complain("database", "Check DATABASE_URL, or leave it unset to use the embedded PostgreSQL.")
        raise typer.Exit(3) from None


def complain(about: str, words: str) -> None:
    """One line on stderr, whatever signs it holds and however narrow the console is."""
    err.print(Text.assemble((about, "red"), f": {words}"), soft_wrap=True)


def tell(words: str, about: str = "", style: str = "yellow") -> None:
    """One line on stdout as it is: names and keys are no markup, and a key is not broken in two."""
    out.print(Text.assemble((f"{about} " if about else "", style), words), soft_wrap=True)


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The migrated database: created and brought up to date when it is ours to do so."""
    opened = open_database(settings)
    try:
        if migrate.current(opened) != migrate.head():
            migrate.upgrade(opened)
        yield opened
    finally:
        opened.close()


@asynccontextmanager
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    with database(settings) as opened:
        opened_platform = await open_platform(settings, database=opened)
        gc.freeze()  # what is loaded by now stays, and need not be looked through again
        try:
            yield opened_platform
        finally:
            await opened_platform.engine.dispose()


async def institution(on: Platform, slug: str | None) -> Tenant:
    """The named institution, or the only one there is."""
    tenants = await on.run(nobody(), lambda ctx: directory.tenants(ctx.session))
    if slug is None:
        if len(tenants) == 1:
            return tenants[0]
        if not tenants:
            raise NoInstitution()
        raise WhichInstitution(count=len(tenants))
    for tenant in tenants:
        if tenant.slug == slug:
            return tenant
    raise UnknownInstitution(slug=slug)


def nobody() -> Actor:
    return system_actor(UUID(int=0), _request(), "cli")


def operator(tenant: Tenant) -> Actor:
    """The person at the console of the server: manages staff and clients, sees no customers."""
    return Actor(SYSTEM_ID, tenant.id, "system", frozenset({"operator"}), "cli", _request())


def system(tenant: Tenant) -> Actor:
    return system_actor(tenant.id, _request(), "cli")


def _request() -> str:
    return f"cli-{new_id()}"


def listing(key: str, *names: str) -> Table:
    """Cuts nothing in a narrow window; `key` heads what other commands ask for, and stays on one line."""
    return Table(Column(key, no_wrap=True, overflow="fold"), *(Column(name, overflow="fold") for name in names))


class Bars:
    """One progress bar a stage, made when the stage first reports."""

    def __init__(self, titles: dict[str, str]) -> None:
        self._titles = titles
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=40),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=out,
        )

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._progress.start()
        return self.report

    def __exit__(self, *_: Any) -> None:
        self._progress.stop()

    def report(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(self._titles.get(stage, stage), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)
