"""`tenure demo`: from nothing to a served institution whose customers went through the main job."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.panel import Panel
from rich.table import Table

from backend.access import queries
from backend.access.models import Tenant
from backend.audit.sequencer import open_sequencer
from backend.cli.console import Bars, nobody, operator, out, platform, run, settings_for, system
from backend.cli.imports import STAGES, show
from backend.cli.reviews import STAGES as REVIEW_STAGES
from backend.cli.risk import STAGES as RATING_STAGES
from backend.cli.screening import STAGES as SCREENING_STAGES
from backend.cli.serve import serve_until_stopped
from backend.cli.tenants import new_tenant
from backend.core.actor import Actor
from backend.core.clock import system_clock
from backend.core.settings import Settings
from backend.demo import (
    advice,
    applications,
    bank,
    cases,
    complaints,
    contact,
    feedback,
    knowledge,
    life,
    lists,
    loyalty,
    models,
    offers,
    past_reviews,
    people,
    playbooks,
    product_reviews,
    products,
    reach,
    reviews,
    segments,
    targets,
    tasks,
)
from backend.edge.platform import Platform
from backend.jobs.importing import import_berka
from backend.jobs.rating import rate_portfolio
from backend.jobs.reviewing import look_at_movements
from backend.jobs.screening import screen_due

SLUG = "demo"
_ACCOUNTS = 1_200
_SEED = 1999
_AT_WORK: Final = timedelta(days=320)
"""How long colleagues have been there: tasks of earlier months were given to people in their roles."""
_STORIES: Final[tuple[tuple[str, Callable[[cases.Story, Actor], Awaitable[object]]], ...]] = (
    ("Reviewing the customers whose movements stand out …", reviews.tell),
    ("Deciding on applications …", applications.tell),
    ("Advising customers and selling to them …", advice.tell),
    ("Taking in and answering complaints …", complaints.tell),
    ("Taking over the address book …", reach.tell),
    ("Keeping in touch with customers …", contact.tell),
    ("Training models, validating them and scoring the portfolio …", models.tell),
    ("Following prospects up, computing stages and warning of customers …", life.tell),
    ("Booking points of loyal customers …", loyalty.tell),
    ("Writing what the assistant answers from …", knowledge.tell),
    ("Asking customers for feedback …", feedback.tell),
    ("Handing tasks from department to department …", tasks.tell),
    ("Leading customers through playbooks …", playbooks.tell),
    ("Making offers …", offers.tell),
    ("Reviewing products …", product_reviews.tell),
    ("Letting customers earn points by what they did …", loyalty.earn),
    ("Putting the portfolio into segments …", segments.tell),
    ("Computing what was reached against the goals …", targets.tell),
)
"""In the order in which one needs what another left."""


def demo(
    data_dir: Annotated[Path, typer.Option(help="Where the demonstration keeps its database and keys.")] = Path(
        ".tenure/demo"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    berka: Annotated[
        Path | None, typer.Option(help="Folder of the real bank's files; without it a bank is made from a seed.")
    ] = None,
    serve: Annotated[bool, typer.Option(help="Serve when everything is there.")] = True,
) -> None:
    """Set up an institution, take over a bank's customers, and serve it."""
    settings = settings_for(data_dir).model_copy(update={"port": port, "cookie_secure": False})
    run(lambda: _prepare(_without_mail(settings), berka))
    if serve:
        run(lambda: serve_until_stopped(settings))


def _without_mail(settings: Settings) -> Settings:
    """Customers of a story have no mailbox: what two years of it would send is written to files."""
    return settings.model_copy(update={"smtp_host": None})


async def _prepare(settings: Settings, berka: Path | None) -> None:
    started = time.monotonic()
    out.print("Starting PostgreSQL and bringing its schema up to date …")
    async with platform(settings) as opened:
        tenant = await _institution(opened)
        actor = operator(tenant)
        await replace(opened, clock=lambda: system_clock() - _AT_WORK).run(actor, people.hire)
        key = await opened.run(actor, people.register_partner)
        out.print("Writing the catalogue of products …")
        await products.tell(await cases.begin(opened, actor))
        folder = berka or _real_files() or _made_files(settings)
        out.print(f"Taking over the customers of the bank in {folder} …", highlight=False)
        with Bars(STAGES) as progress:
            summary = await import_berka(opened, system(tenant), folder, seed=_SEED, progress=progress)
        show(opened, tenant, summary)
        out.print("Loading the lists that customers are screened against …")
        await lists.load_lists(opened, system(tenant), _shared(), seed=_SEED)
        out.print("Telling the stories of customers who come by themselves …")
        await cases.tell(opened, actor)
        with Bars(SCREENING_STAGES) as progress:
            await screen_due(opened, system(tenant), progress)
        out.print("Reviewing customers since they were first rated …")
        await past_reviews.tell(await cases.begin(opened, actor), system(tenant))
        # After screening: whoever was not looked for counts as possibly exposed, and would be rated high for it.
        with Bars(RATING_STAGES) as progress:
            await rate_portfolio(opened, system(tenant), progress)
        # After rating: a pattern is news about a customer who is known.
        with Bars(REVIEW_STAGES) as progress:
            await look_at_movements(opened, system(tenant), progress)
        for words, told in _STORIES:
            out.print(words)
            await told(await cases.begin(opened, actor), system(tenant))
        sequencer = open_sequencer(settings, opened.database)
        logged = await sequencer.drain(tenant.id)
        await sequencer.close()
        out.print(f"{logged:,} audit entries stand in the signed log.")
    _introduce(settings, key, time.monotonic() - started)


async def _institution(on: Platform) -> Tenant:
    found = await on.run(nobody(), lambda ctx: queries.tenant_by_slug(ctx.session, SLUG))
    return found or await new_tenant(on.database, SLUG, "Demonstration Bank", "CZ", "CZK")


def _shared() -> Path | None:
    """Real data, where it lies beside the checkout."""
    shared = Path(os.environ.get("TENURE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    return shared if shared.is_dir() else None


def _real_files() -> Path | None:
    """The real bank."""
    shared = _shared()
    return shared / "berka" if shared is not None and (shared / "berka").is_dir() else None


def _made_files(settings: Settings) -> Path:
    return bank.write_bank(settings.data_dir / "made-bank", accounts=_ACCOUNTS, seed=_SEED)


def _introduce(settings: Settings, key: str | None, seconds: float) -> None:
    table = Table(title="Sign in with", title_justify="left")
    for heading in ("Institution", "User name", "Password", "Who it is"):
        table.add_column(heading)
    for colleague in people.COLLEAGUES:
        role = colleague.role.replace("_", " ")
        table.add_row(SLUG, colleague.login, people.PASSWORD, f"{colleague.name}, {role} ({colleague.locale})")
    out.print(table)
    if key is not None:
        out.print(
            Panel(
                f"Authorization: Bearer {key}\nX-Tenant: {SLUG}\nPOST http://{settings.host}:{settings.port}/graphql",
                title="A partner system calls with (shown once)",
            )
        )
    out.print(f"Ready after {seconds:.0f} s.")
