"""The steps of models; each answers with the version as it is afterwards, or with why not."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import Id, Key
from backend.api.model_types import ModelVersion, shown_version
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    write,
)
from backend.api.product_review_codes import FindingSeverity
from backend.api.request import Info
from backend.engagement.models import queries, service
from backend.engagement.models.models import Severity

ModelVersionResult = Annotated[
    ModelVersion | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ModelVersionResult"),
]
_Verb = Callable[[Context, UUID], Awaitable[Any]]


async def _done(
    info: Info,
    act: Callable[[Context], Awaitable[Any]],
    key: str | None,
    given: Any,
    *,
    by: str = "id",
    four_eyes: bool = False,
) -> ModelVersionResult:
    """`by` names the field of what the use case answers with that is the version's id."""
    outcome = await write(info, act, lambda row: getattr(row, by), key=key, given=given, four_eyes=four_eyes)
    if isinstance(outcome, Problem):
        return outcome
    row = await info.context.read(lambda ctx: queries.version(ctx, outcome))
    return shown_version(row, info.context.actor.locale)


async def _step(
    info: Info, verb: _Verb, version_id: UUID, key: str | None, *, four_eyes: bool = False
) -> ModelVersionResult:
    given = [verb.__name__, str(version_id)]
    return await _done(info, lambda ctx: verb(ctx, version_id), key, given, four_eyes=four_eyes)


@strawberry.type
class ModelMutation:
    @changes("Asks for a training; a worker carries it out. Without a day: the ledger's last one.")
    async def train_model(
        self,
        info: Info,
        code: str,
        as_of: dt.date | None = None,
        horizon_months: int | None = None,
        idempotency_key: Key = None,
    ) -> ModelVersionResult:
        async def act(ctx: Context) -> Any:
            return await service.request(ctx, code, as_of=as_of, horizon_months=horizon_months)

        return await _done(info, act, idempotency_key, [code, str(as_of), horizon_months])

    @changes("Hands a trained version to validation by somebody else.")
    async def submit_model(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.submit, version_id, idempotency_key)

    @changes("Writes a finding of the validation down.")
    async def add_model_finding(
        self, info: Info, version_id: Id, severity: FindingSeverity, words: str, idempotency_key: Key = None
    ) -> ModelVersionResult:
        async def act(ctx: Context) -> Any:
            return await service.find(ctx, version_id, Severity(severity.value), words)

        given = [str(version_id), severity.value, words]
        return await _done(info, act, idempotency_key, given, by="version_id")

    @changes("Answers a finding, which closes it.")
    async def answer_model_finding(
        self, info: Info, finding_id: Id, answer: str, idempotency_key: Key = None
    ) -> ModelVersionResult:
        async def act(ctx: Context) -> Any:
            return await service.answer(ctx, finding_id, answer)

        return await _done(info, act, idempotency_key, [str(finding_id), answer], by="version_id")

    @changes("Validates a version within written limits; by nobody who built or trained it.")
    async def validate_model(
        self, info: Info, version_id: Id, limits: str, idempotency_key: Key = None
    ) -> ModelVersionResult:
        given = [str(version_id), limits]
        return await _done(
            info, lambda ctx: service.validate(ctx, version_id, limits), idempotency_key, given, four_eyes=True
        )

    @changes("Rejects a version in validation, and says why.")
    async def reject_model(
        self, info: Info, version_id: Id, why: str, idempotency_key: Key = None
    ) -> ModelVersionResult:
        given = [str(version_id), why]
        return await _done(
            info, lambda ctx: service.reject(ctx, version_id, why), idempotency_key, given, four_eyes=True
        )

    @changes("Lets a validated version score beside the champion.")
    async def challenge_champion(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.challenge, version_id, idempotency_key)

    @changes("Proposes a version as champion.")
    async def promote_model(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.promote, version_id, idempotency_key, four_eyes=True)

    @changes("Turns a proposal of a champion down.")
    async def keep_champion(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.turn_down, version_id, idempotency_key, four_eyes=True)

    @changes("Confirms a champion as second person; the one before it is retired.")
    async def confirm_champion(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.confirm, version_id, idempotency_key, four_eyes=True)

    @changes("Retires a version.")
    async def retire_model_version(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ModelVersionResult:
        return await _step(info, service.retire, version_id, idempotency_key)
