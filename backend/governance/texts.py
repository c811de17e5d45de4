"""The texts of rule-sets by their hash: kept when first used, and never lost again."""

import hashlib

from sqlalchemy import func, select

from backend.access.context import Context
from backend.governance import queries
from backend.governance.errors import UnknownText
from backend.governance.models import RuleSetText


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def keep(ctx: Context, content: bytes) -> str:
    """The hash of the content, which is stored when it is new. Two who store the same wait for each other."""
    sha256 = sha256_of(content)
    if await queries.text(ctx.session, sha256) is None:
        place = func.hashtextextended(f"ruleset_text/{ctx.actor.tenant_id}/{sha256}", 0)
        await ctx.session.execute(select(func.pg_advisory_xact_lock(place)))
        if await queries.text(ctx.session, sha256) is None:
            row = RuleSetText(tenant_id=ctx.actor.tenant_id, sha256=sha256, content=content)
            async with ctx.audit("ruleset.keep", ("ruleset_text", row.id), ruleset=sha256):
                ctx.session.add(row)
    return sha256


async def by_hash(ctx: Context, sha256: str) -> bytes:
    """Raises UnknownText."""
    found = await queries.text(ctx.session, sha256)
    if found is None:
        raise UnknownText(sha256=sha256)
    return found.content
