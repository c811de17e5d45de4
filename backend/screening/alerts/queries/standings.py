"""How parties stand, and their alerts for screening itself: whatever the actor may see of alerts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from backend.access.context import Context
from backend.screening.alerts.models import ACTIVE, DECIDED, AlertState, ScreeningAlert

_SETTLED: Final = (AlertState.FALSE_POSITIVE.value, AlertState.INCONCLUSIVE.value)


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


async def standing(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """For checks, rating and reviews, whatever the actor may see of alerts; a party without any alert has NOTHING."""
    alert = ScreeningAlert
    confirmed = col(alert.confirmed) & col(alert.listed)
    counted = (
        sa_select(
            col(alert.party_id),
            func.count().filter(col(alert.state).in_(ACTIVE)),
            func.count().filter(confirmed),
            func.count().filter(col(alert.state) == AlertState.INCONCLUSIVE.value),
            func.count().filter(col(alert.state) == AlertState.FALSE_POSITIVE.value),
            func.count().filter(col(alert.suppressed) > 0, col(alert.state).in_(_SETTLED)),
            func.array_agg(col(alert.list_kind)).filter(confirmed),
        )
        .where(col(alert.party_id).in_(set(party_ids)))
        .group_by(col(alert.party_id))
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


@dataclass(frozen=True, slots=True)
class AlertOutline:
    """What the rule-set of alerts looks at."""

    state: AlertState
    list_kind: str
    score: int
    decided_on: date | None


async def outlines(ctx: Context) -> list[AlertOutline]:
    """Of every alert, for trying rule-sets."""
    of = ScreeningAlert
    wanted = select(of.state, of.list_kind, of.score, of.decided_at)
    return [
        AlertOutline(AlertState(state), kind, score, None if at is None else at.date())
        for state, kind, score, at in await ctx.session.execute(wanted)
    ]


async def decisions_of(ctx: Context, party_ids: Collection[UUID]) -> dict[UUID, dict[tuple[UUID, str], AlertState]]:
    """By party, what people decided of its pairs (list id, reference); for trying rule-sets."""
    of = ScreeningAlert
    wanted = select(of.party_id, of.list_id, of.entity_ref, of.state).where(
        col(of.party_id).in_(party_ids), col(of.state).in_(DECIDED), col(of.entity_ref).is_not(None)
    )
    found: dict[UUID, dict[tuple[UUID, str], AlertState]] = defaultdict(dict)
    for party_id, list_id, ref, state in await ctx.session.execute(wanted):
        found[party_id][list_id, ref] = AlertState(state)
    return found
