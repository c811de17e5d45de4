"""Erasures, and whether one could be, as the contract shows them."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost
from backend.api.keeping import KeepingTerm, keeping_terms
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers.queries.sight import facts
from backend.rights import models, queries
from backend.rights.service.loading import judged_whole, keeping_documents, retention


@strawberry.type(description="The destruction of one person's keys, and how far it has come.")
class Erasure:
    id: UUID
    party_id: UUID
    ground: str
    state: str
    approved_at: datetime
    completed_at: datetime | None
    row: strawberry.Private[models.Erasure]

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)


@strawberry.type(description="Whether a person's data could be erased today, and what keeps it.")
class ErasureOutlook:
    erasable: bool
    free_from: date | None
    keeping: list[KeepingTerm] = strawberry.field(directives=[Cost(weight=0, size=5)])


async def outlook_of(ctx: Context, party_id: UUID) -> ErasureOutlook:
    ctx.require("view", "retention", await facts(ctx, party_id))
    verdict = await judged_whole(ctx, party_id, (await retention(ctx)).rules)
    return ErasureOutlook(
        erasable=verdict.erasable,
        free_from=verdict.free_from,
        keeping=await keeping_terms(ctx, keeping_documents(verdict)),
    )


async def erasure_found(ctx: Context, party_id: UUID) -> Erasure | None:
    ctx.require("view", "retention", await facts(ctx, party_id))
    row = await queries.erasure_of(ctx, party_id)
    return None if row is None else erasure_shown(row)


def erasure_shown(row: models.Erasure) -> Erasure:
    return Erasure(
        id=row.id,
        party_id=row.party_id,
        ground=row.ground,
        state=row.state,
        approved_at=row.approved_at,
        completed_at=row.completed_at,
        row=row,
    )
