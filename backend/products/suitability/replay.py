"""Assessments computed again from what is sealed with them and the questionnaire's kept text."""

from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.rulesets import parse
from backend.governance import texts
from backend.governance.errors import UnknownText
from backend.products.suitability import grading, queries, record
from backend.products.suitability.models import Assessment
from backend.products.suitability.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` names the parts that came out otherwise, or says why it could not be computed."""

    assessment_id: UUID
    party_id: UUID
    what: tuple[str, ...]


@dataclass(slots=True)
class Replayed:
    """`erased`: the customer's key, and with it the answers, are gone. `last` is where to go on; None at the end."""

    checked: int = 0
    erased: int = 0
    differences: list[Difference] = field(default_factory=list)
    last: UUID | None = None


async def replay(ctx: Context, *, after: UUID | None = None, limit: int = 500) -> Replayed:
    """One page, in the order in which they were taken."""
    ctx.require("replay", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await queries.stored(ctx, after, limit)
    await ctx.vault.load({row.party_id for row in rows})
    found = Replayed(last=rows[-1].id if len(rows) == limit else None)
    for row in rows:
        recorded = record.opened(ctx, row)
        if recorded is None:
            found.erased += 1
            continue
        found.checked += 1
        what = await _otherwise(ctx, row, recorded)
        if what:
            found.differences.append(Difference(row.id, row.party_id, what))
    return found


async def _otherwise(ctx: Context, row: Assessment, recorded: record.Recorded) -> tuple[str, ...]:
    """Also the row's own columns have to say what its result says."""
    try:
        rules = _parsed(await texts.by_hash(ctx, row.ruleset))
    except UnknownText:
        return ("ruleset_not_kept",)
    if grading.faults(rules, recorded.answers):
        return ("answers",)
    again = grading.grade(rules, recorded.answers, recorded.known).as_json()
    stored = row.result or {}
    parts = [name for name, value in again.items() if stored.get(name) != value]
    columns = {"score": row.score, "grade": row.grade, "by_points": row.by_points, "vulnerable": row.vulnerable}
    return tuple(dict.fromkeys([*parts, *(name for name, value in columns.items() if again[name] != value)]))


@lru_cache(maxsize=32)
def _parsed(source: bytes) -> Questionnaire:
    return parse(source, "kept", Questionnaire).rules
