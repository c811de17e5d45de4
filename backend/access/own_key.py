"""The data key of a colleague, under which the few things are sealed that are personal to a colleague."""

from uuid import UUID

from backend.access import proof_queries
from backend.access.context import Context


async def ensure(ctx: Context, user_id: UUID) -> None:
    """Opened, and made when something is sealed for the first time."""
    if await proof_queries.has_data_key(ctx.session, user_id):
        await ctx.vault.load([user_id])
    else:
        await ctx.vault.create([user_id])
