"""One picture of a customer from everything that is known; and the events in a life that colleagues record."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.customers.errors import PartyNotFound
from backend.customers.queries.sight import facts, sights
from backend.customers.service.loading import party_for
from backend.engagement.facts import as_of_day, portfolio_facts
from backend.engagement.portrait import queries, rules
from backend.engagement.portrait.errors import LifeEventDayOutOfRange, LifeEventUnknown, LifeEventWithdrawn
from backend.engagement.portrait.known import language, life, money, relationship
from backend.engagement.portrait.known.subject import Subject
from backend.engagement.portrait.models import LifeEvent
from backend.engagement.portrait.rules import Balance
from backend.engagement.portrait.ruleset import LifeEventRules, life_event_rules
from backend.engagement.portrait.sources import GROUPS, Fact, registered

_MONTHS: Final = 24
_EARLIEST: Final = date(1900, 1, 1)
_AHEAD: Final = 120
_OWN: Final[tuple[Callable[[Subject], Awaitable[Sequence[Fact]]], ...]] = (
    relationship.standing,
    relationship.segment,
    relationship.ties,
    language.written,
    money.holdings,
    money.figures,
    money.scores,
    life.recorded,
    life.computed,
    relationship.complaint,
    relationship.consent,
)


@dataclass(frozen=True, slots=True)
class Portrait:
    """`as_of`: up to when holdings are known; `balances` are empty where they are not the reader's to see."""

    party_id: UUID
    as_of: date
    currency: str
    facts: tuple[Fact, ...]
    balances: tuple[Balance, ...]
    may_record: bool


async def portrait(ctx: Context, party_id: UUID) -> Portrait:
    """Raises PartyNotFound, NotAllowed, PartyClosed of a merged record and PartyErased. What the actor may not see is
    not in it."""
    of = await _subject(ctx, party_id)
    await party_for(ctx, party_id, "view", queries.PORTRAIT)
    found: list[Fact] = []
    for own in _OWN:
        found += await own(of)
    for source in registered().values():
        found += await source(ctx, party_id)
    return Portrait(
        party_id=party_id,
        as_of=of.as_of,
        currency=of.currency,
        facts=tuple(sorted(found, key=lambda fact: GROUPS.index(fact.group))),
        balances=tuple(await _balances(of)),
        may_record=ctx.may("record", queries.LIFE_EVENT, of.access),
    )


async def record_event(ctx: Context, party_id: UUID, kind: str, on: date, note: str | None) -> LifeEvent:
    """Raises PartyNotFound, NotAllowed, LifeEventUnknown, LifeEventDayOutOfRange."""
    await party_for(ctx, party_id, "record", queries.LIFE_EVENT)
    loaded = life_event_rules(ctx.policies, ctx.now.date())
    _check(loaded.rules, kind, on, ctx.now.date())
    id_, text = new_id(), (note or "").strip()
    row = LifeEvent(
        id=id_,
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=kind,
        happens_on=on,
        note=ctx.vault.seal("life_event", "note", id_, party_id, text) if text else None,
        recorded_by=ctx.actor.id,
        recorded_at=ctx.now,
    )
    async with ctx.audit("life_event.record", ("party", party_id), ruleset=loaded.sha256):
        ctx.session.add(row)
    await ctx.emit("life_event.recorded", party_id, {"event": str(row.id), "kind": kind})
    return row


async def withdraw_event(ctx: Context, event_id: UUID) -> LifeEvent:
    """Raises LifeEventNotFound, NotAllowed, LifeEventWithdrawn."""
    row = await queries.life_event(ctx, event_id)
    ctx.require("record", queries.LIFE_EVENT, await facts(ctx, row.party_id))
    if row.withdrawn_at is not None:
        raise LifeEventWithdrawn()
    async with ctx.audit("life_event.withdraw", ("party", row.party_id)):
        row.withdrawn_at, row.withdrawn_by = ctx.now, ctx.actor.id
    return row


def _check(rules_: LifeEventRules, kind: str, on: date, today: date) -> None:
    if rules_.kind(kind) is None:
        raise LifeEventUnknown(field="kind", given=kind, known=", ".join(each.code for each in rules_.kinds))
    if not _EARLIEST <= on <= months_later(today, _AHEAD):
        raise LifeEventDayOutOfRange(field="on")


async def _subject(ctx: Context, party_id: UUID) -> Subject:
    sight = (await sights(ctx, [party_id])).get(party_id)
    if sight is None:
        raise PartyNotFound()
    ctx.require("view", queries.PORTRAIT, sight.facts)
    as_of = await as_of_day(ctx)
    sees = ctx.may("view", "holding", sight.facts)
    return Subject(
        ctx=ctx,
        party_id=party_id,
        access=sight.facts,
        sight=sight,
        customer=await queries.customer(ctx, party_id),
        as_of=as_of,
        currency=await queries.currency(ctx),
        figures=_figures(await portfolio_facts(ctx, as_of, [party_id])) if sees else {},
    )


def _figures(frame: pd.DataFrame) -> dict[str, Any]:
    """The one row, None for what is not known; empty for somebody who is no customer."""
    if frame.empty:
        return {}
    row = frame.iloc[0].to_dict()
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


async def _balances(of: Subject) -> list[Balance]:
    if not of.ctx.may("view", "holding", of.access):
        return []
    booked = await queries.booked(of.ctx, of.party_id, of.as_of, of.currency)
    return rules.balances(rules.month_ends(of.as_of, _MONTHS), booked)
