"""`tenure playbooks`: what is in force, what is due taken now, and what came of it."""

from typing import Final

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
from backend.engagement.playbooks.effect import Effect, measured
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.queries import courses, goals
from backend.engagement.playbooks.ruleset import Playbook, playbooks_on
from backend.jobs import playbooks as jobs
from risk_models.estimate import Estimate

app = typer.Typer(help="Playbooks: customers led through steps, and what that does.", no_args_is_help=True)
STAGES: Final = {
    "playbooks.observe": "Looking for goals",
    "playbooks.take_up": "Taking customers up",
    "playbooks.go_on": "Taking steps",
    "playbooks.finish": "Ending the control group",
}


@app.command("run")
def run_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Do what is due now, as the schedule does every minute."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            with Bars(STAGES) as progress:
                done = await jobs.run_all(opened, actor, progress)
            entered, moved, reached = (done[f"playbooks.{name}"] for name in ("take_up", "go_on", "observe"))
            tell(f"{entered:,} customers taken up, {moved:,} courses moved, {reached:,} goals reached.")

    run(work)


@app.command("list")
def list_(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Playbooks in force, how many are under way, and their effect against those who were left alone."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:

            async def shown(ctx: Context) -> Table:
                paused, table = await courses.pauses(ctx), listing("Playbook", "Steps", "Under way", "Effect", "State")
                for code, loaded in playbooks_on(ctx.policies, ctx.now.date()).items():
                    parts = await goals.strata(ctx, code)
                    figures = goals.together(parts)
                    running = sum(figures[arm].running for arm in Arm)
                    told = _told(measured(figures, loaded.rules.holdout_bp, parts))
                    state = "paused" if code in paused else "running"
                    table.add_row(code, str(len(loaded.rules.steps)), f"{running:,}", told, state)
                return table

            out.print(await opened.run(system(await institution(opened, tenant)), shown))

    run(work)


def _told(effect: Effect) -> str:
    """The verdict, with the difference in percentage points where one can be told."""
    verdict = effect.verdict.value.replace("_", " ")
    return verdict if effect.difference is None else f"{_points(effect.difference)} ({verdict})"


def _points(found: Estimate) -> str:
    low, high = found.low or 0.0, found.high or 0.0
    return f"{found.value * 100:+.1f} ({low * 100:+.1f} to {high * 100:+.1f})"


def _said(rules: Playbook) -> str:
    return f"{rules.id}: {len(rules.steps)} steps, {rules.messages} messages at most, in order."


add_check(app, "a playbook", Playbook, said=_said)
