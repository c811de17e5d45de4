"""The steps of requests of data subjects, of legal holds, and of what retention proposes."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key, plain
from backend.api.legal_holds import LegalHold, hold_of
from backend.api.privacy_requests import PrivacyRequest, PrivacyRequestKind, request_by_id
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.retention import RetentionBatch, batch_of
from backend.consent import service as consent
from backend.core.errors import NotFound
from backend.rights import models, service
from backend.rights.models import RequestKind

PrivacyRequestResult = Annotated[
    PrivacyRequest | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("PrivacyRequestResult"),
]
LegalHoldResult = Annotated[
    LegalHold | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("LegalHoldResult"),
]
RetentionResult = Annotated[
    RetentionBatch | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RetentionResult"),
]
Act = Callable[[Context], Awaitable[Any]]


@strawberry.type(description="A limit that ended.")
class LimitLifted:
    id: UUID


LimitResult = Annotated[
    LimitLifted | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("LimitResult"),
]


@strawberry.input
class PrivacyRequestInput:
    kind: PrivacyRequestKind
    channel: str
    received_on: date | None = None
    details: str | None = None
    purposes: list[str] = strawberry.field(default_factory=list)
    jurisdiction: str | None = None


async def _request(info: Info, act: Act, key: str | None, given: Any) -> PrivacyRequestResult:
    """Every step may be the second person's, so all are serialised."""
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    try:
        return await info.context.read(lambda ctx: request_by_id(ctx, outcome))
    except NotFound as error:
        return problem(error, info.context.actor) or unseen(info)


async def _hold(info: Info, act: Act, key: str | None, given: Any) -> LegalHoldResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> LegalHold:
        return await hold_of(ctx, await ctx.session.get_one(models.LegalHold, outcome))

    return await info.context.read(found)


