"""Owners of organisations that come with a file."""

from datetime import date
from decimal import Decimal

from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import system_actor
from backend.edge.platform import Platform
from backend.onboarding.migration.assignment import Books
from backend.onboarding.migration.migrant import PURPOSE, Migrant, Name, Stake
from backend.onboarding.migration.writing import Plan, write_chunk, write_stakes
from backend.onboarding.ruleset import choose

_NAMES = (Name("legal", "Latn", "Lípa"),)
MIGRANTS = [
    Migrant(ref=f"file:{ref}", number=ref, kind=kind, names=_NAMES)
    for ref, kind in (("F", "organisation"), ("P", "person"))
]


async def test_a_stake_that_is_written_twice_counts_once(platform: Platform, tenant: Tenant) -> None:
    """In one file, and in the same file read again."""
    actor, stake = system_actor(tenant.id, "test"), Stake("file:P", "file:F", "shares", Decimal("0.6"))

    async def parties(ctx: Context) -> None:
        rules = choose(ctx.policies, "CZ", PURPOSE, ctx.now.date())
        await write_chunk(ctx, MIGRANTS, Plan(rules, "CZ", date(2026, 11, 22), Books([], [])))

    await platform.run(actor, parties)
    for _ in range(2):
        await platform.run(actor, lambda ctx: write_stakes(ctx, [stake, stake]))
    async with platform.transaction(actor) as ctx:
        assert (await ctx.session.scalars(text("SELECT fraction FROM ownership_stake"))).all() == [Decimal("0.6")]
