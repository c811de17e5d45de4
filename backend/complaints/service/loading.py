"""What the verbs work on: found, allowed, under which rules; and the course that each of them writes on."""

from uuid import UUID

from backend.access.context import Context
from backend.complaints import queries, rules
from backend.complaints.errors import HandlerInvolved
from backend.complaints.models import Complaint, ComplaintStep, State
from backend.complaints.ruleset import (
    Clock,
    ComplaintClocks,
    ComplaintHandling,
    complaint_clocks,
    complaint_handling,
)
from backend.core.ids import new_id
from backend.core.rulesets import Loaded


async def complaint_for(ctx: Context, complaint_id: UUID, action: str, maker_id: UUID | None = None) -> Complaint:
    """Locked, its keys open. Raises ComplaintNotFound, HandlerInvolved, NotAllowed."""
    row = await queries.complaint(ctx, complaint_id, lock=True)
    if action in {"handle", "approve"} and rules.involved(row.staff, ctx.actor.id):
        raise HandlerInvolved()
    ctx.require(action, queries.OBJECT, await queries.access(ctx, row, maker_id))
    await ctx.vault.load([row.owner_id])
    return row


def handling(ctx: Context) -> Loaded[ComplaintHandling]:
    return complaint_handling(ctx.policies, ctx.now.date())


def law(ctx: Context, row: Complaint) -> ComplaintClocks:
    """Those that were in force when it was received."""
    return complaint_clocks(ctx.policies, row.jurisdiction, row.received_on).rules


def clock_of(ctx: Context, row: Complaint) -> Clock:
    return law(ctx, row).named(row.clock)


def step(ctx: Context, row: Complaint, kind: str, code: str | None = None, words: str | None = None) -> ComplaintStep:
    """One line of the course; within an entry of the log."""
    step_id = new_id()
    line = ComplaintStep(
        id=step_id,
        tenant_id=row.tenant_id,
        complaint_id=row.id,
        owner_id=row.owner_id,
        kind=kind,
        code=code,
        words=ctx.vault.seal_optional("complaint_step", "words", step_id, row.owner_id, words),
        at=ctx.now,
        by=ctx.actor.id,
    )
    ctx.session.add(line)
    return line


def move(row: Complaint, target: State) -> None:
    """Raises StateForbids."""
    row.state = rules.reached(row.state, target)


async def tell(ctx: Context, row: Complaint, what: str, **more: str | None) -> None:
    """The event that others hear: who complains (if on record), about which product, and how it stands."""
    payload = {"complaint": str(row.id), "state": row.state, "product": row.product_code, **more}
    if row.party_id is not None:
        payload["customer"] = str(row.party_id)
    await ctx.emit(f"complaint.{what}", row.id, payload)
