"""Events in the customer's life: what colleagues recorded, and what the record itself says."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from backend.access.fields import Visibility
from backend.core.rulesets import Wording
from backend.customers.models import Party
from backend.engagement.portrait import queries
from backend.engagement.portrait.known.subject import Subject
from backend.engagement.portrait.models import LifeEvent
from backend.engagement.portrait.rules import Dates, Derived, derived
from backend.engagement.portrait.ruleset import LifeEventRules, life_event_rules
from backend.engagement.portrait.sources import Fact


async def recorded(of: Subject) -> Sequence[Fact]:
    rules = life_event_rules(of.ctx.policies, of.ctx.now.date()).rules
    return [_recorded(of, rules, row) for row in await queries.life_events(of.ctx, of.party_id)]


async def computed(of: Subject) -> Sequence[Fact]:
    rules, today = life_event_rules(of.ctx.policies, of.ctx.now.date()).rules, of.ctx.now.date()
    found = derived(await _dates(of, rules), today, rules.ahead_days)
    return [_derived(each, of.party_id) for each in found]


async def _dates(of: Subject, rules: LifeEventRules) -> Dates:
    born = await _birth_date(of)
    if not of.ctx.may("view", "holding", of.access):
        return Dates(birth_date=born, customer_since=of.since)
    return Dates(
        birth_date=born,
        customer_since=of.since,
        first_income_on=await queries.first_income(of.ctx, of.party_id, rules.income_purposes),
        loans=await queries.loans(of.ctx, of.party_id, rules.loans_running),
        maturities=await queries.maturities(of.ctx, of.party_id),
    )


async def _birth_date(of: Subject) -> date | None:
    """Only whoever sees it in clear is told of a birthday."""
    if of.sight.visible["birth_date"] is not Visibility.CLEAR:
        return None
    sealed = await of.ctx.session.scalar(select(col(Party.birth_date)).where(col(Party.id) == of.party_id))
    text = of.sight.open("birth_date", ("party", "birth_date"), of.party_id, sealed)
    return None if text is None else date.fromisoformat(text)


def _recorded(of: Subject, rules: LifeEventRules, row: LifeEvent) -> Fact:
    kind = rules.kind(row.kind or "")
    words = None if kind is None else Wording(en=kind.en, zh_CN=kind.zh_CN)
    note = _note(of, row)
    value = row.happens_on or row.recorded_at.date()
    reasons = () if note is None else (note,)
    record = ("life_event", row.id)
    return Fact("life", f"event.{row.kind}", value, "people", value, words=words, record=record, reasons=reasons)


def _note(of: Subject, row: LifeEvent) -> str | None:
    """As far as notes of the relationship are the reader's to see."""
    return of.sight.open("note", ("life_event", "note"), row.id, row.note)


def _derived(each: Derived, party_id: UUID) -> Fact:
    reasons = () if each.years is None else (str(each.years),)
    return Fact("life", each.kind, each.on, each.source, each.on, record=("customer", party_id), reasons=reasons)
