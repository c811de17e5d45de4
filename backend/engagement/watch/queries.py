"""Every SELECT of early warnings, in the actor's scope; the most severe and the longest waiting come first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlmodel import col
from sqlmodel import select as models

from backend.access.context import Context
from backend.core.arrays import among
from backend.customers.models import Customer, Party, PartyStatus, Stage
from backend.customers.queries.sight import SCOPE, standing
from backend.engagement.watch.errors import WarningNotFound
from backend.engagement.watch.models import EarlyWarning, WarningState, WarningStep
from backend.engagement.watch.ruleset import Severity

OBJECT: Final = "warning"
_RANK: Final[ColumnElement[int]] = case(
    {severity.value: place for place, severity in enumerate(reversed(Severity))}, value=col(EarlyWarning.severity)
)


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended: place of the severity, when it was raised, id."""

    rank: int
    raised_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """None is no condition. `waiting`: nobody looked at it yet, or it was put off until today at the latest."""

    state: str | None = None
    severity: str | None = None
    signal: str | None = None
    manager_id: UUID | None = None
    party_id: UUID | None = None
    waiting: bool = False
    closed: bool = False

    def conditions(self, today: date) -> list[ColumnElement[bool]]:
        closed = col(EarlyWarning.state) == WarningState.CLOSED
        found: list[ColumnElement[bool]] = [closed if self.closed or self.state == "closed" else ~closed]
        equal: tuple[tuple[Any, Any], ...] = (
            (EarlyWarning.state, self.state),
            (EarlyWarning.severity, self.severity),
            (EarlyWarning.party_id, self.party_id),
            (Customer.manager_id, self.manager_id),
        )
        found += [col(field) == value for field, value in equal if value is not None]
        if self.signal is not None:
            found.append(col(EarlyWarning.signals).contains([self.signal]))
        return [*found, waiting(today)] if self.waiting else found


def waiting(today: date) -> ColumnElement[bool]:
    due = and_(col(EarlyWarning.state) == WarningState.SNOOZED, col(EarlyWarning.snoozed_until) <= today)
    return or_(col(EarlyWarning.state) == WarningState.OPEN, due)


def _seen(ctx: Context, statement: Any) -> Any:
    mine = standing(select(col(Party.id))).where(ctx.clause("view", OBJECT, SCOPE))
    joined = statement.join(Customer, col(Customer.id) == col(EarlyWarning.customer_id))
    return joined.where(col(EarlyWarning.party_id).in_(mine))


async def warning(ctx: Context, warning_id: UUID, *, lock: bool = False) -> EarlyWarning:
    query = _seen(ctx, models(EarlyWarning)).where(col(EarlyWarning.id) == warning_id)
    found: EarlyWarning | None = await ctx.session.scalar(query.with_for_update(of=EarlyWarning) if lock else query)
    if found is None:
        raise WarningNotFound()
    return found


async def watch_list(
    ctx: Context, filters: Filters, after: After | None, limit: int
) -> tuple[list[EarlyWarning], After | None]:
    """A page, and where it ended when more follow."""
    query = _seen(ctx, select(EarlyWarning, _RANK)).where(*filters.conditions(ctx.now.date()))
    order = (_RANK, col(EarlyWarning.raised_at), col(EarlyWarning.id))
    if after is not None:
        query = query.where(tuple_(*order) > (after.rank, after.raised_at, after.id))
    rows = (await ctx.session.execute(query.order_by(*order).limit(limit + 1))).all()
    shown = rows[:limit]
    last = After(shown[-1][1], shown[-1][0].raised_at, shown[-1][0].id) if len(rows) > limit else None
    return [row[0] for row in shown], last


async def of_party(ctx: Context, party_id: UUID) -> Sequence[EarlyWarning]:
    """The newest first."""
    query = _seen(ctx, models(EarlyWarning)).where(col(EarlyWarning.party_id) == party_id)
    found: Sequence[EarlyWarning] = (
        await ctx.session.scalars(query.order_by(col(EarlyWarning.raised_at).desc()))
    ).all()
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a warning that is not closed decides whether anything changes."""

    signals: list[str]
    severity: str
    snoozed_until: date | None

    def due(self, today: date) -> bool:
        """It was put off, and its day has come."""
        return self.snoozed_until is not None and self.snoozed_until <= today


async def standing_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """For the computation: the warnings that are not closed, whoever may see them."""
    read = (col(EarlyWarning.signals), col(EarlyWarning.severity), col(EarlyWarning.snoozed_until))
    query = select(col(EarlyWarning.party_id), *read).where(*_not_closed(party_ids))
    return {row[0]: Standing(*row[1:]) for row in await ctx.session.execute(query)}


async def taken_up(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, EarlyWarning]:
    """The same to be changed; nobody else changes them until the end of the transaction."""
    if not party_ids:
        return {}
    query = models(EarlyWarning).where(*_not_closed(party_ids))
    return {row.party_id: row for row in await ctx.session.scalars(query.with_for_update())}


def _not_closed(party_ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    return (among(col(EarlyWarning.party_id), party_ids), col(EarlyWarning.state) != WarningState.CLOSED)


async def standing_of_gone(ctx: Context, limit: int) -> Sequence[EarlyWarning]:
    """For the computation: not closed, though the customer has left or the record was merged or erased."""
    left = or_(col(Customer.stage) == Stage.EXITED, col(Party.status) != PartyStatus.ACTIVE)
    query = (
        models(EarlyWarning)
        .join(Customer, col(Customer.id) == col(EarlyWarning.customer_id))
        .join(Party, col(Party.id) == col(EarlyWarning.party_id))
        .where(col(EarlyWarning.state) != WarningState.CLOSED, left)
    )
    return (await ctx.session.scalars(query.limit(limit).with_for_update(of=EarlyWarning))).all()


async def steps_of(ctx: Context, warning_ids: Collection[UUID]) -> dict[UUID, list[WarningStep]]:
    """In the order in which they were taken."""
    query = models(WarningStep).where(col(WarningStep.warning_id).in_(warning_ids))
    found: dict[UUID, list[WarningStep]] = {each: [] for each in warning_ids}
    for step in await ctx.session.scalars(query.order_by(col(WarningStep.at), col(WarningStep.id))):
        found[step.warning_id].append(step)
    return found


async def counts(ctx: Context) -> dict[tuple[str, str], int]:
    """How many that are not closed, by state and severity."""
    by = (col(EarlyWarning.state), col(EarlyWarning.severity))
    counted = _seen(ctx, select(*by, func.count())).where(by[0] != WarningState.CLOSED).group_by(*by)
    return {(state, severity): number for state, severity, number in await ctx.session.execute(counted)}


async def outcomes(ctx: Context, since: datetime) -> dict[tuple[str | None, str], int]:
    """How the warnings ended that closed since then, by what was done about each (None: nothing)."""
    by = (col(EarlyWarning.act), col(EarlyWarning.outcome))
    counted = _seen(ctx, select(*by, func.count())).where(col(EarlyWarning.closed_at) >= since).group_by(*by)
    return {(act, str(outcome)): number for act, outcome, number in await ctx.session.execute(counted)}
