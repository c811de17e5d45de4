"""`tenure models`: the inventory, training, scoring, the watch, cards and the golden table from a console."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import typer

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
    refusals,
    run,
    settings_for,
    system,
    tell,
)
from backend.engagement.models import queries, service
from backend.engagement.models.card import STATES, card, figure
from backend.engagement.models.models import ModelVersion, ScoringModel
from backend.engagement.models.ruleset import ModelRules
from backend.engagement.models.words import failure_words
from backend.jobs import scoring as jobs

app = typer.Typer(help="Models of the customer's life.", no_args_is_help=True)
STAGES: Final = {
    "read": "Reading the portfolio",
    "learn": "Learning",
    "compare": "Comparing",
    "score": "Scoring by models",
}
Code = Annotated[str, typer.Argument(help="churn, value, activity, rfm, or propensity:<product code>.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Without it the ledger's last day.")]


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """The inventory: every model with its newest version and the one in use."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            rows = await opened.run(system(where), _inventory)
        table = listing("Model", "Tier", "Newest", "Trained", "Champion", "Out of bounds")
        for row in rows:
            table.add_row(*row)
        out.print(table)

    run(work)


async def _inventory(ctx: Context) -> list[tuple[str, ...]]:
    models = await queries.models(ctx)
    versions = await queries.versions_of(ctx, [model.id for model in models])
    return [await _line(ctx, model, versions.get(model.id, [])) for model in models]


async def _line(ctx: Context, model: ScoringModel, versions: list[ModelVersion]) -> tuple[str, ...]:
    newest = f"{versions[0].number} {STATES[versions[0].state]}" if versions else "—"
    trained = "—" if not versions or versions[0].trained_at is None else f"{versions[0].trained_at:%Y-%m-%d}"
    champion = next((each for each in versions if each.state == "champion"), None)
    watched = [] if champion is None else await queries.watches_of(ctx, [champion.id], limit=1)
    beyond = str(watched[0].breaches) if watched else "—"
    return model.code, str(model.tier), newest, trained, str(champion.number if champion else "—"), beyond


@app.command()
def train(
    code: Code,
    as_of: Day = None,
    horizon: Annotated[int | None, typer.Option(min=1, max=24, help="Months; without it the rule-set's.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Train a model; the new version is handed to validation in the web client, by a person."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, day = system(await institution(opened, tenant)), None if as_of is None else as_of.date()
            draft = await opened.run(actor, lambda ctx: service.request(ctx, code, as_of=day, horizon_months=horizon))
            with Bars(STAGES) as progress:
                trained = await jobs.train_one(opened, actor, draft.id, progress)
        _tell(code, trained)

    run(work)


def _tell(code: str, version: ModelVersion) -> None:
    if version.failure is not None:
        tell(f"{code} {version.number} was not trained: {failure_words('en', version.failure)}")
        raise typer.Exit(1)
    tell(f"{code} {version.number}: {version.rows:,} customers, outcomes up to {version.as_of}.")
    table = listing("Measure", "Value", "Low", "High")
    for each in version.metrics:
        table.add_row(str(each["name"]), figure(each["value"]), figure(each["low"]), figure(each["high"]))
    out.print(table)


@app.command()
def score(as_of: Day = None, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Score the portfolio by every champion and challenger that has not scored the day yet, and watch them."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(STAGES) as progress:
                runs = await jobs.score_portfolio(opened, actor, progress, None if as_of is None else as_of.date())
            watched = await opened.run(actor, lambda ctx: _watched(ctx, [each.version_id for each in runs]))
        for each in runs:
            told = watched.get(each.id, 0)
            tell(f"{each.purpose}: {each.customers:,} customers as of {each.as_of}, {told} measures out of bounds.")
        if not runs:
            tell("Nothing to score: every champion and challenger has scored that day, or there is none.")

    run(work)


async def _watched(ctx: Context, version_ids: list[UUID]) -> dict[UUID, int]:
    return {each.run_id: each.breaches for each in await queries.watches_of(ctx, version_ids)}


@app.command("card")
def card_(
    code: Code,
    number: Annotated[int | None, typer.Option(help="Of the version; without it the champion, or the newest.")] = None,
    locale: Annotated[str, typer.Option(help="en or zh_CN.")] = "en",
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """The model card as Markdown."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = replace(system(await institution(opened, tenant)), locale=locale)
            written = await opened.run(actor, lambda ctx: _card(ctx, code, number))
        typer.echo(written)

    run(work)


async def _card(ctx: Context, code: str, number: int | None) -> str:
    model = await queries.model(ctx, code)
    versions = (await queries.versions_of(ctx, [model.id])).get(model.id, [])
    wanted = [each for each in versions if each.number == number] if number else versions
    champion = [each for each in wanted if each.state == "champion"]
    return (await card(ctx, model, next(iter([*champion, *wanted]), None))).markdown()


@app.command()
def golden(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, help="The folder of the published data sets.")],
    out_file: Annotated[Path | None, typer.Option("--out", help="Write the table into this Markdown file.")] = None,
) -> None:
    """Compute every published figure again: what was published, what was reached, whether it is met."""
    from risk_models.golden import markdown, table  # noqa: PLC0415 - scikit-learn and its friends take a second

    with refusals():
        found = table(data)
    if out_file is not None:
        out_file.write_text(markdown(found), encoding="utf-8")
    shown = listing("Model", "Data", "Measure", "Published", "Reached", "Met")
    for row in found.to_dict(orient="records"):
        figures = (f"{row[name]:.6g}" for name in ("published", "reached"))
        names = (str(row[name]) for name in ("model", "data", "measure"))
        shown.add_row(*names, *figures, "yes" if row["met"] else "no")
    out.print(shown)
    if not found["met"].all():
        raise typer.Exit(1)


add_check(app, "a rule-set of models", ModelRules)
