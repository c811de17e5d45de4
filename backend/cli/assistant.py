"""`tenure assistant`: asked, measured and calibrated from a console."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml
from pydantic import TypeAdapter, ValidationError
from rich.table import Table

from backend.access.context import Context
from backend.cli.console import DataDir, TenantSlug, institution, out, platform, run, settings_for, system, tell
from backend.core.rulesets import load
from backend.servicing.assistant import evaluation, queries, rules, service
from backend.servicing.assistant.evaluation import Asked, Judged, Measured
from backend.servicing.assistant.models import Audience, ConversationState, Outcome
from backend.servicing.assistant.reading import CHINESE, ENGLISH, language_of
from backend.servicing.assistant.retrieval import Index
from backend.servicing.assistant.ruleset import AssistantRules, Confidence, assistant_rules
from risk_models.proportion import share_estimate

app = typer.Typer(help="The assistant: ask, evaluate, calibrate.", no_args_is_help=True)
_LOCALES: Final = (ENGLISH, CHINESE)
_QUESTIONS: Final = TypeAdapter(list[Asked])
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML: a list of {q, article} or {q, refuse}.")]


def _read(file: Path) -> list[Asked]:
    """Raises BadParameter, naming what cannot be read."""
    try:
        return _QUESTIONS.validate_python(yaml.safe_load(file.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise typer.BadParameter(f"{file.name}: {error}", param_hint="FILE") from error


async def _indexes(ctx: Context) -> tuple[AssistantRules, dict[str, Index]]:
    """What customers may be told today."""
    day = ctx.now.date()
    under = assistant_rules(ctx.policies, day).rules
    found = {}
    for locale in _LOCALES:
        entries = await queries.quotable(ctx, Audience.CUSTOMER, locale, under.looked_at_since(day), day)
        found[locale] = Index(entries, locale, under.same(locale))
    return under, found


@app.command()
def evaluate(
    file: File,
    wrong: Annotated[bool, typer.Option("--wrong", help="Also list every question that went wrong.")] = False,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Deflection, wrong answers and citations on questions whose right answer is known, from the articles in force."""
    asked = _read(file)

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            under, indexes = await opened.run(actor, _indexes)
            judged = evaluation.judge(under, indexes, asked)
            _show(evaluation.measured(judged))
            if wrong:
                _list(judged)

    run(work)


def _show(found: Measured) -> None:
    table = Table("Figure", "Value")
    table.add_row("Questions with an article", f"{found.answerable:,}")
    table.add_row("Deflection: answered from the right one", f"{found.deflected:,} ({found.deflection:.1%})")
    table.add_row("Wrong answers, of all answers", f"{found.wrong:,} of {found.answers:,} ({found.wrong_share:.1%})")
    table.add_row("Answers with a place", f"{found.cited:,} of {found.answers:,}")
    table.add_row("Left to people by rule", f"{found.refused:,} of {found.refusable:,}")
    table.add_row("Held back where nobody wrote anything", f"{found.held_back:,} of {found.others:,}")
    out.print(table)


def _list(judged: list[Judged]) -> None:
    table = Table("Question", "Right", "Came", "Confidence")
    for each in judged:
        right = each.asked.article or each.asked.refuse or "—"
        came = each.answered_by or each.decision.topic or "—"
        if came != right:
            table.add_row(each.asked.q, right, came, f"{each.decision.confidence:.2f}")
    out.print(table)


@app.command()
def figures(
    days: Annotated[int, typer.Option(min=1, max=3650, help="So many days up to today.")] = 90,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What was really asked: how much the assistant answered itself, and which answers people said did not help."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            found = await opened.run(actor, lambda ctx: queries.tally(ctx, ctx.now.date() - timedelta(days=days)))
            _count(found, days)

    run(work)


def _count(found: queries.Tally, days: int) -> None:
    asked, answered = sum(found.outcomes.values()), found.outcomes.get(Outcome.ANSWERED, 0)
    table = Table("Figure", "Value")
    table.add_row(f"Questions in {days:,} days", f"{asked:,}")
    table.add_row("Deflection: answered by the assistant", _of(answered, asked))
    table.add_row(
        "Wrong answers: said not to have helped, of all rated", _of(found.unhelpful, found.helpful + found.unhelpful)
    )
    table.add_row("Left to people by rule", _of(found.outcomes.get(Outcome.REFUSED, 0), asked))
    table.add_row("Not sure", _of(found.outcomes.get(Outcome.UNSURE, 0), asked))
    table.add_row("Conversations that wait for a colleague", f"{found.states.get(ConversationState.HANDED_OVER, 0):,}")
    table.add_row("Conversations that a colleague answered", f"{found.states.get(ConversationState.REPLIED, 0):,}")
    out.print(table)


def _of(part: int, whole: int) -> str:
    """With Wilson's 95 % interval."""
    if not whole:
        return "—"
    share = share_estimate("share", float(part), float(whole))
    return f"{part:,} of {whole:,} ({share.value:.1%}, 95 %: {share.low:.1%} to {share.high:.1%})"


@app.command()
def overdue(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Make work of articles whose day to be looked at again has come; what the job does every morning."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor, placed = system(await institution(opened, tenant)), 0
            while batch := await opened.run(actor, service.place_overdue):
                placed += batch
            tell(f"{placed:,} articles became work.")

    run(work)


@app.command()
def calibrate(file: File, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Fit the confidence on questions whose article is known; propose what is printed as a change of the rule-set."""
    asked = _read(file)

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            under, indexes = await opened.run(actor, _indexes)
            for locale in _LOCALES:
                found = evaluation.calibrated(indexes[locale].entries, asked, locale, under.same(locale))
                tell(_line(locale, found))

    run(work)


def _line(locale: str, found: Confidence) -> str:
    values = ", ".join(f"{name}: {value}" for name, value in found.model_dump().items())
    return f"  {locale}: {{{values}}}"


@app.command()
def ask(question: str, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """What a customer would be answered; nothing is written down."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            actor = system(await institution(opened, tenant))
            under, indexes = await opened.run(actor, _indexes)
            locale = language_of(question)
            found = rules.decide(under, locale, question, indexes[locale].search(question))
            tell(f"{found.outcome} ({found.confidence:.2f}){'' if found.topic is None else f', {found.topic}'}")
            if found.hit is not None:
                for number in found.paragraphs:
                    tell(found.hit.entry.paragraphs[number - 1], f"{found.hit.entry.code}, paragraph {number}:")

    run(work)


@app.command()
def check(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read a rule-set of the assistant and name what is wrong with it, line by line; nothing is stored."""

    async def work() -> None:
        found = load(file, AssistantRules).rules
        words = Counter(word for groups in found.synonyms.values() for group in groups for word in group)
        double = sorted(word for word, count in words.items() if count > 1)
        tell(f"{found.id}: in order." + (f" Words of several groups: {', '.join(double)}." if double else ""))

    run(work)
