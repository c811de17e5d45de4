"""Whom a version of a product would concern before it is approved: begun here, read while it is measured and after."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import Id
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.rule_effects import (
    EffectMatrix,
    EffectStatement,
    EffectTable,
    SimulationState,
    effect_matrix,
    effect_table,
)
from backend.api.staff import Agent, agent
from backend.edge import product_what_if
from backend.governance.documents import Document
from backend.product_reviews import what_if_service as service
from backend.product_reviews.what_if_models import ProductWhatIf as Row

_WAIT_SECONDS: Final = 2.0


@strawberry.type(description="What a version would do to those who hold the product and to the sales of the last year.")
class ProductWhatIf:
    id: UUID
    version_id: UUID
    state: SimulationState
    done: int
    total: int
    started_at: datetime
    finished_at: datetime | None
    problem: str | None
    outdated: bool = strawberry.field(description="The version, or what it is compared with, has changed since.")
    statements: list[EffectStatement] = strawberry.field(directives=[Cost(weight=0, size=5)])
    matrices: list[EffectMatrix] = strawberry.field(directives=[Cost(weight=0, size=2)])
    tables: list[EffectTable] = strawberry.field(directives=[Cost(weight=0, size=5)])
    starter: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.starter)


ProductWhatIfResult = Annotated[
    ProductWhatIf | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ProductWhatIfResult"),
]


@strawberry.type
class ProductWhatIfQuery:
    @resolved("The newest comparison of a version with the approved one before it; null without one.", weight=10)
    async def product_what_if(self, info: Info, version_id: Id) -> ProductWhatIf | None:
        return await _latest(info, version_id)


@strawberry.type
class ProductWhatIfMutation:
    @changes("Begins to compare a version with the approved one; a long one goes on, and its progress can be read.")
    async def compare_product_version(self, info: Info, version_id: Id) -> ProductWhatIfResult:
        request = info.context
        outcome = await write(
            info, lambda ctx: service.begin(ctx, version_id), lambda run: run.id, key=None, given=version_id
        )
        if isinstance(outcome, Problem):
            return outcome
        await product_what_if.proceed(request.platform, request.actor, outcome, wait_seconds=_WAIT_SECONDS)
        await request.reading.renew()
        return await _latest(info, version_id) or unseen(info)


async def _latest(info: Info, version_id: UUID) -> ProductWhatIf | None:
    locale = info.context.actor.locale

    async def read(ctx: Context) -> ProductWhatIf | None:
        run = await service.latest(ctx, version_id)
        return None if run is None else _made(run, locale, outdated=await service.outdated(ctx, run))

    return await info.context.read(read)


def _made(run: Row, locale: str, *, outdated: bool) -> ProductWhatIf:
    found = Document() if run.document is None else Document.of_json(run.document)
    return ProductWhatIf(
        id=run.id,
        version_id=run.version_id,
        state=SimulationState(run.state),
        done=run.done,
        total=run.total,
        started_at=run.started_at,
        finished_at=run.finished_at,
        problem=run.problem,
        outdated=outdated,
        statements=[EffectStatement(words=each.words.said(locale), tone=each.tone) for each in found.statements],
        matrices=[effect_matrix(each, locale) for each in found.matrices],
        tables=[effect_table(each, locale) for each in found.tables],
        starter=run.started_by,
    )
