"""`tenure suitability` and `tenure selling`: assessments recomputed and ended, and what may be sold to a customer."""

from datetime import datetime
from typing import Annotated, Final

import typer
from rich.table import Table
from sqlmodel import select

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
from backend.core.errors import NotFound
from backend.customers.models import Customer
from backend.jobs import assessing
from backend.products import queries as products
from backend.products.attributes import attributes_on
from backend.products.selling import matching
from backend.products.selling.ruleset import selling_rules
from backend.products.selling.wording import Speaker
from backend.products.suitability.queries import jurisdiction
from backend.products.suitability.questionnaire import Questionnaire, in_force

suitability = typer.Typer(help="Assessments of customers.", no_args_is_help=True)
selling = typer.Typer(help="What may be sold to whom.", no_args_is_help=True)
STAGES: Final = {"replay": "Recomputing assessments", "due": "Looking at assessments"}
_SHOWN: Final = 20


class UnknownNumber(NotFound):
    code = "selling.unknown_number"
    text = "There is no customer with the number {number}."


@suitability.command("replay")
def replay(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Recompute every assessment from its sealed answers and the text it names; exit 1 when any comes out otherwise."""

    async def work() -> bool:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars(STAGES) as progress:
                found = await assessing.replay_all(opened, system(where), progress)
            for difference in found.differences[:_SHOWN]:
                tell(f"{difference.assessment_id}: {', '.join(difference.what)}", "differs", "red")
            erased = f" {found.erased:,} of erased customers cannot be read any more." if found.erased else ""
            tell(f"{found.checked:,} assessments recomputed, {len(found.differences):,} differ.{erased}")
            return not found.differences

    if not run(work):
        raise typer.Exit(1)


@suitability.command("due")
def due(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """End assessments whose time is over, and tell of those that will be soon."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)
            with Bars(STAGES) as progress:
                ended, told = await assessing.look_at_due(opened, system(where), progress)
            tell(f"{ended:,} ended, {told:,} told of.")

    run(work)


@suitability.command("questionnaires")
def questionnaires(tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """The questionnaires in force today."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def found(ctx: Context) -> Table:
                table = Table("Questionnaire", "Kind", "Questions", "Valid for", "A day / a year", "SHA-256")
                for name, loaded in sorted(in_force(ctx.policies, ctx.now.date()).items()):
                    rules = loaded.rules
                    often = f"{rules.limits.per_day} / {rules.limits.per_year}"
                    months = f"{rules.validity_months} months"
                    table.add_row(name, rules.kind, str(len(rules.questions)), months, often, loaded.sha256[:12])
                return table

            out.print(await opened.run(system(where), found))

    run(work)


def _said(rules: Questionnaire) -> str:
    return f"{rules.id}: {len(rules.questions)} questions, {rules.span[0]} to {rules.span[1]} points."


add_check(suitability, "a questionnaire", Questionnaire, said=_said)


@selling.command("can-sell")
def can_sell(
    number: Annotated[str, typer.Argument(help="The customer's number.")],
    product: Annotated[str | None, typer.Option(help="One product; without it, every product of the day.")] = None,
    channel: Annotated[str, typer.Option(help="How it would be sold.")] = "branch",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Another day than today.")] = None,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """What may be sold to a customer, and what stands against the rest."""

    async def work() -> None:
        async with platform(settings_for(data_dir)) as opened:
            where = await institution(opened, tenant)

            async def asked(ctx: Context) -> Table:
                day = ctx.now.date() if on is None else on.date()
                row = (await ctx.session.scalars(select(Customer).where(Customer.number == number))).first()
                if row is None:
                    raise UnknownNumber(number=number)
                codes = None if product is None else [product]
                answers = await matching.can_sell_many(ctx, row.party_id, codes, channel, day)
                rules = selling_rules(ctx.policies, day, await jurisdiction(ctx)).rules
                speaker = Speaker(rules, attributes_on(ctx.policies, day).rules, ctx.actor.locale)
                offers = (await products.effective(ctx, day)).by_code
                table = listing("Product", "Answer", "Reasons")
                for code, answer in sorted(answers.items()):
                    definition = offers[code].definition if code in offers else None
                    told = "\n".join(reason.text for reason in speaker.answer(answer, definition))
                    table.add_row(code, answer.allowed.value, told)
                return table

            out.print(await opened.run(system(where), asked))

    run(work)
