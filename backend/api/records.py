"""Records that a question can be about: where they stand, for access decisions."""

from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.casework import queries as casework
from backend.customers import queries as customers
from backend.customers.errors import PartyNotFound
from backend.onboarding import queries as onboarding


@strawberry.enum(description="TENANT is the institution itself, for rights that are not about a record.")
class RecordKind(Enum):
    PARTY = "party"
    CASE = "onboarding_case"
    WORK_ITEM = "work_item"
    TENANT = "tenant"


async def facts(ctx: Context, kind: RecordKind, record_id: UUID | None) -> Facts:
    """Raises NotFound. A partner learns nothing, not even existence, of records that are not its own."""
    if kind is RecordKind.TENANT or record_id is None:
        return Facts(tenant_id=ctx.actor.tenant_id)
    if kind is RecordKind.CASE:
        return (await onboarding.found(ctx, record_id)).facts()
    if kind is RecordKind.WORK_ITEM:
        return casework.facts(ctx, await casework.item(ctx, record_id))
    known = await customers.facts(ctx, record_id)
    if ctx.actor.type == "partner" and not ctx.may("view", "customer", known):
        raise PartyNotFound()
    return known