async def _batch(info: Info, act: Act, id_of: Callable[[Any], UUID], key: str | None, given: Any) -> RetentionResult:
    outcome = await write(info, act, id_of, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> RetentionBatch:
        return batch_of(await ctx.session.get_one(models.RetentionBatch, outcome))

    return await info.context.read(found)


@strawberry.type
class PrivacyMutation:
    @changes("Takes in a request of a data subject; its legal clock starts with the day of receipt.")
    async def receive_privacy_request(
        self, info: Info, party_id: UUID, given: Annotated[PrivacyRequestInput, INPUT], idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        async def received(ctx: Context) -> Any:
            told = plain(given)
            return await service.receive(
                ctx, party_id, service.RequestInput(**{**told, "kind": RequestKind(told["kind"])})
            )

        return await _request(info, received, idempotency_key, [party_id, given])

    @changes("Says how the person behind a request was identified.")
    async def identify_requester(
        self, info: Info, request_id: Id, method: str, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(
            info, lambda ctx: service.identify(ctx, request_id, method), idempotency_key, [request_id, method]
        )

    @changes("Extends the time for a request, once, with a reason.")
    async def extend_privacy_request(
        self, info: Info, request_id: Id, reason: str, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(
            info, lambda ctx: service.extend(ctx, request_id, reason), idempotency_key, [request_id, reason]
        )

    @changes("Refuses a request, with a reason.")
    async def refuse_privacy_request(
        self, info: Info, request_id: Id, reason: str, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(
            info, lambda ctx: service.refuse(ctx, request_id, reason), idempotency_key, [request_id, reason]
        )

    @changes("Closes a request that the person took back.")
    async def withdraw_privacy_request(
        self, info: Info, request_id: Id, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(info, lambda ctx: service.withdraw(ctx, request_id), idempotency_key, request_id)

    @changes("Closes a request that was carried out; a restriction or objection takes effect with it.")
    async def fulfil_privacy_request(
        self, info: Info, request_id: Id, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(info, lambda ctx: service.fulfil(ctx, request_id), idempotency_key, request_id)

    @changes("Proposes an erasure, or puts it off with reason and date while something keeps the data.")
    async def propose_erasure(self, info: Info, request_id: Id, idempotency_key: Key = None) -> PrivacyRequestResult:
        return await _request(info, lambda ctx: service.propose_erasure(ctx, request_id), idempotency_key, request_id)

    @changes("Approves an erasure, by somebody else than the proposer; the keys are destroyed at once.")
    async def approve_erasure(self, info: Info, request_id: Id, idempotency_key: Key = None) -> PrivacyRequestResult:
        return await _request(info, lambda ctx: service.approve_erasure(ctx, request_id), idempotency_key, request_id)

    @changes("Sends a proposed erasure back, with a reason.")
    async def return_erasure(
        self, info: Info, request_id: Id, reason: str, idempotency_key: Key = None
    ) -> PrivacyRequestResult:
        return await _request(
            info, lambda ctx: service.return_erasure(ctx, request_id, reason), idempotency_key, [request_id, reason]
        )

    @changes("Lifts a restriction or an objection.")
    async def lift_processing_limit(self, info: Info, limit_id: Id, idempotency_key: Key = None) -> LimitResult:
        outcome = await write(
            info,
            lambda ctx: consent.lift_limit(ctx, limit_id),
            lambda row: row.id,
            key=idempotency_key,
            given=limit_id,
        )
        return outcome if isinstance(outcome, Problem) else LimitLifted(id=outcome)

    @changes("Places a legal hold; it counts at once, and a second person confirms it.")
    async def place_legal_hold(
        self, info: Info, party_id: UUID, reason: str, reference: str | None = None, idempotency_key: Key = None
    ) -> LegalHoldResult:
        return await _hold(
            info,
            lambda ctx: service.place_hold(ctx, party_id, reason, reference),
            idempotency_key,
            [party_id, reason, reference],
        )

    @changes("Confirms a legal hold, by somebody else than who placed it.")
    async def confirm_legal_hold(self, info: Info, hold_id: Id, idempotency_key: Key = None) -> LegalHoldResult:
        return await _hold(info, lambda ctx: service.confirm_hold(ctx, hold_id), idempotency_key, hold_id)

    @changes("Rejects a legal hold, by somebody else than who placed it.")
    async def reject_legal_hold(self, info: Info, hold_id: Id, idempotency_key: Key = None) -> LegalHoldResult:
        return await _hold(info, lambda ctx: service.reject_hold(ctx, hold_id), idempotency_key, hold_id)

    @changes("Proposes to lift a legal hold.")
    async def propose_lifting_legal_hold(self, info: Info, hold_id: Id, idempotency_key: Key = None) -> LegalHoldResult:
        return await _hold(info, lambda ctx: service.propose_lift(ctx, hold_id), idempotency_key, hold_id)

    @changes("Lifts a legal hold, by somebody else than who proposed it.")
    async def lift_legal_hold(self, info: Info, hold_id: Id, idempotency_key: Key = None) -> LegalHoldResult:
        return await _hold(info, lambda ctx: service.lift_hold(ctx, hold_id), idempotency_key, hold_id)

    @changes("Keeps a legal hold that somebody else proposed to lift.")
    async def keep_legal_hold(self, info: Info, hold_id: Id, idempotency_key: Key = None) -> LegalHoldResult:
        return await _hold(info, lambda ctx: service.keep_hold(ctx, hold_id), idempotency_key, hold_id)

    @changes("Takes a person out of a proposed erasure, with a reason.")
    async def exclude_from_erasure(
        self, info: Info, due_id: Id, reason: str, idempotency_key: Key = None
    ) -> RetentionResult:
        return await _batch(
            info,
            lambda ctx: service.exclude(ctx, due_id, reason),
            lambda row: row.batch_id,
            idempotency_key,
            [due_id, reason],
        )

    @changes("Approves what retention proposes; `expected` is how many the approver saw.")
    async def approve_retention(
        self, info: Info, batch_id: Id, expected: int, idempotency_key: Key = None
    ) -> RetentionResult:
        return await _batch(
            info,
            lambda ctx: service.approve_batch(ctx, batch_id, expected),
            lambda row: row.id,
            idempotency_key,
            [batch_id, expected],
        )

    @changes("Rejects what retention proposes.")
    async def reject_retention(self, info: Info, batch_id: Id, idempotency_key: Key = None) -> RetentionResult:
        return await _batch(
            info, lambda ctx: service.reject_batch(ctx, batch_id), lambda row: row.id, idempotency_key, batch_id
        )
