"""Legal holds, as the contract shows them."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers.queries.sight import facts
from backend.rights import models, queries
from backend.rights.rulesets import request_rules


@strawberry.enum(description="A hold protects from the moment it is placed until a second person has lifted it.")
class LegalHoldState(Enum):
    PLACED = "placed"
    IN_FORCE = "in_force"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    REJECTED = "rejected"


@strawberry.type
class LegalHold:
    id: UUID
    reason: str
    words: str
    reference: str | None
    state: LegalHoldState
    placed_at: datetime
    confirmed_at: datetime | None
    lift_proposed_at: datetime | None
    lifted_at: datetime | None
    may_confirm: bool = strawberry.field(description="The viewer may take the second person's step that waits.")
    may_place: bool
    row: strawberry.Private[models.LegalHold]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def placed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.placed_by)

    @strawberry.field
    def confirmed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.confirmed_by)

    @strawberry.field
    def lift_proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.lift_proposed_by)


async def hold_of(ctx: Context, row: models.LegalHold) -> LegalHold:
    own = request_rules(ctx.policies, await queries.jurisdiction(ctx), ctx.now.date()).rules
    words = next((term.text(ctx.actor.locale) for term in own.hold_reasons if term.code == row.reason), row.reason)
    maker = row.placed_by if row.state == models.HoldState.PLACED else row.lift_proposed_by
    waits = row.state in {models.HoldState.PLACED, models.HoldState.LIFT_PROPOSED}
    return LegalHold(
        id=row.id,
        reason=row.reason,
        words=words,
        reference=row.reference,
        state=LegalHoldState(row.state),
        placed_at=row.placed_at,
        confirmed_at=row.confirmed_at,
        lift_proposed_at=row.lift_proposed_at,
        lifted_at=row.lifted_at,
        may_confirm=waits and ctx.may("confirm", "legal_hold", await queries.standing_with(ctx, row.party_id, maker)),
        may_place=ctx.may("place", "legal_hold", await facts(ctx, row.party_id)),
        row=row,
    )
