"""States, clocks, limits and spikes: pure. Facts and a rule-set in, decisions out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from backend.complaints.calendars import WorkCalendar
from backend.complaints.errors import StateForbids
from backend.complaints.models import Outcome, State
from backend.complaints.ruleset import Clock, ComplaintHandling, Spike
from backend.core.money import Money

_S = State
STEPS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        _S.RECEIVED: frozenset({_S.ACKNOWLEDGED, _S.INVESTIGATING, _S.RESOLVED, _S.WITHDRAWN}),
        _S.ACKNOWLEDGED: frozenset({_S.INVESTIGATING, _S.RESOLVED, _S.WITHDRAWN}),
        _S.INVESTIGATING: frozenset({_S.RESOLVED, _S.WITHDRAWN}),
        _S.RESOLVED: frozenset({_S.INVESTIGATING, _S.FINAL_RESPONSE, _S.CLOSED, _S.WITHDRAWN}),
        _S.FINAL_RESPONSE: frozenset({_S.REFERRED, _S.CLOSED, _S.REOPENED}),
        _S.REFERRED: frozenset({_S.CLOSED, _S.REOPENED}),
        _S.CLOSED: frozenset({_S.REFERRED, _S.REOPENED}),
        _S.REOPENED: frozenset({_S.INVESTIGATING, _S.RESOLVED, _S.WITHDRAWN}),
        _S.WITHDRAWN: frozenset({_S.REOPENED}),
    }
)


def reached(state: str, target: State) -> State:
    """The target. Raises StateForbids."""
    if target not in STEPS[State(state)]:
        raise StateForbids(state=state)
    return target


def standing(state: str, allowed: Collection[State]) -> None:
    """Raises StateForbids."""
    if State(state) not in allowed:
        raise StateForbids(state=state)


@dataclass(frozen=True, slots=True)
class Deadlines:
    acknowledge_by: date | None
    summary_by: date | None
    due_on: date


def deadlines(clock: Clock, received_on: date, calendar: WorkCalendar) -> Deadlines:
    """The last day of each period; the day of receipt does not count."""
    acknowledge = None if clock.acknowledge is None else clock.acknowledge.after(received_on, calendar)
    summary = None if clock.summary is None else clock.summary.after(received_on, calendar)
    return Deadlines(acknowledge, summary, _ended(clock, clock.final.after(received_on, calendar), calendar))


def extended(clock: Clock, received_on: date, calendar: WorkCalendar) -> date | None:
    """None where the law knows no extension."""
    if clock.extended is None:
        return None
    return _ended(clock, clock.extended.after(received_on, calendar), calendar)


def resumed(clock: Clock, due_on: date, paused_on: date, today: date, calendar: WorkCalendar) -> date:
    """What was left when the clock stopped is left when it goes on; in the unit in which the clock counts."""
    if clock.final.working_days is not None:
        return calendar.later(today, calendar.between(paused_on, due_on))
    return _ended(clock, due_on + (today - paused_on), calendar)


def _ended(clock: Clock, day: date, calendar: WorkCalendar) -> date:
    return calendar.rolled(day) if clock.rolls else day


def warn_on(handling: ComplaintHandling, due_on: date) -> date:
    return due_on - timedelta(days=handling.warn_days)


def needs_signature(handling: ComplaintHandling, roles: Collection[str], given: Money, before: Decimal) -> bool:
    """Beyond what the proposer's roles decide alone; what the complaint was given before counts, so parts do not evade.

    A currency without a limit is nobody's alone.
    """
    limits = [handling.authority.get(role, {}).get(given.currency) for role in roles]
    highest = max((limit for limit in limits if limit is not None), default=None)
    return highest is None or before + given.amount > highest


def earns(handling: ComplaintHandling, outcome: str | None, kind: str) -> bool:
    """Before a decision, and against a complaint that was not upheld, goodwill alone is given."""
    return outcome in {Outcome.UPHELD, Outcome.PARTLY_UPHELD} or kind in handling.goodwill


def involved(staff: Collection[str], person: UUID) -> bool:
    return str(person) in staff


@dataclass(frozen=True, slots=True)
class Spiked:
    """`recent` complaints in the last period against `usual`, the mean of the periods before."""

    product_code: str
    recent: int
    usual: Decimal


def spikes(rule: Spike, received: Mapping[str, Sequence[date]], today: date) -> list[Spiked]:
    """Products whose complaints rose; a product without history counts as usually having none."""
    start = today - timedelta(days=rule.days)
    first = start - timedelta(days=rule.days * rule.before)
    found = []
    for product, days in sorted(received.items()):
        recent = sum(start < day <= today for day in days)
        usual = Decimal(sum(first < day <= start for day in days)) / rule.before
        if recent >= rule.least and recent > usual * rule.factor:
            found.append(Spiked(product, recent, usual))
    return found
