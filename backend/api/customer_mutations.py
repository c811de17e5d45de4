"""Who looks after a customer and in which stage it is; documents judged; duplicates merged under four eyes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import changes
from backend.api.customers import Customer
from backend.api.inputs import INPUT, Key, plain
from backend.api.papers import Document
from backend.api.parties import fetch_parties
from backend.api.party_enums import Stage
from backend.api.party_inputs import RelationInput
from backend.api.party_mutations import PartyResult, party_answer
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
from backend.customers import inputs, models, queries, service
from backend.engagement.stages import service as stages

CustomerResult = Annotated[
    Customer | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("CustomerResult"),
]
DocumentResult = Annotated[
    Document | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("DocumentResult"),
]


async def _customer(
    info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, given: Any
) -> CustomerResult:
    outcome = await write(info, act, lambda row: row.party_id, key=key, given=given)
    if isinstance(outcome, Problem):
        return outcome
    return await graph.customer_of(info, outcome) or unseen(info)


async def _document(
    info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, given: Any
) -> DocumentResult:
    """Judging a document is the second pair of eyes on whoever handed it in."""
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    view = (await info.context.read(lambda ctx: queries.documents_by_ids(ctx, [outcome]))).get(outcome)
    of = None if view is None else await info.context.loader(fetch_parties, None).get(view.party_id)
    return unseen(info) if view is None or of is None else Document.of(view, of.summary.visible)


async def _merge(info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, given: Any) -> PartyResult:
    """Answers with the party that remains, or would remain."""
    outcome = await write(info, act, _survivor, key=key, given=given, four_eyes=True)
    return await party_answer(info, outcome)


def _survivor(row: Any) -> UUID:
    survivor: UUID = row.survivor_id or row.first_id
    return survivor


@strawberry.type
class CustomerMutation:
    @changes("Opens the relationship with a party that has none.")
    async def open_customer(
        self, info: Info, party_id: UUID, given: Annotated[RelationInput, INPUT], idempotency_key: Key = None
    ) -> CustomerResult:
        async def opened(ctx: Context) -> Any:
            return await service.open_customer(ctx, party_id, inputs.parse(inputs.RelationInput, plain(given)))

        return await _customer(info, opened, idempotency_key, [party_id, given])

    @changes("Gives a customer to a relationship manager and a team.")
    async def assign_customer(
        self,
        info: Info,
        customer_id: UUID,
        manager_id: UUID | None = None,
        team_id: UUID | None = None,
        idempotency_key: Key = None,
    ) -> CustomerResult:
        async def assigned(ctx: Context) -> Any:
            return await service.assign_customer(ctx, customer_id, manager_id, team_id)

        return await _customer(info, assigned, idempotency_key, [customer_id, manager_id, team_id])

    @changes("Moves a customer to another stage, where persons may; it holds for as long as the rule-set says.")
    async def change_stage(
        self, info: Info, customer_id: UUID, stage: Stage, reason: str, idempotency_key: Key = None
    ) -> CustomerResult:
        async def changed(ctx: Context) -> Any:
            return await stages.correct(ctx, customer_id, models.Stage(stage.value), reason)

        return await _customer(info, changed, idempotency_key, [customer_id, stage, reason])

    @changes("Accepts a document that somebody else handed in.")
    async def accept_document(self, info: Info, document_id: UUID, idempotency_key: Key = None) -> DocumentResult:
        async def accepted(ctx: Context) -> Any:
            return await service.accept_document(ctx, document_id)

        return await _document(info, accepted, idempotency_key, document_id)

    @changes("Asks for a better copy of a document.")
    async def request_revision(
        self, info: Info, document_id: UUID, reason: str, idempotency_key: Key = None
    ) -> DocumentResult:
        async def asked(ctx: Context) -> Any:
            return await service.request_revision(ctx, document_id, reason)

        return await _document(info, asked, idempotency_key, [document_id, reason])

    @changes("Rejects a document.")
    async def reject_document(
        self, info: Info, document_id: UUID, reason: str, idempotency_key: Key = None
    ) -> DocumentResult:
        async def rejected(ctx: Context) -> Any:
            return await service.reject_document(ctx, document_id, reason)

        return await _document(info, rejected, idempotency_key, [document_id, reason])

    @changes("Proposes that two parties are one; answers with the one that would remain.")
    async def propose_merge(
        self, info: Info, first_id: UUID, second_id: UUID, survivor_id: UUID, idempotency_key: Key = None
    ) -> PartyResult:
        async def proposed(ctx: Context) -> Any:
            return await service.propose_merge(ctx, first_id, second_id, survivor_id)

        return await _merge(info, proposed, idempotency_key, [first_id, second_id, survivor_id])

    @changes("Merges two parties, by somebody else than the proposer; answers with the one that remains.")
    async def approve_merge(self, info: Info, merge_id: UUID, idempotency_key: Key = None) -> PartyResult:
        async def approved(ctx: Context) -> Any:
            return await service.approve_merge(ctx, merge_id, info.context.dependants)

        outcome = await write(info, approved, lambda row: row.id, key=idempotency_key, given=merge_id, four_eyes=True)
        return await party_answer(info, outcome)

    @changes("Dismisses a proposed merge; answers with the party that would have remained.")
    async def dismiss_merge(self, info: Info, merge_id: UUID, idempotency_key: Key = None) -> PartyResult:
        async def dismissed(ctx: Context) -> Any:
            return await service.dismiss_merge(ctx, merge_id)

        return await _merge(info, dismissed, idempotency_key, merge_id)
