"""The newest signed head of a log stamped by somebody else's clock (RFC 3161): by command, and by schedule."""

import asyncio
from pathlib import Path

from backend.access.context import Context
from backend.audit import timestamps
from backend.audit.heads import Heads
from backend.audit.timestamps import Send, Stamp, Stamps, over_http
from backend.core.actor import Actor
from backend.edge.platform import Platform


async def stamp(platform: Platform, actor: Actor, send: Send, roots: Path) -> Stamp | None:
    """Asks, verifies and keeps the answer beside the heads; None for a log without a head.

    No transaction is open while the authority is asked. Raises StampsMissing, StampRefused.
    """
    tenant_id = actor.tenant_id
    heads = Heads.of(platform.settings)
    last = await asyncio.to_thread(heads.last, tenant_id)
    note = None if last is None else await asyncio.to_thread(heads.note, tenant_id, last.size)
    if last is None or note is None:
        return None
    trusted = timestamps.certificates(roots)
    answer, at = await asyncio.to_thread(timestamps.request_stamp, note, send, trusted)
    name = Stamps.of(platform.settings).keep(tenant_id, last.size, answer)

    async def stamped(ctx: Context) -> None:
        await ctx.trail.note("audit.timestamp", ("tenant", tenant_id), reason=f"size {last.size}")

    await platform.run(actor, stamped)
    return Stamp(last.size, at, name)


async def stamp_grown(platform: Platform, actor: Actor) -> Stamp | None:
    """For the schedule: nothing where no authority is set, or where only the entry of the last stamp came since."""
    settings = platform.settings
    if settings.timestamp_url is None or settings.timestamp_roots is None:
        return None
    last = await asyncio.to_thread(Heads.of(settings).last, actor.tenant_id)
    stamped = Stamps.of(settings).newest(actor.tenant_id)
    own_entry = 1 if stamped else 0
    if last is None or last.size <= stamped + own_entry:
        return None
    return await stamp(platform, actor, over_http(settings.timestamp_url), settings.timestamp_roots)
