"""Customers under review: rated, active, with a day of their next review."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers.models import Customer, Stage
from backend.reviews import service
from backend.reviews.changes import Signal
from backend.reviews.models import Answer, Depth, Outcome, Review, ReviewTrigger, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.service import Verdict
from backend.risk import service as risk
from backend.risk.models import Cause
from tests.factories import onboarding as make

KEPT = Verdict(outcome=Outcome.KEEP, reason="explained")


async def customer(bank: make.Bank, level: str | None = None, due_on: date | None = None, **options: Any) -> UUID:
    """Rated now; `level` and `due_on` then stand on the customer's row as if the rating had said so."""
    party_id = (await make.person(bank, **options)).party_id

    async def started(ctx: Context) -> None:
        await risk.rate(ctx, [party_id], Cause.PORTFOLIO)
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party_id))).one()
        async with ctx.audit("customer.stage", ("party", party_id)):
            row.stage, row.activated_at = Stage.ACTIVE, ctx.now
            row.risk_level = level or row.risk_level
            row.next_review_on = due_on or row.next_review_on

    await bank.run("system", started)
    return party_id


async def at_level(bank: make.Bank, party_id: UUID, level: str, due_on: date) -> None:
    async def change(ctx: Context) -> None:
        row = (await ctx.session.scalars(select(Customer).where(Customer.party_id == party_id))).one()
        async with ctx.audit("risk.rate", ("party", party_id)):
            row.risk_level, row.next_review_on = level, due_on

    await bank.run("system", change)


async def noted(bank: make.Bank, party_id: UUID, kind: TriggerKind, source: str, on: date) -> Review | None:
    found = await bank.platform.run(bank.system, lambda ctx: service.note(ctx, [Signal(party_id, kind, source, on)]))
    return found[0] if found else None


async def found(bank: make.Bank, party_id: UUID) -> list[Review]:
    """The newest first."""
    rows = await bank.run("system", reviews.of_parties, [party_id])
    return rows.get(party_id, [])


async def triggers(bank: make.Bank, review_id: UUID) -> list[ReviewTrigger]:
    rows = await bank.run("system", reviews.triggers_of, [review_id])
    return rows.get(review_id, [])


async def answered(bank: make.Bank, login: str, review: Review, answer: Answer = Answer.SATISFIED) -> None:
    """Taken by the person, and every question answered."""
    await bank.run(login, service.take, review.id)

    async def asked(ctx: Context) -> tuple[str, ...]:
        kind = await reviews.party_kind(ctx, review.party_id)
        return service.in_force(ctx).rules.asked(Depth(review.depth), kind)

    for question in await bank.run("system", asked):
        words = "Look at this" if answer is Answer.CONCERN else None
        await bank.run(login, service.answer, review.id, question, answer, words)


def on(clock: FixedClock, days: int) -> date:
    return clock().date() + timedelta(days=days)


async def told(bank: make.Bank, party_id: UUID) -> set[str]:
    """The names of the events about the party."""

    async def names(ctx: Context) -> set[str]:
        rows = await ctx.session.scalars(select(Outbox))
        return {row.name for row in rows if row.payload.get("party") == str(party_id)}

    return await bank.run("system", names)


async def level(bank: make.Bank, party_id: UUID) -> str | None:
    async def found(ctx: Context) -> str | None:
        return (await ctx.session.scalars(select(Customer.risk_level).where(Customer.party_id == party_id))).one()

    return await bank.run("system", found)
