"""Rating many customers at once: facts gathered, rated as one frame, compared, and what is new written in bulk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Date, String, Uuid, bindparam, text
from sqlalchemy.sql.elements import TextClause

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.customers.models import Customer
from backend.privacy.errors import DataKeyDestroyed
from backend.risk import facts, queries, rulebook
from backend.risk.errors import NoScheme
from backend.risk.models import Cause, OverrideState, RiskOverride, RiskRating
from backend.risk.rules import Offered, Outcome, Standing, moved, outcomes, read_facts
from backend.risk.ruleset import RecordRules, record_rules
from risk_models.crr_book import Rating

_SEALED: Final = ("risk_rating", "record")


@dataclass(frozen=True, slots=True)
class Change:
    """A new rating of a party; `was` is None for its first."""

    party_id: UUID
    rating_id: UUID
    was: str | None
    level: str


@dataclass(slots=True)
class Rated:
    """What rating some customers came to; `levels` counts all of them, changed or not."""

    parties: int = 0
    changes: list[Change] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the parties before they are rated."""

    offered: Mapping[UUID, Mapping[str, Offered]]
    before: Mapping[UUID, RiskRating]
    overrides: Mapping[UUID, RiskOverride]
    first_days: Mapping[UUID, date]
    on_lists: Mapping[UUID, str | None]


async def rate(ctx: Context, party_ids: Sequence[UUID], cause: Cause) -> Rated:
    """Part of a use case whose right was asked for. A rating that says nothing new is not written.

    Raises NoScheme, RuleSetNotInForce.
    """
    rules, rated = record_rules(ctx.policies, ctx.now.date()), Rated()
    groups = await by_scheme(ctx, rules, party_ids)
    members = [party_id for group in groups.values() for party_id in group]
    if not members:
        return rated
    known = _Known(
        await facts.gather(ctx, members),
        await queries.current(ctx, members),
        await queries.in_force(ctx, members),
        await queries.first_days(ctx, members),
        await queries.listed_levels(ctx, members),
    )
    await ctx.vault.load(members)
    batch, updates = Batch(ctx.trail), _Updates()
    for scheme, group in groups.items():
        rating = await rulebook.used(ctx, scheme)
        await _rate_group(ctx, _Group(rating, rules, group, cause), known, batch, updates, rated)
    await batch.write(ctx.session)
    await updates.write(ctx)
    return rated


async def by_scheme(ctx: Context, rules: RecordRules, party_ids: Sequence[UUID]) -> dict[str, list[UUID]]:
    """The parties that can be rated, in the given order, by the rule-set that rates them. Raises NoScheme."""
    place, groups = await queries.jurisdiction(ctx), dict[str, list[UUID]]()
    kinds = await queries.active_kinds(ctx, party_ids)
    for party_id in dict.fromkeys(party_ids):
        if party_id in kinds:
            scheme = rules.scheme(place, kinds[party_id])
            if scheme is None:
                raise NoScheme(jurisdiction=place)
            groups.setdefault(scheme, []).append(party_id)
    return groups


@dataclass(frozen=True, slots=True)
class _Group:
    rating: Rating
    rules: RecordRules
    members: Sequence[UUID]
    cause: Cause


async def _rate_group(
    ctx: Context, group: _Group, known: _Known, batch: Batch, updates: "_Updates", rated: Rated
) -> None:
    rating, on = group.rating, ctx.now.date()
    offered = [known.offered[party_id] for party_id in group.members]
    found = outcomes(
        [str(party_id) for party_id in group.members],
        [read_facts(each, rating, group.rules) for each in offered],
        [facts.reviewed_on(each) or known.first_days.get(p) for p, each in zip(group.members, offered, strict=True)],
        {str(p): standing(row) for p, row in known.overrides.items() if _speaks(row, rating)},
        rating,
        on,
    )
    for party_id, outcome in zip(group.members, found, strict=True):
        rated.parties += 1
        rated.levels[outcome.level] += 1
        before, override = known.before.get(party_id), known.overrides.get(party_id)
        if override is not None:
            await _settle(ctx, override, outcome)
        if moved(opened(ctx, before), outcome.body, rating):
            rated.changes.append(_write(ctx, group, party_id, outcome, before, override, batch, updates))
        elif before is not None and known.on_lists.get(party_id, before.level) != before.level:
            entry = batch.entry("risk.rate", ("party", party_id), reason="listed", ruleset=rating.digest)
            updates.add(party_id, entry, before.level, before.next_review_on)


def standing(row: RiskOverride) -> Standing:
    return Standing(row.level, row.computed_then, row.effective_from, row.expires_on)


