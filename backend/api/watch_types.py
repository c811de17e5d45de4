"""What an early warning is to whoever reads it: its signals with their figures, what was done, how it ended."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.api.stages import LifeWord
from backend.customers.queries.sight import sights
from backend.engagement.watch import models, queries
from backend.engagement.watch.ruleset import watch_policy


@strawberry.enum
class WarningState(Enum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ACTED = "acted"
    CLOSED = "closed"


@strawberry.enum
class WarningSeverity(Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@strawberry.enum
class WarningOutcome(Enum):
    RECOVERED = "recovered"
    CHURNED = "churned"
    MERGED = "merged"


@strawberry.enum(description="How the figure of a signal is read; money is in minor units.")
class SignalUnit(Enum):
    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    MONTHS = "months"


@strawberry.type(description="A signal that fires, and what it looked at.")
class WarningSignal:
    code: str
    words: str
    severity: WarningSeverity | None
    unit: SignalUnit | None
    value: float | None


@strawberry.type(description="What a person did about a warning.")
class WarningStep:
    kind: WarningState
    act: str | None = strawberry.field(description="The words of what was done.")
    until: date | None
    note: str | None
    at: datetime
    by_id: strawberry.Private[UUID]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.by_id)


@strawberry.type(description="At most one of a customer is not closed; it closes when the facts say how it ended.")
class EarlyWarning:
    id: UUID
    state: WarningState
    severity: WarningSeverity
    signals: list[WarningSignal] = strawberry.field(directives=[Cost(weight=0, size=3)])
    steps: list[WarningStep] = strawberry.field(directives=[Cost(weight=0, size=4)])
    as_of: date
    raised_at: datetime
    changed_at: datetime
    snoozed_until: date | None
    act: str | None
    outcome: WarningOutcome | None
    closed_at: datetime | None
    party_id: UUID

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)


@strawberry.type
class WatchFigure:
    state: WarningState
    severity: WarningSeverity
    warnings: int


@strawberry.type(description="How warnings ended, by what was done about them (null: nothing).")
class WatchOutcome:
    act: str | None
    outcome: WarningOutcome
    warnings: int


@strawberry.type
class WatchChoices:
    signals: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=10)])
    acts: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=6)])
    longest_snooze_days: int


async def warnings_shown(ctx: Context, rows: Sequence[models.EarlyWarning]) -> list[EarlyWarning]:
    """Two queries more, however many; notes by the right on the field."""
    steps = await queries.steps_of(ctx, [row.id for row in rows])
    noted = {step.party_id for several in steps.values() for step in several if step.words is not None}
    seen = await sights(ctx, noted) if noted else {}

    def note(step: models.WarningStep) -> str | None:
        sight = seen.get(step.party_id)
        return None if sight is None else sight.open("note", ("early_warning_step", "words"), step.id, step.words)

    return [_shown(ctx, row, [(step, note(step)) for step in steps[row.id]]) for row in rows]


def _shown(ctx: Context, row: models.EarlyWarning, steps: list[tuple[models.WarningStep, str | None]]) -> EarlyWarning:
    return EarlyWarning(
        id=row.id,
        state=WarningState(row.state),
        severity=WarningSeverity(row.severity),
        signals=[_signal(ctx, row, code) for code in row.signals],
        steps=[
            WarningStep(
                kind=WarningState(step.kind),
                act=act_words(ctx, step.code),
                until=step.until,
                note=note,
                at=step.at,
                by_id=step.by,
            )
            for step, note in steps
        ],
        as_of=row.as_of,
        raised_at=row.raised_at,
        changed_at=row.changed_at,
        snoozed_until=row.snoozed_until,
        act=act_words(ctx, row.act),
        outcome=None if row.outcome is None else WarningOutcome(row.outcome),
        closed_at=row.closed_at,
        party_id=row.party_id,
    )


def _signal(ctx: Context, row: models.EarlyWarning, code: str) -> WarningSignal:
    """The code alone where the rule-set knows the signal no more."""
    known = watch_policy(ctx.policies, row.changed_at.date()).rules.signal(code)
    return WarningSignal(
        code=code,
        words=code if known is None else known.text(ctx.actor.locale),
        severity=None if known is None else WarningSeverity(known.severity.value),
        unit=None if known is None else SignalUnit(known.unit.value),
        value=(row.figures or {}).get(code),
    )


def act_words(ctx: Context, code: str | None) -> str | None:
    known = None if code is None else watch_policy(ctx.policies, ctx.now.date()).rules.act(code)
    return code if known is None else known.text(ctx.actor.locale)
