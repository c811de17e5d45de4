"""Reports over records: pages in the order of ids (which is that of time), each line with the log entry that made its
record."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select
from sqlmodel import col

from backend.access.context import Context
from backend.core.tables import Audited
from backend.reporting.audit_log import ENTRY, LEAF, stand
from backend.reporting.filters import Filters
from backend.reporting.heads import Place, places
from backend.reporting.report import Inquiry, Line, Page

M = TypeVar("M", bound=Audited)
PAGE: Final = 500
STAND: Final = (*LEAF, replace(ENTRY, printed=False))
Describe = Callable[[Context, Inquiry, Sequence[Any]], Awaitable[Sequence[Line]]]


async def page(
    ctx: Context,
    inquiry: Inquiry,
    place: UUID | None,
    model: type[M],
    wanted: Select[*tuple[Any, ...]],
    describe: Describe,
) -> Page:
    """`wanted` selects `model` first; how far a report is, is told by how much of the page came."""
    asked = wanted.order_by(col(model.id)).limit(PAGE)
    if place is not None:
        asked = asked.where(col(model.id) > place)
    rows = (await ctx.session.execute(asked)).all()
    stands = await places(ctx.session, ctx.actor.tenant_id, [row[0].entry_id for row in rows], inquiry.head)
    described = await describe(ctx, inquiry, rows)
    lines = [stood(row[0].entry_id, stands, inquiry) | dict(line) for row, line in zip(rows, described, strict=True)]
    more = len(rows) == PAGE
    return Page(lines, rows[-1][0].id if more else None, 0 if more else 1, 1)


def stood(entry: UUID, stands: Mapping[UUID, Place], inquiry: Inquiry) -> dict[str, str | int | None]:
    """The entry is named also where the head does not cover it yet."""
    found = stands.get(entry)
    leaf, leaf_hash = (None, None) if found is None else (found.leaf, found.leaf_hash)
    return stand(leaf, leaf_hash, inquiry.head) | {ENTRY.key: str(entry)}


def during(column: Any, filters: Filters) -> list[ColumnElement[bool]]:
    """The period of the filters, as conditions on one instant."""
    found = []
    if filters.since is not None:
        found.append(col(column) >= filters.since)
    if filters.until is not None:
        found.append(col(column) < filters.until)
    return found


def among(column: Any, ids: Iterable[UUID]) -> list[ColumnElement[bool]]:
    listed = list(ids)
    return [col(column).in_(listed)] if listed else []


def hours(start: datetime, end: datetime) -> int:
    """Whole hours between two instants."""
    return int((end - start).total_seconds() // 3600)
