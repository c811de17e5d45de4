"""The log as it is searched: entries that answer to all of the filters, the newest first, also those that still wait
for the sequencer."""

from typing import Any

from sqlalchemy import text

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.audit import reading
from backend.privacy.personal import with_records
from backend.reporting.entries import conditions, params
from backend.reporting.filters import Filters


async def entries(
    ctx: Context, filters: Filters, *, after: reading.After | None, limit: int
) -> list[reading.TrailLine]:
    """Who looked, and for what, is noted. Raises NotAllowed."""
    tenant_id = ctx.actor.tenant_id
    ctx.require("view", "audit", Facts(tenant_id=tenant_id))
    about = tuple(await with_records(ctx.session, filters.subjects))
    narrowed = " AND ".join(("e.tenant_id = :tenant", reading.BEFORE, *conditions(filters)))
    asked = text(
        f"SELECT e.id FROM audit_entry e WHERE {narrowed} "  # noqa: S608 - put together from constants
        "ORDER BY e.ts DESC, e.id DESC LIMIT :limit"
    )
    place: dict[str, Any] = {**reading.newest_first(after, limit), "tenant": tenant_id}
    found = (await ctx.session.scalars(asked, {**params(filters, about), **place})).all()
    await ctx.trail.note("audit.view", ("tenant", tenant_id), reason=filters.code() or None)
    return await reading.lines(ctx.session, found, None, ctx.actor.locale)
