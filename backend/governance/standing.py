"""Which text of a rule-set is in force, was in force or will be: an institution's own, and before it the files'."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.context import Context
from backend.core.rulesets import Policies, StandingText
from backend.governance import kinds, queries, texts
from backend.governance.errors import UnknownRuleSet
from backend.governance.models import Standing
from backend.governance.rules import Ground


@dataclass(frozen=True, slots=True)
class Effective:
    """`rules` is what the kind made of the text. `since` and `proposal_id` are None for the files' text."""

    kind: str
    name: str
    rules: Any
    sha256: str
    source: bytes
    since: datetime | None = None
    until: datetime | None = None
    proposal_id: UUID | None = None


async def effective(ctx: Context, kind: str, name: str, at: datetime | None = None) -> Effective:
    """What is in force at an instant (now). Raises UnknownKind, UnknownRuleSet.

    Reads the transaction's own truth. Where a decision runs often, `ctx.policies.book(…)` knows the same from the
    process's memory, at most a second late.
    """
    found = kinds.find(kind)
    row = await queries.standing_at(ctx.session, kind, name, at or ctx.now)
    if row is None:
        source = initial(ctx.policies, kind, name, (at or ctx.now).date())
        return Effective(kind, name, found.parse(name, source), texts.sha256_of(source), source)
    source = await texts.by_hash(ctx, row.sha256)
    rules = found.parse(name, source)
    return Effective(kind, name, rules, row.sha256, source, row.effective_from, row.effective_to, row.proposal_id)


def initial(policies: Policies, kind: str, name: str, on: date) -> bytes:
    """The files' text. Raises UnknownRuleSet for a name that only an institution could know."""
    try:
        return kinds.find(kind).initial(policies, on)[name]
    except KeyError:
        raise UnknownRuleSet(kind=kind, name=name) from None


async def ground(ctx: Context, kind: str, name: str) -> Ground:
    """What the next proposal would replace: the last text, though it may take effect later."""
    last = await queries.last_standing(ctx.session, kind, name)
    if last is not None:
        return Ground(last.sha256, last.id, last.effective_from)
    source = kinds.find(kind).initial(ctx.policies, ctx.now.date()).get(name)
    return Ground(None if source is None else texts.sha256_of(source), None)


async def all_texts(session: AsyncSession) -> list[tuple[Standing, bytes]]:
    """Everything the institution has ever put in force, in the order in which it took effect."""
    rows = await queries.standings(session)
    contents = await queries.texts(session, {row.sha256 for row in rows})
    return [(row, contents[row.sha256]) for row in rows]


def of_books(everything: list[tuple[Standing, bytes]]) -> list[StandingText]:
    """For `Policies.governed`: a text counts on the day it takes effect, its predecessor until the day before."""
    found = []
    for row, source in everything:
        book = kinds.find(row.kind).book
        if book is not None:
            until = None if row.effective_to is None else row.effective_to.date() - timedelta(days=1)
            found.append(StandingText(book, row.name, source, row.sha256, row.effective_from.date(), until))
    return found
