"""What comes up about customers is noted on the one review that each may have open, or opens it.

The record is the truth: whatever moved since the last review is looked at again whenever something happened, each
source is noted once, and so every trigger ends in exactly one review, however often an event is told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.core.rulesets import Loaded
from backend.reviews import rules
from backend.reviews.changes import Signal
from backend.reviews.models import Depth, Review, ReviewState, ReviewTrigger, TriggerKind
from backend.reviews.queries import changes, reviews
from backend.reviews.ruleset import ReviewRules, deeper, review_rules
from backend.reviews.service.work import apply, calendar, place_work, position, subject


def in_force(ctx: Context) -> Loaded[ReviewRules]:
    return review_rules(ctx.policies, ctx.now.date())


def require_run(ctx: Context) -> None:
    ctx.require("run", reviews.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))


async def look(ctx: Context, party_ids: Sequence[UUID]) -> list[Review]:
    """Something happened to these parties: what of it asks for a review is noted; which reviews gained something.

    Customers whose relationship does not run lose an open review and gain none.
    """
    require_run(ctx)
    running = await changes.levels_of(ctx, list(party_ids))
    await _cancel(ctx, [party_id for party_id in party_ids if party_id not in running])
    since = await changes.baselines(ctx, list(running))
    found = await changes.changes_since(ctx, since)
    loaded = in_force(ctx)
    signals = rules.signals(loaded.rules, (change for moved in found.values() for change in moved))
    return await note(ctx, signals)


async def note(ctx: Context, signals: Sequence[Signal], words: Mapping[str, str] | None = None) -> list[Review]:
    """Part of a use case whose right was asked for. Signals that are noted already are left out.

    `words` holds what somebody wrote, by source. Reviews that gained a trigger are answered, new or not.
    """
    parties = sorted({signal.party_id for signal in signals})
    if not parties:
        return []
    await reviews.hold(ctx, parties)
    known = await reviews.noted(ctx, parties)
    fresh: dict[UUID, list[Signal]] = defaultdict(list)
    for signal in signals:
        if (signal.party_id, signal.kind.value, signal.source) not in known:
            fresh[signal.party_id].append(signal)
    levels = await changes.levels_of(ctx, list(fresh))
    since = await changes.baselines(ctx, list(fresh))
    if words:
        await ctx.vault.load(parties)
    active, loaded = await reviews.active_of(ctx, list(fresh)), in_force(ctx)
    gained = []
    for party_id, mine in fresh.items():
        if party_id not in levels:
            continue
        row = active.get(party_id)
        begin = since.get(party_id, ctx.now)
        noting = _Noting(ctx, loaded, levels[party_id], mine, words or {})
        gained.append(await (noting.opened(party_id, begin) if row is None else noting.joined(row)))
    return gained


class _Noting:
    """New triggers of one party."""

    def __init__(
        self,
        ctx: Context,
        loaded: Loaded[ReviewRules],
        level: str | None,
        signals: Sequence[Signal],
        words: Mapping[str, str],
    ) -> None:
        self._ctx, self._loaded, self._rules = ctx, loaded, loaded.rules
        self._signals, self._words = signals, words
        self._code = level or loaded.rules.unrated
        self._kinds = frozenset(signal.kind for signal in signals)

    async def opened(self, party_id: UUID, since: datetime) -> Review:
        ctx, rules_ = self._ctx, self._rules
        row = Review(
            id=new_id(),
            tenant_id=ctx.actor.tenant_id,
            party_id=party_id,
            cause=self._leading.kind,
            level=self._code,
            depth=rules_.depth(self._code, self._kinds),
            four_eyes=rules_.level(self._code).second_person,
            ruleset=self._loaded.sha256,
            since=since,
            opened_at=ctx.now,
            due_at=min(self._due_days()),
        )
        async with ctx.audit("review.open", subject(row), reason=row.cause, ruleset=self._loaded.sha256):
            ctx.session.add(row)
            await ctx.session.flush()
            ctx.session.add_all(self._triggers(row))
        await place_work(ctx, row, rules_, self._priority)
        await tell(ctx, row, "opened")
        return row

    async def joined(self, row: Review) -> Review:
        """The clock may become shorter and the depth deeper; a proposal on facts that have moved since falls."""
        ctx, rules_ = self._ctx, self._rules
        async with ctx.audit("review.note", subject(row), reason=self._leading.kind, ruleset=self._loaded.sha256):
            ctx.session.add_all(self._triggers(row))
            if rules_.rank(self._code) >= rules_.rank(row.level):
                row.level = self._code
                row.four_eyes = row.four_eyes or rules_.level(self._code).second_person
            row.depth = deeper(Depth(row.depth), rules_.depth(self._code, self._kinds))
            row.due_at = min(row.due_at, *self._due_days())
            if row.state == ReviewState.PENDING_APPROVAL:
                apply(row, rules.withdrawn(position(row)))
        await place_work(ctx, row, rules_, self._priority)
        await tell(ctx, row, "gained")
        return row

    @property
    def _leading(self) -> Signal:
        """The trigger that asks loudest gives the review its cause."""
        return max(self._signals, key=lambda signal: self._rules.triggers[signal.kind].priority)

    @property
    def _priority(self) -> int:
        return self._rules.triggers[self._leading.kind].priority

    def _due_days(self) -> list[datetime]:
        ctx = self._ctx
        return [
            rules.due_at(self._rules, signal.kind, ctx.now, signal.occurred_on, calendar(ctx))
            for signal in self._signals
        ]

    def _triggers(self, row: Review) -> list[ReviewTrigger]:
        return [self._trigger(row, signal, new_id()) for signal in self._signals]

    def _trigger(self, row: Review, signal: Signal, trigger_id: UUID) -> ReviewTrigger:
        ctx, text = self._ctx, self._words.get(signal.source)
        return ReviewTrigger(
            id=trigger_id,
            tenant_id=ctx.actor.tenant_id,
            review_id=row.id,
            party_id=row.party_id,
            kind=signal.kind,
            source=signal.source,
            occurred_on=signal.occurred_on,
            noted_at=ctx.now,
            noted_by=ctx.actor.id,
            figures=dict(signal.figures),
            note=ctx.vault.seal_optional("review_trigger", "note", trigger_id, row.party_id, text),
        )


async def _cancel(ctx: Context, party_ids: Sequence[UUID]) -> None:
    for row in (await reviews.active_of(ctx, party_ids)).values():
        async with ctx.audit("review.cancel", subject(row), reason="relationship_ended"):
            apply(row, rules.cancel(position(row)))
        await place_work(ctx, row, in_force(ctx).rules)
        await tell(ctx, row, "cancelled")


async def tell(ctx: Context, row: Review, what: str) -> None:
    """Codes and identifiers alone."""
    await ctx.emit(f"review.{what}", row.id, {"party": str(row.party_id), "state": row.state, "cause": row.cause})


def event(ctx: Context, row_id: UUID, party_id: UUID, what: str, state: ReviewState) -> dict[str, Any]:
    """The same as a row, for many at once."""
    payload = {"party": str(party_id), "state": state.value, "cause": TriggerKind.PERIODIC.value}
    return {
        "id": new_id(),
        "name": f"review.{what}",
        "subject_id": row_id,
        "payload": payload,
        "created_at": ctx.now,
    }
