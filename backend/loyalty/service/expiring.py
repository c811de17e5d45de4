"""Points whose last day is over, written off member by member."""

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.loyalty import postings
from backend.loyalty.queries import ledger, members
from backend.loyalty.queries.members import OBJECT
from backend.loyalty.service.loading import Asked, book, rules_of

CODE = "expiry"


async def expire_due(ctx: Context, limit: int = 100) -> int:
    """Of how many members points expired; call again while it answers more than 0."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    loaded, today, done = rules_of(ctx), ctx.now.date(), 0
    for party_id in await ledger.due_to_expire(ctx, today, limit):
        member = await members.locked(ctx, party_id)
        gone = postings.expired(await ledger.lots(ctx, member.id), today)
        if gone is not None:
            asked = Asked(reference=f"expiry:{today.isoformat()}", code=CODE, booked_on=today)
            await book(ctx, member, new_id(), gone, asked, loaded.sha256)
            done += 1
    return done
