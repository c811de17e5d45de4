"""What customers were on a day: their stage, team, segment and products then, from what is kept with dates.

Stages and teams come from the versions of the record, segments from the moves between runs, products from the days on
which contracts began and ended. Before the first version of a record its first one counts: nothing older is known.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, cast, func, or_, union_all
from sqlalchemy import select as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from backend.access.context import Context
from backend.audit.models import AuditEntry, RecordVersion
from backend.customers.models import Customer, Stage
from backend.engagement.segments.models import Scheme, SegmentMember, SegmentMove
from backend.engagement.targets.groups import Groups
from backend.holdings.models import Account, Holding
from backend.products.models import Product, ProductVersion

_GONE: Final = (Stage.CHURNED.value, Stage.EXITED.value)
_RECORD: Final = col(RecordVersion.record_id)
_VER: Final = col(RecordVersion.ver)


@dataclass(frozen=True, slots=True)
class Relationship:
    """As it was on a day; `begun` is the first day: the first contract, or activation before it."""

    party_id: UUID
    stage: str
    since: date
    begun: date

    @property
    def gone(self) -> bool:
        return self.stage in _GONE


async def groups(ctx: Context, on: date) -> Groups:
    """Of everybody, as they belonged at the end of the day."""
    return Groups(await _teams(ctx, on), await _segments(ctx, on), await _products(ctx, on))


async def relationships(ctx: Context, on: date) -> list[Relationship]:
    """Of everybody who ever was a customer, at the end of the day."""
    stood = await _stages(ctx, on)
    contracts = union_all(
        sql(col(Holding.party_id).label("party_id"), col(Holding.opened_on).label("day")),
        sql(col(Account.owner_id).label("party_id"), col(Account.opened_on).label("day")),
    ).subquery()
    first = sql(contracts.c.party_id, func.min(contracts.c.day).label("day")).group_by(contracts.c.party_id).subquery()
    activated = func.date(func.timezone("UTC", col(Customer.activated_at)))
    query = (
        sql(col(Customer.id), col(Customer.party_id), func.least(activated, first.c.day).label("begun"))
        .outerjoin(first, first.c.party_id == col(Customer.party_id))
        .where(col(Customer.activated_at).is_not(None))
    )
    rows = await ctx.session.execute(query)
    return [Relationship(row.party_id, *stood[row.id], row.begun) for row in rows if row.id in stood]


async def customers_on(ctx: Context, day: date) -> list[UUID]:
    """Who was a customer at the end of the day."""
    return [each.party_id for each in await relationships(ctx, day) if each.begun <= day and not each.gone]


async def _stages(ctx: Context, on: date) -> dict[UUID, tuple[str, date]]:
    """Stage and since when, by the customer's id: the one written last of those that had begun by then."""
    since = cast(_written("stage_since"), DateTime(timezone=True))
    first = _versions(_written("stage"), since).order_by(_RECORD, _VER)
    then = _versions(_written("stage"), since).where(since < _midnight_after(on)).order_by(_RECORD, _VER.desc())
    found: dict[UUID, tuple[str, date]] = {}
    for query in (first, then):
        for record_id, stage, at in await ctx.session.execute(query):
            found[record_id] = (stage, at.astimezone(UTC).date())
    return found


async def _teams(ctx: Context, on: date) -> dict[UUID, str]:
    party, team = _written("party_id"), _written("team_id")
    first = _versions(party, team).order_by(_RECORD, _VER)
    entered = _versions(party, team).join(AuditEntry, col(AuditEntry.id) == col(RecordVersion.entry_id))
    then = entered.where(col(AuditEntry.ts) < _midnight_after(on)).order_by(_RECORD, _VER.desc())
    found: dict[UUID, tuple[str, str | None]] = {}
    for query in (first, then):
        for record_id, party_id, team_id in await ctx.session.execute(query):
            found[record_id] = (party_id, team_id)
    return {UUID(party_id): team_id for party_id, team_id in found.values() if team_id is not None}


def _written(name: str) -> ColumnElement[Any]:
    return func.json_extract_path_text(col(RecordVersion.row), name)


def _versions(*values: ColumnElement[Any]) -> Select[Any]:
    """One version of each customer: the first in the order that follows."""
    return sql(_RECORD, *values).where(col(RecordVersion.table_name) == "customer").ext(distinct_on(_RECORD))


def _midnight_after(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), UTC)


async def _segments(ctx: Context, on: date) -> dict[UUID, str]:
    """Moves after the day are taken back, the newest first; whoever came in after it was in none."""
    members = sql(col(SegmentMember.party_id), col(SegmentMember.segment), col(SegmentMember.since))
    rows = await ctx.session.execute(members.where(col(SegmentMember.scheme) == Scheme.RULES))
    found = {row.party_id: row.segment if row.since <= on else None for row in rows}
    moves = sql(col(SegmentMove.party_id), col(SegmentMove.from_segment)).where(
        col(SegmentMove.scheme) == Scheme.RULES, col(SegmentMove.moved_on) > on
    )
    for party_id, origin in await ctx.session.execute(moves.order_by(col(SegmentMove.moved_on).desc())):
        found[party_id] = origin or None
    return {party_id: segment for party_id, segment in found.items() if segment is not None}


async def _products(ctx: Context, on: date) -> dict[UUID, tuple[str, ...]]:
    held = await ctx.session.execute(
        sql(col(Holding.party_id), col(Product.code))
        .join(ProductVersion, col(ProductVersion.id) == col(Holding.product_version_id))
        .join(Product, col(Product.id) == col(ProductVersion.product_id))
        .where(col(Holding.opened_on) <= on, or_(col(Holding.closed_on).is_(None), col(Holding.closed_on) > on))
        .distinct()
    )
    found: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for party_id, code in held:
        found[party_id] = (*found[party_id], code)
    return dict(found)
