"""What ends with a person who was erased: work whose words nobody can read, points that nobody can spend."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework.tasks import service as tasks
from backend.loyalty.models import MemberState
from backend.loyalty.queries import members
from backend.loyalty.service.membership import end
from backend.rights import queries

_ERASED: Final = "erased"


async def close(ctx: Context, party_id: UUID) -> int:
    """How many tasks and memberships ended; of the record and of those that were merged into it."""
    lineage = await queries.lineage(ctx, party_id)
    ended = await tasks.drop(ctx, lineage)
    for each in lineage:
        member = await members.member_of(ctx, each)
        if member is not None and member.state == MemberState.ACTIVE:
            await end(ctx, each, _ERASED)
            ended += 1
    return ended
