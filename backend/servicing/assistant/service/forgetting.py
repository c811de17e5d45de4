"""Conversations of people whom nobody knows are forgotten after their time, by destroying their key."""

from datetime import timedelta

from backend.access.context import Context
from backend.privacy.shredding import destroy_keys
from backend.servicing.assistant import queries
from backend.servicing.assistant.queries import CONVERSATIONS, standing
from backend.servicing.assistant.service.asking import SUBJECT
from backend.servicing.assistant.service.writing import rules_of


async def forget_old(ctx: Context, limit: int = 100) -> int:
    """Those of customers on record go with the customer's own key. Call again while it answers more than 0."""
    ctx.require("forget", CONVERSATIONS, standing(ctx))
    before = ctx.now - timedelta(days=rules_of(ctx).rules.keep_days)
    rows = await queries.forgettable(ctx, before, limit)
    owners = [row.owner_id for row in rows]
    for row in rows:
        async with ctx.audit("assistant.forget", (SUBJECT, row.id)):
            row.forgotten_at = ctx.now
    if owners:
        await destroy_keys(ctx.session, ctx.actor.tenant_id, owners, ctx.now)
        ctx.vault.keyring.destroyed(ctx.actor.tenant_id, owners)
    return len(rows)
