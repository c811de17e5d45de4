"""What two people decide becomes work for the second one, in a queue with a due time, until it is decided.

Each function runs again without harm: an event may come twice, or late; the record is the truth.
"""

from typing import Final
from uuid import UUID

from backend.access.appointment_models import Appointment, AppointmentState
from backend.access.context import Context
from backend.access.proof_models import FactorReset, ResetState
from backend.casework import queries, service
from backend.casework.service import Placement
from backend.governance import kinds
from backend.governance.kinds import ACCESS
from backend.governance.models import Proposal, ProposalState

RULES: Final = "approvals.rules"
PEOPLE: Final = "approvals.access"


async def follow_rules(ctx: Context, proposal_id: UUID) -> None:
    """A proposal that is edited is a draft again, and nobody's work."""
    row = await ctx.session.get_one(Proposal, proposal_id)
    queue = PEOPLE if kinds.find(row.kind).permission == ACCESS else RULES
    await _follow(ctx, ("ruleset_proposal", row.id), queue, row.proposed_by, waits=row.state == ProposalState.PROPOSED)


async def follow_role(ctx: Context, appointment_id: UUID) -> None:
    row = await ctx.session.get_one(Appointment, appointment_id)
    waits = row.state == AppointmentState.PROPOSED
    await _follow(ctx, ("role_appointment", row.id), PEOPLE, row.proposed_by, waits=waits)


async def follow_reset(ctx: Context, reset_id: UUID) -> None:
    row = await ctx.session.get_one(FactorReset, reset_id)
    waits = row.state == ResetState.PROPOSED
    await _follow(ctx, ("factor_reset", row.id), PEOPLE, row.proposed_by, waits=waits)


async def _follow(ctx: Context, subject: tuple[str, UUID], queue: str, maker_id: UUID, *, waits: bool) -> None:
    open_ = await queries.open_of(ctx, subject[1])
    if waits and open_ is None:
        await service.open_item(ctx, subject, Placement(queue=queue, kind=queue, excluded_id=maker_id))
    elif open_ is not None and not waits:
        await service.move(ctx, subject, None)
