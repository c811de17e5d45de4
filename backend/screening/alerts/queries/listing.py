"""Alerts as people list them, scoped to the actor."""

import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.scopes import Facts, ScopeColumns
from backend.core.actor import SYSTEM_ID
from backend.screening.alerts.errors import AlertNotFound
from backend.screening.alerts.models import AlertState, ScreeningAlert

OBJECT: Final = "screening_alert"


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended; the strongest alerts come first."""

    strength: int
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Empty and None are no condition. `opened_before` finds the old ones; `unassigned` those that nobody has taken."""

    states: frozenset[AlertState] = frozenset()
    list_ids: frozenset[UUID] = frozenset()
    kinds: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    score_from: int | None = None
    score_to: int | None = None
    opened_before: datetime | None = None
    assignee_id: UUID | None = None
    unassigned: bool = False
    party_id: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        alert = ScreeningAlert
        among: tuple[tuple[Any, Collection[Any]], ...] = (
            (alert.state, {state.value for state in self.states}),
            (alert.list_id, self.list_ids),
            (alert.list_kind, self.kinds),
            (alert.severity, self.severities),
        )
        found: list[ColumnElement[bool]] = [col(column).in_(values) for column, values in among if values]
        bounds: tuple[tuple[Any, Callable[[Any, Any], Any], Any], ...] = (
            (alert.score, operator.ge, self.score_from),
            (alert.score, operator.le, self.score_to),
            (alert.opened_at, operator.le, self.opened_before),
            (alert.assignee_id, operator.eq, self.assignee_id),
            (alert.party_id, operator.eq, self.party_id),
        )
        found += [compared(col(column), value) for column, compared, value in bounds if value is not None]
        return [*found, col(alert.assignee_id).is_(None)] if self.unassigned else found


@dataclass(frozen=True, slots=True)
class Figure:
    state: AlertState
    severity: str
    alerts: int


def columns() -> ScopeColumns:
    return ScopeColumns(
        tenant_id=cast("ColumnElement[Any]", col(ScreeningAlert.tenant_id)),
        owner_id=cast("ColumnElement[Any]", col(ScreeningAlert.assignee_id)),
    )


def facts(alert: ScreeningAlert) -> Facts:
    """The maker of what is to be checked is who proposed; until then it is screening itself."""
    return Facts(
        tenant_id=alert.tenant_id,
        owner_id=alert.assignee_id,
        maker_id=alert.proposed_by or SYSTEM_ID,
        deciders=frozenset(),
    )


def _visible(ctx: Context) -> Any:
    return select(ScreeningAlert).where(ctx.clause("view", OBJECT, columns()))


async def alert(ctx: Context, alert_id: UUID) -> ScreeningAlert:
    """Raises AlertNotFound also where the actor may not see it."""
    found: ScreeningAlert | None = await ctx.session.scalar(_visible(ctx).where(col(ScreeningAlert.id) == alert_id))
    if found is None:
        raise AlertNotFound()
    return found


async def by_ids(ctx: Context, alert_ids: Collection[UUID]) -> Sequence[ScreeningAlert]:
    """Those of them that the actor may see."""
    found: Sequence[ScreeningAlert] = (
        await ctx.session.scalars(_visible(ctx).where(col(ScreeningAlert.id).in_(set(alert_ids))))
    ).all()
    return found


async def locked(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, ScreeningAlert]:
    """For whoever acts on them; in one order, so that two batches wait for each other instead of dying."""
    wanted = _visible(ctx).where(col(ScreeningAlert.id).in_(set(alert_ids))).order_by(col(ScreeningAlert.id))
    rows = await ctx.session.scalars(wanted.with_for_update())
    return {row.id: row for row in rows}


async def alerts(
    ctx: Context, wanted: AlertFilter, *, after: After | None = None, limit: int = 50
) -> Sequence[ScreeningAlert]:
    """The strongest first."""
    statement = _visible(ctx).where(*wanted.conditions())
    if after is not None:
        place = tuple_(col(ScreeningAlert.strength), col(ScreeningAlert.id))
        statement = statement.where(place < tuple_(after.strength, after.id))
    order = (col(ScreeningAlert.strength).desc(), col(ScreeningAlert.id).desc())
    found: Sequence[ScreeningAlert] = (await ctx.session.scalars(statement.order_by(*order).limit(limit))).all()
    return found


async def alerts_count(ctx: Context, wanted: AlertFilter) -> int:
    counted = select(func.count()).select_from(_visible(ctx).where(*wanted.conditions()).subquery())
    return await ctx.session.scalar(counted) or 0


async def alerts_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, list[ScreeningAlert]]:
    """All pairs of each party, suppressed ones too, the strongest first."""
    rows = await ctx.session.scalars(
        _visible(ctx)
        .where(col(ScreeningAlert.party_id).in_(set(party_ids)))
        .order_by(col(ScreeningAlert.strength).desc(), col(ScreeningAlert.id))
    )
    found: dict[UUID, list[ScreeningAlert]] = defaultdict(list)
    for row in rows:
        found[row.party_id].append(row)
    return found


async def figures(ctx: Context) -> list[Figure]:
    counted = (
        select(ScreeningAlert.state, ScreeningAlert.severity, func.count())
        .where(ctx.clause("view", OBJECT, columns()))
        .group_by(ScreeningAlert.state, ScreeningAlert.severity)
    )
    return [Figure(AlertState(state), severity, count) for state, severity, count in await ctx.session.execute(counted)]
