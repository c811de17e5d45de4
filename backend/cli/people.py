"""`tenure user` and `tenure client`: who may sign in, and which partner systems may call."""

from datetime import timedelta
from typing import Annotated, Literal

import typer

from backend.access import directory, queries
from backend.access.context import Context
from backend.access.models import StaffUser, Team
from backend.cli.console import DataDir, TenantSlug, institution, operator, platform, run, settings_for, tell
from backend.core.errors import NotFound

app = typer.Typer(help="Colleagues and their roles.", no_args_is_help=True)
clients = typer.Typer(help="Partner systems and their keys.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="User name.")]


class UnknownUser(NotFound):
    code = "cli.unknown_user"
    text = "Nobody has the user name “{login}”. `tenure user list` shows who has one."


@app.command()
def create(
    login: Login,
    name: Annotated[str, typer.Option(help="Name as colleagues see it.")],
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    team: Annotated[str | None, typer.Option(help="Team; made when there is none of that name.")] = None,
    locale: Annotated[Literal["en", "zh_CN"], typer.Option(help="Language of the pages.")] = "en",
    email: Annotated[str | None, typer.Option(help="Work address, to which reports are sent.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Create a colleague's account and grant roles."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = operator(await institution(opened, tenant))

            async def make(ctx: Context) -> StaffUser:
                team_id = None if team is None else (await _team(ctx, team)).id
                user = await directory.create_staff(
                    ctx,
                    login=login,
                    display_name=name,
                    password=password,
                    team_id=team_id,
                    locale=locale,
                    work_email=email,
                )
                for granted in role:
                    await directory.grant_role(ctx, holder_id=user.id, role=granted)
                return user

            user = await opened.run(actor, make)
            tell(f"{user.display_name} may sign in as “{user.login}” with the role(s) {', '.join(role)}.")

    run(work)


@app.command()
def grant(login: Login, role: str, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Give a colleague a role."""
    _change_role(login, role, tenant, data_dir, grant=True)


@app.command()
def revoke(login: Login, role: str, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Take a role from a colleague."""
    _change_role(login, role, tenant, data_dir, grant=False)


@app.command("email")
def email_(
    login: Login,
    address: Annotated[str | None, typer.Argument(help="Work address; without one no report is sent.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Say where reports of the platform reach a colleague."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:

            async def change(ctx: Context) -> StaffUser:
                user = await queries.staff_by_login(ctx.session, login)
                if user is None:
                    raise UnknownUser(login=login)
                return await directory.set_work_email(ctx, user.id, address)

            user = await opened.run(operator(await institution(opened, tenant)), change)
            tell(f"{user.display_name} is sent reports at {user.work_email or 'no address'}.")

    run(work)


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Show colleagues and their roles."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = operator(await institution(opened, tenant))

            async def show(ctx: Context) -> None:
                for user in await queries.staff(ctx.session):
                    roles = ", ".join(sorted(await queries.roles_of(ctx.session, user.id, ctx.now)))
                    typer.echo(f"{user.login}\t{user.display_name}\t{roles}")

            await opened.run(actor, show)

    run(work)


@clients.command("create")
def create_client(
    name: Annotated[str, typer.Argument(help="Name of the partner system.")],
    days: Annotated[int, typer.Option(help="For how many days the key is good.")] = 365,
    developer: Annotated[bool, typer.Option(help="May send GraphQL queries of its own.")] = False,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Register a partner system; its key is shown once."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = operator(await institution(opened, tenant))

            async def make(ctx: Context) -> str:
                client, key = await directory.register_client(ctx, name=name, lifetime=timedelta(days=days))
                role = "partner_developer" if developer else "partner"
                await directory.grant_role(ctx, holder_id=client.id, role=role)
                return key

            tell(f"Key (shown once): {await opened.run(actor, make)}")

    run(work)


def _change_role(login: str, role: str, tenant: str | None, data_dir: DataDir, *, grant: bool) -> None:
    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = operator(await institution(opened, tenant))

            async def change(ctx: Context) -> None:
                user = await queries.staff_by_login(ctx.session, login)
                if user is None:
                    raise UnknownUser(login=login)
                act = directory.grant_role if grant else directory.revoke_role
                await act(ctx, holder_id=user.id, role=role)

            await opened.run(actor, change)
            tell(f"{login} {'has' if grant else 'no longer has'} the role {role}.")

    run(work)


async def _team(ctx: Context, name: str) -> Team:
    return await queries.team_by_name(ctx.session, name) or await directory.create_team(ctx, name)
