"""Stored ratings recomputed from what was recorded with them: the same facts, rule-set and day give the same bytes."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.risk import queries, rulebook
from backend.risk.errors import RuleSetNotKept
from backend.risk.models import RiskRating
from backend.risk.rating import opened
from risk_models.crr_record import recomputed


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` names the parts of the result that came out otherwise, or says why it could not be recomputed."""

    rating_id: UUID
    party_id: UUID
    rated_on: date
    what: tuple[str, ...]


@dataclass(slots=True)
class Replayed:
    """`erased` cannot be recomputed: the customer's key, and with it the facts, are gone. `last` is where to go on."""

    checked: int = 0
    erased: int = 0
    differences: list[Difference] = field(default_factory=list)
    last: UUID | None = None


async def replay(ctx: Context, *, after: UUID | None = None, since: datetime | None = None, limit: int) -> Replayed:
    """One page of ratings in the order in which they were made; the last page has no `last`."""
    ctx.require("replay", "rating", Facts(tenant_id=ctx.actor.tenant_id))
    rows = await queries.stored(ctx, after, since, limit)
    await ctx.vault.load({row.party_id for row in rows})
    found = Replayed(last=rows[-1].id if len(rows) == limit else None)
    groups: dict[tuple[str, date], list[tuple[RiskRating, dict[str, Any]]]] = defaultdict(list)
    for row in rows:
        body = opened(ctx, row)
        if body is None:
            found.erased += 1
        else:
            groups[row.digest, row.rated_on].append((row, body))
    for (digest, on), members in groups.items():
        found.checked += len(members)
        found.differences += await _again(ctx, digest, on, members)
    return found


async def _again(
    ctx: Context, digest: str, on: date, members: list[tuple[RiskRating, dict[str, Any]]]
) -> list[Difference]:
    try:
        rating = await rulebook.by_digest(ctx, digest)
    except RuleSetNotKept:
        return [_difference(row, ("ruleset_not_kept",)) for row, _ in members]
    again = recomputed([body for _, body in members], rating, on)
    found = []
    for (row, body), new in zip(members, again, strict=True):
        what = _otherwise(row, body, json.loads(new))
        if what:
            found.append(_difference(row, what))
    return found


def _otherwise(row: RiskRating, recorded: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """Also the row's own columns have to say what its record says."""
    result = new["result"]
    columns = {"points": row.points, "computed": row.computed, "level": row.level}
    columns["next_review"] = row.next_review_on.isoformat()
    parts = [name for name, value in result.items() if recorded["result"].get(name) != value]
    parts += [name for name, value in columns.items() if result[name] != value]
    if recorded != new and not parts:
        parts.append("record")
    return tuple(dict.fromkeys(parts))


def _difference(row: RiskRating, what: tuple[str, ...]) -> Difference:
    return Difference(row.id, row.party_id, row.rated_on, what)
