"""What waits for a second person, of every kind: each capability says how its own is found, one list shows them all."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from backend.access import colleagues, emergency, factor_resets, proof_queries
from backend.access.context import Context
from backend.access.policy import AccessPolicy
from backend.access.proof_models import EmergencyState
from backend.core.actor import Actor
from backend.core.i18n import translate

MOST: Final = 100
"""Of one kind; nobody signs more in a day, and a list that is longer says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to sign. `words` say what, without personal data; `mine`: the reader may be the second person.

    `page` is where it is signed in the web client; of a customer and of a colleague only the id stands here.
    """

    id: UUID
    words: str
    page: str
    made_at: datetime
    made_by: UUID | None
    mine: bool
    party_id: UUID | None = None
    colleague_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignatureKind:
    """`title` is a message id; `signs` are the rights (object, action) that the second person holds, any of them.

    `waiting` answers at most `MOST`, the oldest first, for somebody who holds one of the rights.
    """

    name: str
    title: str
    signs: tuple[tuple[str, str], ...]
    waiting: Callable[[Context], Awaitable[Sequence[Waiting]]]


def concerns(actor: Actor, policy: AccessPolicy, kind: SignatureKind) -> bool:
    """Whether the actor could ever sign such a thing."""
    return any(policy.ever(actor, action, obj) for obj, action in kind.signs)


async def waiting(ctx: Context, kinds: Iterable[SignatureKind]) -> list[tuple[SignatureKind, Waiting]]:
    """Kinds that the actor signs none of are not looked at."""
    found: list[tuple[SignatureKind, Waiting]] = []
    for kind in kinds:
        if concerns(ctx.actor, ctx.policy, kind):
            found += [(kind, each) for each in await kind.waiting(ctx)]
    return found


async def _roles(ctx: Context) -> list[Waiting]:
    views = await colleagues.appointments(ctx, open_only=True)
    return [
        Waiting(
            id=view.row.id,
            words=translate(ctx.actor.locale, view.row.role.replace("_", " ").capitalize()),
            page=f"/colleagues/{view.row.holder_id}",
            made_at=view.row.proposed_at,
            made_by=view.row.proposed_by,
            mine=view.may_decide,
            colleague_id=view.row.holder_id,
        )
        for view in reversed(views[:MOST])
    ]


async def _emergencies(ctx: Context) -> list[Waiting]:
    """Ended, and not reviewed; whoever took it does not review it."""
    rows = [row for row in await proof_queries.emergencies(ctx.session) if row.state == EmergencyState.ENDED]
    return [
        Waiting(
            id=row.id,
            words=translate(ctx.actor.locale, row.role.replace("_", " ").capitalize()),
            page="/emergency",
            made_at=row.opened_at,
            made_by=row.user_id,
            mine=ctx.may("review", "emergency_access", emergency.facts(row)),
            colleague_id=row.user_id,
        )
        for row in reversed(rows[:MOST])
    ]


async def _resets(ctx: Context) -> list[Waiting]:
    views = await factor_resets.listed(ctx)
    return [
        Waiting(
            id=view.row.id,
            words=view.row.reason,
            page="/staff-access",
            made_at=view.row.proposed_at,
            made_by=view.row.proposed_by,
            mine=view.may_decide,
            colleague_id=view.row.user_id,
        )
        for view in reversed(views[:MOST])
    ]


ROLES: Final = SignatureKind("role", "Role for a colleague", (("role_grant", "approve"),), _roles)
EMERGENCIES: Final = SignatureKind("emergency", "Emergency access", (("emergency_access", "review"),), _emergencies)
RESETS: Final = SignatureKind("factor_reset", "Second factor to be taken away", (("staff", "approve_reset"),), _resets)
