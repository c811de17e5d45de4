"""The portrait of a customer: everything that is known, each fact with its source and its day; and life events."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.request import Info
from backend.api.scalars import Money
from backend.core import money
from backend.core.rulesets import Wording
from backend.engagement.models.service import in_force
from backend.engagement.portrait import service
from backend.engagement.portrait.ruleset import life_event_rules
from backend.engagement.portrait.sources import Fact


@strawberry.enum(description="How a fact's value is written.")
class PortraitValue(Enum):
    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    MONEY = "money"


@strawberry.type(
    description=(
        "One fact: `value` as text, exact and without a language; of a CODE `vocabulary` is the group of words that it"
        " belongs to. `source` says where it is known from, `on` for which day it holds."
    )
)
class PortraitFact:
    group: str
    code: str
    words: str | None
    kind: PortraitValue
    value: str
    money: Money | None
    vocabulary: str | None
    source: str
    on: date | None
    record: str | None
    record_id: UUID | None
    reasons: list[str] = strawberry.field(directives=[Cost(weight=0, size=3)])
    source_words: str | None = strawberry.field(description="The name of the model that it is known from.")


@strawberry.type(description="On the last day of a month, in the institution's currency.")
class PortraitBalance:
    on: date
    amount: Decimal


@strawberry.type(description="A word of the rule-set for events.")
class LifeEventKind:
    code: str
    words: str


@strawberry.type(description="What the reader may not see is not in it.")
class Portrait:
    party_id: UUID
    as_of: date
    currency: str
    may_record: bool
    facts: list[PortraitFact] = strawberry.field(directives=[Cost(weight=0, size=60)])
    balances: list[PortraitBalance] = strawberry.field(directives=[Cost(weight=0, size=24)])
    event_kinds: list[LifeEventKind] = strawberry.field(directives=[Cost(weight=0, size=12)])


@strawberry.type
class LifeEvent:
    id: UUID
    party_id: UUID


LifeEventResult = Annotated[
    LifeEvent | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("LifeEventResult"),
]


@strawberry.type
class PortraitQuery:
    @resolved("Everything that is known of a customer, in one picture. Noted in the log.", weight=40)
    async def portrait(self, info: Info, party_id: UUID) -> Portrait:
        async def found(ctx: Context) -> Portrait:
            return _portrait(ctx, await service.portrait(ctx, party_id))

        return await info.context.read(found)


@strawberry.type
class PortraitMutation:
    @changes("Records an event in a customer's life.")
    async def record_life_event(
        self, info: Info, party_id: UUID, kind: str, on: date, note: str | None = None, idempotency_key: Key = None
    ) -> LifeEventResult:
        outcome = await write(
            info,
            lambda ctx: service.record_event(ctx, party_id, kind, on, note),
            lambda row: row.id,
            key=idempotency_key,
            given=[str(party_id), kind, on.isoformat(), note],
        )
        return outcome if isinstance(outcome, Problem) else LifeEvent(id=outcome, party_id=party_id)

    @changes("Takes a recorded event back.")
    async def withdraw_life_event(self, info: Info, event_id: Id, idempotency_key: Key = None) -> LifeEventResult:
        outcome = await write(
            info,
            lambda ctx: service.withdraw_event(ctx, event_id),
            lambda row: row.party_id,
            key=idempotency_key,
            given=str(event_id),
        )
        return outcome if isinstance(outcome, Problem) else LifeEvent(id=event_id, party_id=outcome)


def _portrait(ctx: Context, found: service.Portrait) -> Portrait:
    kinds = life_event_rules(ctx.policies, ctx.now.date()).rules.kinds if found.may_record else ()
    return Portrait(
        party_id=found.party_id,
        as_of=found.as_of,
        currency=found.currency,
        may_record=found.may_record,
        facts=[_fact(each, ctx) for each in found.facts],
        balances=[PortraitBalance(on=each.on, amount=each.amount) for each in found.balances],
        event_kinds=[LifeEventKind(code=kind.code, words=kind.text(ctx.actor.locale)) for kind in kinds],
    )


def _fact(fact: Fact, ctx: Context) -> PortraitFact:
    locale = ctx.actor.locale
    kind, text = _written(fact, locale)
    record, record_id = fact.record or (None, None)
    return PortraitFact(
        group=fact.group,
        code=fact.code,
        words=None if fact.words is None else fact.words.text(locale),
        kind=kind,
        value=text,
        money=Money.of(fact.value) if isinstance(fact.value, money.Money) else None,
        vocabulary=fact.vocabulary,
        source=fact.source,
        on=fact.on,
        record=record,
        record_id=record_id,
        reasons=list(fact.reasons),
        source_words=_model_words(ctx, fact.source),
    )


def _model_words(ctx: Context, source: str) -> str | None:
    """Of `model:<code>:<version>`."""
    if not source.startswith("model:"):
        return None
    code = source.removeprefix("model:").rpartition(":")[0]
    return in_force(ctx).rules.definition(code).wording.text(ctx.actor.locale)


def _written(fact: Fact, locale: str) -> tuple[PortraitValue, str]:
    value = fact.value
    if isinstance(value, Wording):
        return PortraitValue.TEXT, value.text(locale)
    if isinstance(value, money.Money):
        return PortraitValue.MONEY, f"{value.amount:f}"
    if isinstance(value, date):
        return PortraitValue.DAY, value.isoformat()
    if isinstance(value, bool):
        return PortraitValue.CODE, "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return PortraitValue.SHARE if fact.share else PortraitValue.NUMBER, f"{value}"
    return (PortraitValue.CODE if fact.vocabulary is not None else PortraitValue.TEXT), value
