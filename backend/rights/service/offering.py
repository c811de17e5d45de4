"""Which steps of a request are open to the actor now."""

from typing import Final

from backend.access.context import Context
from backend.rights import queries, rules
from backend.rights.models import PrivacyRequest

_SECOND: Final = frozenset({"approve_erasure", "return_erasure"})


async def actions(ctx: Context, row: PrivacyRequest) -> tuple[str, ...]:
    """What the actor may do to the request now."""
    known = await queries.standing_with(ctx, row.party_id, row.proposed_by)
    verbs = rules.offered(
        row.kind,
        row.state,
        extended_before=row.extended_at is not None,
        late=row.due_on < ctx.now.date(),
        approved=row.approved_by is not None,
    )
    rights = {verb: "approve" if verb in _SECOND else "handle" for verb in verbs}
    return tuple(verb for verb, right in rights.items() if ctx.may(right, "privacy_request", known))
