"""`tenure contact`: messages sent and looked after by hand, bounces taken up, who may be contacted and why not."""

from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.checking import add_check
from backend.cli.console import (
    Bars,
    DataDir,
    TenantSlug,
    institution,
    listing,
    out,
    platform,
    run,
    settings_for,
    system,
    tell,
)
from backend.jobs import contact as jobs
from backend.servicing.interactions import service, words
from backend.servicing.interactions.models import TemplateState
from backend.servicing.interactions.queries import history, templates
from backend.servicing.interactions.ruleset import ContactRules

app = typer.Typer(help="Contact with customers: messages, bounces, templates.", no_args_is_help=True)
_LOCALE: Final = "en"


@app.command("send")
def send(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Send what is due, each message at most once, and show to people what nobody reported on."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(jobs.STAGES) as progress:
                done = await jobs.send_due(opened, actor, progress)
            stuck = await opened.run(actor, jobs.find_stuck)
            ended = ", ".join(f"{count:,} {state}" for state, count in sorted(done.states.items())) or "none sent"
            tell(f"{done.done:,} messages looked at: {ended}, {done.held:,} held back; {stuck:,} newly stuck.")

    run(work)


@app.command("outbox")
def outbox(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """How many messages stand in each state."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            found = await opened.run(system(await institution(opened, tenant)), history.figures)
            table = Table("State", "Messages")
            for state, count in sorted(found.items()):
                table.add_row(state, f"{count:,}")
            out.print(table)

    run(work)


@app.command("bounces")
def bounces(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of delivery reports (.eml); that of the data directory without it.")
    ] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Take up the delivery reports (RFC 3464) that the mail server put into a folder."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            source = folder or jobs.bounce_folder(opened, where.slug)
            told = await jobs.take_up_bounces(opened, system(where), source)
            tell(f"{told:,} reports told of messages of ours.")

    run(work)


@app.command("why")
def why(
    party: Annotated[UUID, typer.Argument(help="The customer's id.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """For which purposes a customer may be contacted now, by which channel, and what stands against the others."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def answered(ctx: Context) -> Table:
                table = listing("Purpose", "Channel", "Not before", "What stands against it")
                for purpose, found in (await service.overview(ctx, party)).items():
                    against = "; ".join(words.said(reason, _LOCALE) for reason in found.reasons)
                    later = "" if found.not_before is None else f"{found.not_before:%Y-%m-%d %H:%M} UTC"
                    table.add_row(purpose, found.channel or "—", later, against or "nothing")
                return table

            out.print(await opened.run(system(where), answered))

    run(work)


@app.command("templates")
def show_templates(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Texts in use and drafts that wait for a second person."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> Table:
                table = listing("Code", "Version", "State", "Purpose", "Channels", "Fields")
                for row in await templates.templates(ctx, states=(TemplateState.APPROVED, TemplateState.DRAFTED)):
                    lists = (", ".join(row.channels), ", ".join(row.fields))
                    table.add_row(row.code, str(row.version), row.state, row.purpose, *lists)
                return table

            out.print(await opened.run(system(where), found))

    run(work)


add_check(app, "a rule-set of contact", ContactRules)
