"""Patterns in the movements of customers, looked for night by night: what is new becomes a flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pandas as pd

from backend.access.context import Context
from backend.audit.copying import Batch
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.reviews.models import BehaviourFlag
from backend.reviews.queries import movements, reviews
from backend.reviews.ruleset import Behaviour
from backend.reviews.service.noting import in_force, require_run
from risk_models.behaviour import behaviour

_FIGURES = ("deposits", "asleep_days", "cash_share", "passed")


@dataclass(frozen=True, slots=True)
class Looked:
    """One page of customers; `last` None when there are no more."""

    customers: int
    flags: int
    last: UUID | None


@dataclass(frozen=True, slots=True)
class Found:
    party_id: UUID
    pattern: str
    found_on: date
    amount: int
    currency: str
    figures: dict[str, int]


async def look_at_movements(ctx: Context, after: UUID | None, limit: int) -> Looked:
    """The ledger's last day counts as today: what is not booked yet is not known."""
    require_run(ctx)
    people = await movements.owners(ctx, after, limit)
    as_of = await movements.last_booking(ctx)
    if not people or as_of is None:
        return Looked(0, 0, None)
    loaded = in_force(ctx)
    rules = loaded.rules.behaviour
    found = await patterns(ctx, people, as_of, rules)
    told = await reviews.latest_flags(ctx, people)
    fresh = [one for one in found if _is_new(one, told.get((one.party_id, one.pattern)), rules)]
    await _write(ctx, fresh, as_of, loaded.sha256)
    return Looked(len(people), len(fresh), people[-1] if len(people) == limit else None)


def _is_new(one: Found, told_on: date | None, rules: Behaviour) -> bool:
    return told_on is None or one.found_on >= told_on + timedelta(days=rules.repeat_days)


async def patterns(ctx: Context, people: Sequence[UUID], as_of: date, rules: Behaviour) -> list[Found]:
    """What the movements of these customers show; nothing is written. Currencies without limits are not looked at."""
    found = []
    for currency, (parties, frame) in (await movements.frames(ctx, people, as_of, rules)).items():
        limits = rules.of(currency)
        if limits is not None:
            found += _read(behaviour(frame, limits, as_of), parties, currency, rules)
    return found


def _read(table: pd.DataFrame, parties: Sequence[UUID], currency: str, rules: Behaviour) -> list[Found]:
    found = []
    for pattern in sorted(rules.patterns):
        for code, row in table[table[pattern]].iterrows():
            figures = {name: int(row[name]) for name in _FIGURES}
            day, amount = row[f"{pattern}_on"].date(), int(row[f"{pattern}_amount"])
            found.append(Found(parties[int(str(code))], pattern, day, amount, currency, figures))
    return found


async def _write(ctx: Context, fresh: Sequence[Found], as_of: date, sha256: str) -> None:
    batch = Batch(ctx.trail)
    for one in fresh:
        row_id = new_id()
        entry = batch.entry("behaviour.flag", ("behaviour_flag", row_id), reason=one.pattern, ruleset=sha256)
        batch.add(BehaviourFlag, entry, **_row(ctx, one, row_id, as_of, sha256))
        batch.add(Outbox, **_event(ctx, one, row_id))
    if fresh:
        await batch.write(ctx.session)


def _row(ctx: Context, one: Found, row_id: UUID, as_of: date, sha256: str) -> dict[str, Any]:
    return {
        "id": row_id,
        "party_id": one.party_id,
        "pattern": one.pattern,
        "found_on": one.found_on,
        "as_of": as_of,
        "currency": one.currency,
        "amount": one.amount,
        "figures": one.figures,
        "ruleset": sha256,
        "found_at": ctx.now,
    }


def _event(ctx: Context, one: Found, row_id: UUID) -> dict[str, Any]:
    payload = {"party": str(one.party_id), "pattern": one.pattern}
    return {
        "id": new_id(),
        "name": "behaviour.flagged",
        "subject_id": row_id,
        "payload": payload,
        "created_at": ctx.now,
    }
