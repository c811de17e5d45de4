"""Emergency access becomes work for a reviewer who did not take it, and stops being work when it is reviewed."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.proof_models import EmergencyAccess, EmergencyState
from backend.casework import queries, service
from backend.casework.service import Placement

QUEUE: Final = "access.emergency"
_REVIEWED: Final = frozenset({EmergencyState.ACCEPTED, EmergencyState.ABUSE})


async def follow(ctx: Context, access_id: UUID) -> None:
    """Runs again without harm: an event may come twice, or late."""
    access = await ctx.session.get_one(EmergencyAccess, access_id)
    subject = ("emergency_access", access.id)
    waiting = await queries.open_of(ctx, access.id)
    if access.state in _REVIEWED:
        if waiting is not None:
            await service.move(ctx, subject, None)
    elif waiting is None:
        await service.open_item(ctx, subject, Placement(queue=QUEUE, kind=QUEUE, excluded_id=access.user_id))
