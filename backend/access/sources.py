"""Addresses that guess: failures are counted by the keyed digest of the address, and forgotten after a while.

A right password forgives nothing here, or whoever has one account could guess at all the others.
"""

from datetime import timedelta

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from backend.access import proof_queries
from backend.access.context import Context
from backend.access.proof_models import SignInSource
from backend.access.sign_in_rules import sign_in_rules
from backend.core.ids import new_id


async def locked(ctx: Context) -> bool:
    if ctx.actor.ip_digest is None:
        return False
    found = await proof_queries.source(ctx.session, ctx.actor.ip_digest)
    return found is not None and found.locked_until is not None and found.locked_until > ctx.now


async def failed(ctx: Context) -> None:
    """One statement, so that failures at the same moment are all counted; none is while the address is locked."""
    if ctx.actor.ip_digest is None or await locked(ctx):
        return
    rules = sign_in_rules(ctx.policies, ctx.now.date()).rules.lock
    forgotten = ctx.now - timedelta(minutes=rules.address_forgotten_minutes)
    first = insert(SignInSource).values(
        id=new_id(), tenant_id=ctx.actor.tenant_id, ip_digest=ctx.actor.ip_digest, failures=1, last_at=ctx.now
    )
    again = case((col(SignInSource.last_at) <= forgotten, 1), else_=col(SignInSource.failures) + 1)
    counted = first.on_conflict_do_update(
        index_elements=["tenant_id", "ip_digest"], set_={"failures": again, "last_at": ctx.now}
    )
    failures = await ctx.session.scalar(counted.returning(col(SignInSource.failures)))
    locked_for = rules.time(failures or 0, rules.address_failures)
    if locked_for is not None:
        row = await proof_queries.source(ctx.session, ctx.actor.ip_digest)
        if row is not None:
            row.locked_until = ctx.now + locked_for
