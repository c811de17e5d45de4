"""What happened, for whoever listens: codes and identifiers, nothing of what stands on a list.

Every event names the party, so that subscribers look once at a party of which much changed.
"""

from uuid import UUID

from backend.access.context import Context
from backend.screening.alerts.models import ScreeningAlert


async def alerted(ctx: Context, party_id: UUID) -> None:
    """Alerts were opened or reopened: the party waits for a decision."""
    await ctx.emit("screening.alerted", party_id, {"party": str(party_id)})


async def moved(ctx: Context, alert: ScreeningAlert) -> None:
    """Somebody took an alert, gave it back, handed it up, or proposed a decision: its work changes hands."""
    await ctx.emit("screening.moved", alert.id, {"party": str(alert.party_id), "state": alert.state})


async def settled(ctx: Context, alert: ScreeningAlert) -> None:
    """An alert was decided, or lost its ground."""
    await ctx.emit("screening.settled", alert.id, {"party": str(alert.party_id), "state": alert.state})


async def matched(ctx: Context, alert: ScreeningAlert) -> None:
    """The party is on a list: rating, reviews and cases have to take it up."""
    await ctx.emit("screening.matched", alert.party_id, {"party": str(alert.party_id), "kind": alert.list_kind})


async def unmatched(ctx: Context, party_id: UUID) -> None:
    """A match that was confirmed stands no longer: decided anew, or the entry left its list."""
    await ctx.emit("screening.unmatched", party_id, {"party": str(party_id)})
