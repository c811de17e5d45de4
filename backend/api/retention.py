"""Periods of retention, and the batches of what is due, as the contract shows them."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.keeping import KeepingTerm, keeping_terms
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.rights import models, queries, rules
from backend.rights.service.loading import retention


@strawberry.enum
class RetentionBatchState(Enum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DONE = "done"


@strawberry.type(description="One period of the retention rules, with its reason and article.")
class RetentionPeriod:
    code: str
    record: str
    starts: str
    keep: str
    article: str
    words: str


@strawberry.type
class RetentionDue:
    id: UUID
    due_since: date
    state: str
    reason: str | None
    row: strawberry.Private[models.RetentionDue]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved(weight=1, size=4)
    async def terms(self, info: Info) -> list[KeepingTerm]:
        return await info.context.read(lambda ctx: keeping_terms(ctx, self.row.terms))


@strawberry.type
class RetentionCount:
    state: str
    count: int


@strawberry.type
class RetentionBatch:
    id: UUID
    state: RetentionBatchState
    computed_on: date
    ruleset: str
    decided_at: datetime | None
    row: strawberry.Private[models.RetentionBatch]

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved(weight=2, size=4)
    async def counts(self, info: Info) -> list[RetentionCount]:
        found = await info.context.read(lambda ctx: queries.due_counts(ctx, self.id))
        return [RetentionCount(state=state, count=count) for state, count in sorted(found.items())]

    @resolved("Who is in it, the first hundred.", weight=5, size=100)
    async def due(self, info: Info) -> list[RetentionDue]:
        rows = await info.context.read(lambda ctx: queries.due_in(ctx, self.id))
        return [
            RetentionDue(id=row.id, due_since=row.due_since, state=row.state, reason=row.reason, row=row)
            for row in rows
        ]


@strawberry.type
class Retention:
    jurisdiction: str
    ruleset: str
    may_approve: bool
    periods: list[RetentionPeriod] = strawberry.field(directives=[Cost(weight=0, size=8)])
    open: RetentionBatch | None
    batches: list[RetentionBatch] = strawberry.field(directives=[Cost(weight=0, size=10)])


def batch_of(row: models.RetentionBatch) -> RetentionBatch:
    return RetentionBatch(
        id=row.id,
        state=RetentionBatchState(row.state),
        computed_on=row.computed_on,
        ruleset=row.ruleset,
        decided_at=row.decided_at,
        row=row,
    )


async def retention_shown(ctx: Context) -> Retention:
    queries.require_sight(ctx)
    loaded, locale = await retention(ctx), ctx.actor.locale
    rows = await queries.batches(ctx, 10)
    standing = next((row for row in rows if row.state == models.BatchState.PROPOSED), None)
    return Retention(
        jurisdiction=await queries.jurisdiction(ctx),
        ruleset=loaded.sha256,
        may_approve=queries.may_approve(ctx, standing),
        periods=[
            RetentionPeriod(
                code=period.code,
                record=period.record.value,
                starts=period.starts.value,
                keep=rules.in_words(period.keep),
                article=period.article,
                words=period.reason.text(locale),
            )
            for period in loaded.rules.periods
        ],
        open=None if standing is None else batch_of(standing),
        batches=[batch_of(row) for row in rows if row is not standing],
    )
