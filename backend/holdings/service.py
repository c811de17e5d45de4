"""How a holding ends, and comes back: with the day, the reason, an entry in the log and an event."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.customers import queries as customers
from backend.holdings import rules
from backend.holdings.errors import HoldingUnknown
from backend.holdings.models import Account, Holding, HoldingStatus


async def close(ctx: Context, holding_id: UUID, reason: str, on: date) -> Holding:
    """By the customer's wish, by surrender, repayment or a move. Raises what `rules.check_end` raises."""
    return await _end(ctx, holding_id, HoldingStatus.CLOSED, reason, on)


async def lapse(ctx: Context, holding_id: UUID, reason: str, on: date) -> Holding:
    """What was due was not paid; it may be reinstated."""
    return await _end(ctx, holding_id, HoldingStatus.LAPSED, reason, on)


async def cancel(ctx: Context, holding_id: UUID, reason: str, on: date) -> Holding:
    """As if it had not been: within the cooling-off period, or because it ought not to have been sold."""
    return await _end(ctx, holding_id, HoldingStatus.CANCELLED, reason, on)


async def mature(ctx: Context, holding_id: UUID, reason: str, on: date) -> Holding:
    return await _end(ctx, holding_id, HoldingStatus.MATURED, reason, on)


async def reinstate(ctx: Context, holding_id: UUID) -> Holding:
    """A lapsed holding is open again. Raises HoldingUnknown, NotAllowed, NotLapsed."""
    holding = await _changing(ctx, holding_id)
    rules.check_reinstatement(HoldingStatus(holding.status))
    async with ctx.audit("holding.reinstate", ("holding", holding.id)):
        holding.status, holding.closed_on, holding.close_reason = HoldingStatus.OPEN, None, None
        await _account_ends(ctx, holding, None)
    await ctx.emit("holding.reinstated", holding.id, {"party": str(holding.party_id)})
    return holding


async def _end(ctx: Context, holding_id: UUID, status: HoldingStatus, reason: str, on: date) -> Holding:
    holding = await _changing(ctx, holding_id)
    rules.check_end(HoldingStatus(holding.status), holding.opened_on, status, reason, on, ctx.now.date())
    async with ctx.audit("holding.end", ("holding", holding.id), reason=f"{status.value}: {reason}"):
        holding.status, holding.closed_on, holding.close_reason = status, on, reason
        await _account_ends(ctx, holding, on)
    await ctx.emit("holding.ended", holding.id, {"party": str(holding.party_id), "status": status.value})
    return holding


async def _changing(ctx: Context, holding_id: UUID) -> Holding:
    holding = await ctx.session.get(Holding, holding_id, with_for_update=True)
    if holding is None:
        raise HoldingUnknown()
    ctx.require("end", "holding", await customers.facts(ctx, holding.party_id))
    return holding


async def _account_ends(ctx: Context, holding: Holding, on: date | None) -> None:
    for account in await ctx.session.scalars(select(Account).where(col(Account.holding_id) == holding.id)):
        account.closed_on = on
