"""`tenure feedback`: customers asked by hand, results of a period, rule-sets read."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from backend.access.context import Context
from backend.cli.checking import add_check
from backend.cli.console import DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.edge.survey_links import survey_links
from backend.jobs import feedback as jobs
from backend.servicing.feedback import statistics
from backend.servicing.feedback.frames import Period, feedback_frame
from backend.servicing.feedback.ruleset import THEMES, SurveyRules, ThemeRules, survey_rules

app = typer.Typer(help="Surveys: ask, count, check.", no_args_is_help=True)
_BATCH: Final = 100


@app.command("ask")
def ask(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Ask whoever is due today, after paid claims and once a year; end answers whose time is over; look at products."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, links, closed = system(await institution(opened, tenant)), survey_links(opened), 0
            asked = await opened.run(actor, lambda ctx: jobs.ask_daily(ctx, links))
            while batch := await opened.run(actor, lambda ctx: jobs.close_expired(ctx, _BATCH)):
                closed += batch
            low = await opened.run(actor, jobs.look_at_products)
            tell(f"{asked:,} customers asked, {closed:,} answers final, {low:,} products with discontented customers.")

    run(work)


@app.command("results")
def results(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of asking.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of asking.")],
    survey: Annotated[str, typer.Option(help="Code of the survey.")] = "relationship",
    by: Annotated[str, typer.Option(help=", ".join(statistics.DIMENSIONS))] = "product_code",
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Score with its 95 % interval, response and sentiment, by product, channel, team, occasion or month."""
    if by not in statistics.DIMENSIONS:
        raise typer.BadParameter(", ".join(statistics.DIMENSIONS), param_hint="--by")
    period = Period(since.date(), until.date() + timedelta(days=1))

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def counted(ctx: Context) -> Table:
                kind = survey_rules(ctx.policies, ctx.now.date()).rules.named(survey).kind
                frame = await feedback_frame(ctx, period, survey)
                table = Table(by, kind.value.upper(), "95 %", "Answers", "Asked", "Response %", "Negative")
                for each in (*statistics.by(frame, kind, by), statistics.counted(frame, kind)):
                    table.add_row(*_row(each))
                return table

            out.print(await opened.run(system(where), counted))

    run(work)


def _row(each: statistics.Result) -> tuple[str, ...]:
    score = each.score
    value = "—" if score is None else str(score.value)
    interval = "—" if score is None or score.low is None else f"{score.low} … {score.high}"
    response = "—" if each.response is None else str(each.response)
    return (each.key or "—", value, interval, str(each.answers), str(each.asked), response, str(each.negative))


add_check(app, "a rule-set of surveys or themes", SurveyRules, within={Path(THEMES).name: ThemeRules})
