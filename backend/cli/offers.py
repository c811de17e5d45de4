"""`tenure offers`: how often offers were accepted, why not, and the rule-set read."""

from datetime import datetime, timedelta
from typing import Annotated, Final

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
from backend.engagement.offers import queries
from backend.engagement.offers.chances import acceptance
from backend.engagement.offers.ruleset import OfferRules
from backend.jobs import offers as jobs

app = typer.Typer(help="Next best offers: answers and rates.", no_args_is_help=True)
_DAYS: Final = 365


@app.command("statistics")
def statistics(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A year back unless told otherwise.")
    ] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Answers by product: the share that accepted with its interval, what was expected, and why others did not."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:

            async def shown(ctx: Context) -> tuple[Table, Table]:
                first = (ctx.now - timedelta(days=_DAYS)).date() if since is None else since.date()
                answers = listing("Product", "Answers", "Accepted %", "Interval", "Expected %", "Sold")
                for each in await queries.tallies(ctx, first):
                    rate = acceptance(each.accepted, each.accepted + each.declined)
                    told = ("—", "—") if rate is None else (f"{rate.value:.1%}", f"{rate.low:.1%} to {rate.high:.1%}")
                    answers.add_row(
                        each.product_code, str(each.answered), *told, f"{each.expected:.1%}", str(each.sold)
                    )
                reasons = listing("Reason", "Times")
                for reason, count in (await queries.declines(ctx, first)).items():
                    reasons.add_row(reason, str(count))
                return answers, reasons

            for table in await opened.run(system(await institution(opened, tenant)), shown):
                out.print(table)

    run(work)


@app.command("rank")
def rank(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Rank the best offer to everybody, as every night does."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(jobs.STAGES) as progress:
                found = await jobs.rank_all(opened, actor, progress)
            tell(f"{found:,} customers have an offer.")

    run(work)


add_check(app, "a rule-set of offers", OfferRules)
