"""What hangs on a party and goes with it into a merge; each capability above knows its own records and registers them.

A row moves as it is: its id, its salts and its commitments stay, so its history still verifies. Its words are sealed
with the survivor's key from then on, and go when the survivor is erased.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.tables import Audited
from backend.customers.models import Party

Follow = Callable[[Context, UUID, UUID], Awaitable[None]]
_ROWS_AN_ENTRY: Final = 200
_followers: dict[str, Follow] = {}


def register(name: str, follow: Follow) -> None:
    """`follow(ctx, loser_id, survivor_id)` is part of the merge's transaction; the keys of both are open."""
    _followers[name] = follow


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    for each in _followers.values():
        await each(ctx, loser_id, survivor_id)


def lineage(party_id: UUID) -> Select[tuple[UUID]]:
    """The party and every record that was merged into it, however many times."""
    tree = sql(col(Party.id)).where(col(Party.id) == party_id).cte("lineage", recursive=True)
    tree = tree.union(sql(col(Party.id)).join(tree, col(Party.merged_into_id) == tree.c.id))
    return sql(tree.c.id)


async def records_of(ctx: Context, model: Any, party_id: UUID) -> list[Any]:
    """Rows of a table with a `party_id`, in the order in which they were made."""
    query = select(model).where(col(model.party_id) == party_id).order_by(col(model.id))
    return list(await ctx.session.scalars(query))


async def move(ctx: Context, rows: Sequence[Audited], loser_id: UUID, survivor_id: UUID) -> None:
    """Wherever a row names the loser it names the survivor; entries of their own keep each within the log's limit."""
    for start in range(0, len(rows), _ROWS_AN_ENTRY):
        part = rows[start : start + _ROWS_AN_ENTRY]
        async with ctx.audit("customer.merge.follow", ("party", survivor_id), reason=str(part[0].__tablename__)):
            for row in part:
                _hand_over(ctx, row, loser_id, survivor_id)


def _hand_over(ctx: Context, row: Any, loser_id: UUID, survivor_id: UUID) -> None:
    columns = row.__table__.columns
    for column in columns:
        sealed = getattr(row, column.key)
        if sealed is not None and column.info.get("sealed") and getattr(row, column.info["owner"]) == loser_id:
            table = str(row.__tablename__)
            setattr(row, column.key, ctx.vault.reseal(table, column.key, row.id, loser_id, survivor_id, sealed))
    for column in columns:
        if getattr(row, column.key) == loser_id:
            setattr(row, column.key, survivor_id)
