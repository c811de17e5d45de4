"""Every SELECT of alerts: lists scoped to the actor, and what checks and rating need to know, in sets."""

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
from backend.screening.alerts.models import (
    ACTIVE,
    AlertState,
    ScreeningAlert,
    ScreeningComment,
    ScreeningComparison,
    ScreeningDisposition,
)

OBJECT: Final = "screening_alert"
_SETTLED: Final = (AlertState.FALSE_POSITIVE.value, AlertState.INCONCLUSIVE.value)


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


@dataclass(frozen=True, slots=True)
class Standing:
    """How a party stands: alerts by where they are. `kinds` are those of the lists it is on by a confirmed match."""

    open: int = 0
    true_match: int = 0
    inconclusive: int = 0
    cleared: int = 0
    suppressed: int = 0
    kinds: frozenset[str] = frozenset()

    @property
    def politically_exposed(self) -> bool:
        return "pep" in self.kinds

    @property
    def clear(self) -> bool:
        """Nothing waits for a decision, nothing is confirmed and nothing stayed in doubt."""
        return not (self.open or self.true_match or self.inconclusive)


NOTHING: Final = Standing()


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


async def comparisons_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, ScreeningComparison]:
    """For alerts that the actor was shown."""
    rows = await ctx.session.scalars(select(ScreeningComparison).where(col(ScreeningComparison.id).in_(set(alert_ids))))
    return {row.id: row for row in rows}


async def dispositions_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[ScreeningDisposition]]:
    """Of each alert, the latest first."""
    rows = await ctx.session.scalars(
        select(ScreeningDisposition)
        .where(col(ScreeningDisposition.alert_id).in_(set(alert_ids)))
        .order_by(col(ScreeningDisposition.id).desc())
    )
    found: dict[UUID, list[ScreeningDisposition]] = defaultdict(list)
    for row in rows:
        found[row.alert_id].append(row)
    return found


async def comments_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[ScreeningComment]]:
    """Of each alert, in the order in which they were written."""
    rows = await ctx.session.scalars(
        select(ScreeningComment)
        .where(col(ScreeningComment.alert_id).in_(set(alert_ids)))
        .order_by(col(ScreeningComment.id))
    )
    found: dict[UUID, list[ScreeningComment]] = defaultdict(list)
    for row in rows:
        found[row.alert_id].append(row)
    return found


async def standing(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """For checks, rating and reviews, whatever the actor may see of alerts; a party without any alert has NOTHING."""
    alert = ScreeningAlert
    confirmed = col(alert.confirmed) & col(alert.listed)
    counted = (
        select(  # type: ignore[call-overload]
            alert.party_id,
            func.count().filter(col(alert.state).in_(ACTIVE)),
            func.count().filter(confirmed),
            func.count().filter(col(alert.state) == AlertState.INCONCLUSIVE.value),
            func.count().filter(col(alert.state) == AlertState.FALSE_POSITIVE.value),
            func.count().filter(col(alert.suppressed) > 0, col(alert.state).in_(_SETTLED)),
            func.array_agg(alert.list_kind).filter(confirmed),
        )
        .where(col(alert.party_id).in_(set(party_ids)))
        .group_by(alert.party_id)
    )
    found = {row[0]: _standing(row) for row in await ctx.session.execute(counted)}
    return {party: found.get(party, NOTHING) for party in party_ids}


def _standing(row: Any) -> Standing:
    _, waiting, confirmed, doubtful, cleared, suppressed, kinds = row
    return Standing(waiting, confirmed, doubtful, cleared, suppressed, frozenset(kinds or ()))


async def of_party(ctx: Context, party_id: UUID) -> Sequence[ScreeningAlert]:
    """For screening itself: one transaction at a time decides what a party's findings mean."""
    await ctx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"screening {party_id}", 0))))
    mine = select(ScreeningAlert).where(col(ScreeningAlert.party_id) == party_id).order_by(col(ScreeningAlert.id))
    return (await ctx.session.scalars(mine.with_for_update())).all()


async def on_entries(ctx: Context, list_id: UUID, refs: Collection[str]) -> Sequence[ScreeningAlert]:
    """For screening itself: what stands against entries that are still taken to be listed."""
    wanted = select(ScreeningAlert).where(
        col(ScreeningAlert.list_id) == list_id,
        col(ScreeningAlert.entity_ref).in_(set(refs)),
        col(ScreeningAlert.listed),
    )
    return (await ctx.session.scalars(wanted.order_by(col(ScreeningAlert.id)).with_for_update())).all()


async def parties_alerted(ctx: Context, list_id: UUID, refs: Collection[str]) -> set[UUID]:
    """Who has an open alert on any of these entries: a changed entry concerns them, whether or not it still matches."""
    wanted = select(ScreeningAlert.party_id).where(
        col(ScreeningAlert.list_id) == list_id,
        col(ScreeningAlert.entity_ref).in_(set(refs)),
        col(ScreeningAlert.state).in_(ACTIVE),
    )
    return set(await ctx.session.scalars(wanted))


async def no_longer_remembered(ctx: Context, limit: int) -> Sequence[ScreeningAlert]:
    """Decisions whose last day is over; what another worker holds is left to it."""
    wanted = (
        select(ScreeningAlert)
        .where(col(ScreeningAlert.remembered_until) < ctx.now.date(), col(ScreeningAlert.listed))
        .order_by(col(ScreeningAlert.remembered_until))
        .limit(limit)
    )
    return (await ctx.session.scalars(wanted.with_for_update(skip_locked=True))).all()
