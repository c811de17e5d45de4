"""`tenure tenant`: the institutions of this installation."""

import re
from typing import Annotated, Final

import typer
from babel.numbers import list_currencies
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend.access import queries as directory
from backend.access.directory import create_tenant
from backend.access.models import Tenant
from backend.cli.console import DataDir, nobody, platform, run, settings_for, tell
from backend.core.clock import system_clock
from backend.core.database import Database
from backend.core.errors import Conflict
from backend.customers.countries import is_country

app = typer.Typer(help="Institutions.", no_args_is_help=True)
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


class InstitutionExists(Conflict):
    code = "cli.institution_exists"
    text = "There is an institution “{slug}” already. Choose another short name."


def _slug(typed: str) -> str:
    """Without capitals, because sign-in makes none of them."""
    if _SLUG.fullmatch(typed) is None:
        raise typer.BadParameter("use up to 40 small letters (a to z), digits and hyphens, a letter first")
    return typed


def _country(typed: str) -> str:
    if not is_country(typed):
        raise typer.BadParameter(f"{typed} is not an ISO 3166-1 country code, for example CZ")
    return typed


def _currency(typed: str) -> str:
    if typed not in list_currencies():
        raise typer.BadParameter(f"{typed} is not an ISO 4217 currency code, for example CZK")
    return typed


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Short name, as it is typed at sign-in.", callback=_slug)],
    name: Annotated[str, typer.Option(help="Full name.")],
    jurisdiction: Annotated[str, typer.Option(help="ISO 3166-1 country code, for example CZ.", callback=_country)],
    currency: Annotated[str, typer.Option(help="ISO 4217 currency code, for example CZK.", callback=_currency)],
    data_dir: DataDir = None,
) -> None:
    """Set up an institution."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            tenant = await new_tenant(opened.database, slug, name, jurisdiction, currency)
            tell(f"{tenant.name} is set up as “{tenant.slug}”.")

    run(work)


@app.command("list")
def list_(data_dir: DataDir = None) -> None:
    """Show the institutions."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            for tenant in await opened.run(nobody(), lambda ctx: directory.tenants(ctx.session)):
                typer.echo(f"{tenant.slug}\t{tenant.name}\t{tenant.jurisdiction}\t{tenant.currency}")

    run(work)


async def new_tenant(database: Database, slug: str, name: str, jurisdiction: str, currency: str) -> Tenant:
    """As the owner of the tables: the application's role may not make institutions. Raises InstitutionExists."""
    engine = create_async_engine(database.owner)
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            if await directory.tenant_by_slug(session, slug) is not None:
                raise InstitutionExists(slug=slug)
            return await create_tenant(
                session, slug=slug, name=name, jurisdiction=jurisdiction, currency=currency, now=system_clock()
            )
    finally:
        await engine.dispose()
