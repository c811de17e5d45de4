"""What hangs on alerts that the actor was shown: comparisons, decisions, comments, and the names of entries."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, tuple_
from sqlmodel import col, select

from backend.access.context import Context
from backend.audit.models import AuditEntry
from backend.screening.alerts.models import (
    ScreeningAlert,
    ScreeningComment,
    ScreeningComparison,
    ScreeningDisposition,
)
from backend.screening.alerts.queries.merges import joined_of
from backend.screening.models import ListEntity


async def comparisons_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, ScreeningComparison]:
    """For alerts that the actor was shown."""
    rows = await ctx.session.scalars(select(ScreeningComparison).where(col(ScreeningComparison.id).in_(set(alert_ids))))
    return {row.id: row for row in rows}


async def dispositions_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[ScreeningDisposition]]:
    """Of each alert and of those that went into it, the latest first."""
    found = await _of(ctx, ScreeningDisposition, alert_ids)
    return {alert_id: rows[::-1] for alert_id, rows in found.items()}


async def comments_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[ScreeningComment]]:
    """Of each alert and of those that went into it, in the order in which they were written."""
    return await _of(ctx, ScreeningComment, alert_ids)


async def _of(ctx: Context, model: Any, alert_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """By alert, ordered by id and so by time."""
    joined = await joined_of(ctx, alert_ids)
    goes_to = {each: each for each in alert_ids} | {one.id: into for into, ones in joined.items() for one in ones}
    rows = await ctx.session.scalars(
        select(model).where(col(model.alert_id).in_(goes_to.keys())).order_by(col(model.id))
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[goes_to[row.alert_id]].append(row)
    return found


async def entry_names(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """By what name each alert's entry is called: the first that the publisher gives, as it was when last seen.

    None once the customer was erased, and where an earlier release kept the name with the alert, that one.
    """
    alert, entity = ScreeningAlert, ListEntity
    pair = (col(alert.list_id), col(alert.entity_ref), col(alert.entity_digest))
    entry = (col(entity.list_id), col(entity.ref), col(entity.digest))
    first = col(entity.payload)["names"][0]["text"].astext
    wanted = (
        select(alert.id, func.coalesce(first, alert.entity_name))
        .outerjoin(entity, tuple_(*entry) == tuple_(*pair))
        .where(col(alert.id).in_(set(alert_ids)))
        .order_by(col(entity.since))
    )
    return {row[0]: row[1] for row in await ctx.session.execute(wanted)}


async def changed_at(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each alert came to stand as it does: the time of the entry that changed it last."""
    alert, entry = ScreeningAlert, AuditEntry
    wanted = select(alert.id, entry.ts).join(entry, col(entry.id) == col(alert.entry_id))
    return {row[0]: row[1] for row in await ctx.session.execute(wanted.where(col(alert.id).in_(set(alert_ids))))}