def _speaks(row: RiskOverride, rating: Rating) -> bool:
    """Whether the override is about levels that the rule-set has."""
    return {row.level, row.computed_then} <= set(rating.rules.level_codes)


def opened(ctx: Context, row: RiskRating | None) -> dict[str, Any] | None:
    """The record of a rating whose party's key is loaded; None where there is none or it was erased."""
    if row is None:
        return None
    try:
        body: dict[str, Any] = orjson.loads(ctx.vault.open(*_SEALED, row.id, row.party_id, row.record))
    except DataKeyDestroyed:
        return None
    return body


async def _settle(ctx: Context, override: RiskOverride, outcome: Outcome) -> None:
    """An override that the rating says is over, or that the computed level has overtaken, ends with it."""
    if outcome.override == OverrideState.IN_FORCE:
        return
    state = OverrideState.EXPIRED if outcome.override == OverrideState.EXPIRED else OverrideState.REOPENED
    verb = "expire" if state is OverrideState.EXPIRED else "reopen"
    async with ctx.audit(f"risk.override.{verb}", ("party", override.party_id)):
        override.state, override.closed_at = state, ctx.now
    payload = {"party": str(override.party_id), "override": str(override.id), "level": outcome.level}
    await ctx.emit(f"rating.override_{state.value}", override.id, payload)


def _write(
    ctx: Context,
    group: _Group,
    party_id: UUID,
    outcome: Outcome,
    before: RiskRating | None,
    override: RiskOverride | None,
    batch: Batch,
    updates: "_Updates",
) -> Change:
    row_id, rating = new_id(), group.rating
    entry = batch.entry("risk.rate", ("party", party_id), reason=group.cause.value, ruleset=rating.digest)
    holds = override is not None and outcome.override == OverrideState.IN_FORCE
    batch.add(
        RiskRating,
        entry,
        id=row_id,
        party_id=party_id,
        scheme=rating.rules.id,
        digest=rating.digest,
        cause=group.cause.value,
        rated_on=ctx.now.date(),
        rated_at=ctx.now,
        points=outcome.points,
        out_of=rating.rules.highest_score,
        computed=outcome.computed,
        level=outcome.level,
        override_id=override.id if override is not None and holds else None,
        next_review_on=outcome.next_review,
        record=ctx.vault.seal(*_SEALED, row_id, party_id, outcome.record),
    )
    updates.add(party_id, entry, outcome.level, outcome.next_review)
    was = None if before is None else before.level
    if was is not None or group.cause is not Cause.PORTFOLIO:
        batch.add(Outbox, **_event(ctx, party_id, row_id, was, outcome, group.cause))
    return Change(party_id, row_id, was, outcome.level)


def _event(
    ctx: Context, party_id: UUID, rating_id: UUID, was: str | None, outcome: Outcome, cause: Cause
) -> dict[str, Any]:
    payload = {
        "party": str(party_id),
        "rating": str(rating_id),
        "was": was,
        "level": outcome.level,
        "cause": cause.value,
        "next_review_on": outcome.next_review.isoformat(),
    }
    return {"id": new_id(), "name": "rating.changed", "subject_id": party_id, "payload": payload, "created_at": ctx.now}


class _Updates:
    """The level and the next review on the customers' own rows, for lists: one statement, whoever many."""

    def __init__(self) -> None:
        self._rows: dict[UUID, tuple[UUID, str, date]] = {}

    def add(self, party_id: UUID, entry: UUID, level: str, next_review: date) -> None:
        self._rows[party_id] = (entry, level, next_review)

    async def write(self, ctx: Context) -> None:
        if not self._rows:
            return
        entries, levels, days = zip(*self._rows.values(), strict=True)
        given = {"parties": list(self._rows), "entries": list(entries), "levels": list(levels), "days": list(days)}
        await ctx.session.execute(_UPDATE, given)
        for row in list(ctx.session.identity_map.values()):
            if isinstance(row, Customer) and row.party_id in self._rows:
                await ctx.session.refresh(row)


_UPDATE: Final[TextClause] = text(
    "UPDATE customer c SET risk_level = v.level, next_review_on = v.due, entry_id = v.entry, ver = c.ver + 1"
    " FROM unnest(:parties, :entries, :levels, :days) AS v (party, entry, level, due) WHERE c.party_id = v.party"
).bindparams(
    bindparam("parties", type_=ARRAY(Uuid)),
    bindparam("entries", type_=ARRAY(Uuid)),
    bindparam("levels", type_=ARRAY(String)),
    bindparam("days", type_=ARRAY(Date)),
)
