"""Periodic reviews of the whole portfolio, in batches: opened for people, or ended by rule where nothing moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, bindparam, text
from sqlalchemy.sql.elements import TextClause

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.customers.models import Customer
from backend.reviews import rules
from backend.reviews.changes import Signal
from backend.reviews.models import Outcome, Review, ReviewState, ReviewTrigger, TriggerKind
from backend.reviews.queries import changes, plan, reviews
from backend.reviews.service.noting import event, in_force, note, require_run
from backend.reviews.service.work import calendar
from backend.risk import rulebook
from backend.risk.rating import by_scheme
from backend.risk.ruleset import record_rules

NOTHING_MOVED: Final = "nothing_moved"


@dataclass(frozen=True, slots=True)
class Opened:
    """What one batch came to."""

    opened: int
    automatic: int

    @property
    def reviews(self) -> int:
        return self.opened + self.automatic


@dataclass(frozen=True, slots=True)
class Night:
    """Whose reviews are due, the longest due first, and the days of take-overs: found once, worked off in batches."""

    parties: Sequence[UUID]
    takeovers: frozenset[date]


async def due_now(ctx: Context) -> Night:
    require_run(ctx)
    rules_ = in_force(ctx).rules
    days = await plan.takeovers(ctx, rules_.spread)
    return Night([each.party_id for each in await plan.due(ctx, rules_, days)], days)


async def open_due(ctx: Context, parties: Sequence[UUID], takeovers: frozenset[date]) -> Opened:
    """One batch of a night; whoever is not due any more, or has an open review by now, is left alone."""
    require_run(ctx)
    loaded = in_force(ctx)
    await reviews.hold(ctx, parties)
    due = await plan.due(ctx, loaded.rules, takeovers, among=parties)
    since = await changes.baselines(ctx, list(parties))
    moved = await changes.changes_since(ctx, since)
    others = {each.party_id: rules.signals(loaded.rules, moved.get(each.party_id, ())) for each in due}
    asked = {each.party_id: _asked(ctx, each, others[each.party_id]) for each in due}
    noted = await reviews.noted(ctx, parties)
    through = [
        each
        for each in due
        if each.party_id in since
        and rules.goes_through(loaded.rules, each.level, _kinds(asked[each.party_id], noted), moved[each.party_id])
    ]
    await _end(ctx, through, since)
    ended = {each.party_id for each in through}
    rest = [signal for party_id, signals in asked.items() if party_id not in ended for signal in signals]
    return Opened(len(await note(ctx, rest)), len(through))


def _asked(ctx: Context, each: plan.Due, others: Sequence[Signal]) -> list[Signal]:
    source = f"{each.planned_on} {ctx.now.date()}"
    return [Signal(each.party_id, TriggerKind.PERIODIC, source, each.planned_on), *others]


def _kinds(signals: Sequence[Signal], noted: set[tuple[UUID, str, str]]) -> frozenset[TriggerKind]:
    """Of what is new."""
    return frozenset(each.kind for each in signals if (each.party_id, each.kind.value, each.source) not in noted)


async def _end(ctx: Context, through: Sequence[plan.Due], since: dict[UUID, datetime]) -> None:
    """Each is a review like any other, with its trigger, an entry that names the rules, and nobody's signature."""
    if not through:
        return
    loaded, batch, today = in_force(ctx), Batch(ctx.trail), ctx.now.date()
    following = await next_days(ctx, {each.party_id: each.level for each in through})
    days: dict[UUID, tuple[UUID, date]] = {}
    for each in through:
        row_id = new_id()
        entry = batch.entry(
            "review.complete_by_rule", (reviews.OBJECT, row_id), reason=NOTHING_MOVED, ruleset=loaded.sha256
        )
        batch.add(Review, entry, **_completed(ctx, each, row_id, since[each.party_id], following[each.party_id]))
        batch.add(
            ReviewTrigger,
            entry,
            id=new_id(),
            review_id=row_id,
            party_id=each.party_id,
            kind=TriggerKind.PERIODIC.value,
            source=f"{each.planned_on} {today}",
            occurred_on=each.planned_on,
            noted_at=ctx.now,
            noted_by=ctx.actor.id,
            figures={},
        )
        batch.add(Outbox, **event(ctx, row_id, each.party_id, "completed", ReviewState.COMPLETED))
        days[each.party_id] = (entry, following[each.party_id])
    await batch.write(ctx.session)
    await set_days(ctx, days)


def _completed(ctx: Context, each: plan.Due, row_id: UUID, since: datetime, following: date) -> dict[str, Any]:
    loaded = in_force(ctx)
    level = each.level or loaded.rules.unrated
    kinds = frozenset({TriggerKind.PERIODIC})
    return {
        "id": row_id,
        "party_id": each.party_id,
        "state": ReviewState.COMPLETED.value,
        "cause": TriggerKind.PERIODIC.value,
        "level": level,
        "depth": loaded.rules.depth(level, kinds).value,
        "four_eyes": False,
        "ruleset": loaded.sha256,
        "since": since,
        "opened_at": ctx.now,
        "due_at": rules.due_at(loaded.rules, TriggerKind.PERIODIC, ctx.now, each.planned_on, calendar(ctx)),
        "information": [],
        "proposal": Outcome.KEEP.value,
        "proposal_reason": NOTHING_MOVED,
        "outcome": Outcome.KEEP.value,
        "decided_at": ctx.now,
        "automatic": True,
        "next_review_on": following,
    }


async def next_days(ctx: Context, levels: dict[UUID, str | None]) -> dict[UUID, date]:
    """One interval of the level from today, by the rating rule-set that rates each."""
    today, found = ctx.now.date(), {}
    groups = await by_scheme(ctx, record_rules(ctx.policies, today), list(levels))
    for scheme, parties in groups.items():
        known = (await rulebook.effective(ctx, scheme)).rules.levels
        months = {level.code: level.review_months for level in known}
        shortest = min(months.values())
        for party_id in parties:
            found[party_id] = rules.next_review_on(today, months.get(levels[party_id] or "", shortest))
    return found


async def set_days(ctx: Context, days: dict[UUID, tuple[UUID, date]]) -> None:
    """The next review on the customers' own rows, each under its own entry: one statement."""
    entries, following = zip(*days.values(), strict=True)
    await ctx.session.execute(_UPDATE, {"parties": list(days), "entries": list(entries), "days": list(following)})
    for row in list(ctx.session.identity_map.values()):
        if isinstance(row, Customer) and row.party_id in days:
            await ctx.session.refresh(row)


_UPDATE: Final[TextClause] = text(
    "UPDATE customer c SET next_review_on = v.due, entry_id = v.entry, ver = c.ver + 1"
    " FROM unnest(:parties, :entries, :days) AS v (party, entry, due) WHERE c.party_id = v.party"
).bindparams(
    bindparam("parties", type_=ARRAY(Uuid)),
    bindparam("entries", type_=ARRAY(Uuid)),
    bindparam("days", type_=ARRAY(Date)),
)
