"""Tags and outlines of parties made anew: when the index key was rotated, or another release makes them otherwise.

Until then the parties count as touched by every change of the lists (Touch), so nobody is missed meanwhile.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from backend.access.context import Context
from backend.screening import queries, subjects
from backend.screening.models import ScreenedParty
from backend.screening.subjects import Facts


async def retag(ctx: Context, party_ids: Collection[UUID]) -> int:
    """Of the parties those whose tags were made otherwise; opens their names. How many they were."""
    stale = await queries.tagged_otherwise(ctx, party_ids, subjects.keys_of(ctx))
    return await renew(ctx, (await subjects.facts_of(ctx, stale)).values()) if stale else 0


async def renew(ctx: Context, facts: Collection[Facts]) -> int:
    """How far the parties are screened stays as it is."""
    for one in facts:
        own = update(ScreenedParty).where(col(ScreenedParty.party_id) == one.party_id)
        made = {"keys": sorted(one.outline.keys), "outline": subjects.sealed_outline(ctx, one)}
        await ctx.session.execute(own.values(keys_of=subjects.keys_of(ctx), **made))
    return len(facts)
