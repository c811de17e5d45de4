"""`tenure tenant`: the institutions of this installation."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend.access import queries as directory
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.cli.console import DataDir, nobody, out, platform, run, settings_for
from backend.core.clock import system_clock
from backend.core.database import Database

app = typer.Typer(help="Institutions.", no_args_is_help=True)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Short name, as it is typed at sign-in.")],
    name: Annotated[str, typer.Option(help="Full name.")],
    jurisdiction: Annotated[str, typer.Option(help="ISO 3166-1 country code, for example CZ.")],
    currency: Annotated[str, typer.Option(help="ISO 4217 currency code, for example CZK.")],
    data_dir: DataDir = None,
) -> None:
    """Set up an institution."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            tenant = await new_tenant(opened.database, slug, name, jurisdiction, currency)
            out.print(f"{tenant.name} is set up as “{tenant.slug}”.")

    run(work)


@app.command("list")
def list_(data_dir: DataDir = None) -> None:
    """Show the institutions."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            for tenant in await opened.run(nobody(), lambda ctx: directory.tenants(ctx.session)):
                out.print(f"{tenant.slug}\t{tenant.name}\t{tenant.jurisdiction}\t{tenant.currency}", highlight=False)

    run(work)


async def new_tenant(database: Database, slug: str, name: str, jurisdiction: str, currency: str) -> Tenant:
    """As the owner of the tables: the application's role may not make institutions."""
    engine = create_async_engine(database.owner)
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            return await create_tenant(
                session, slug=slug, name=name, jurisdiction=jurisdiction, currency=currency, now=system_clock()
            )
    finally:
        await engine.dispose()
