"""The steps that people take in playbooks."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import Id, Key, plain
from backend.api.playbook_codes import PlaybookOutReason
from backend.api.playbook_courses import PlaybookEnrolment, fetch_enrolments
from backend.api.playbooks import Playbook, playbook_in_force
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    answered,
    write,
)
from backend.api.request import Info
from backend.engagement.playbooks import service
from backend.engagement.playbooks.models import OutReason

EnrolmentResult = Annotated[
    PlaybookEnrolment | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("PlaybookEnrolmentResult"),
]
PlaybookResult = Annotated[
    Playbook | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("PlaybookResult"),
]
Act = Callable[[Context], Awaitable[Any]]


async def _enrolment(info: Info, act: Act, key: str | None, *given: Any) -> EnrolmentResult:
    """A course is moved by one at a time, so all are serialised."""
    outcome = await write(info, act, lambda row: row.id, key=key, given=[plain(each) for each in given], four_eyes=True)
    return await answered(info, outcome, fetch_enrolments)


async def _playbook(info: Info, act: Act, code: str, key: str | None, *given: Any) -> PlaybookResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=[code, *given], four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    return await info.context.read(lambda ctx: playbook_in_force(ctx, code))


@strawberry.type
class PlaybookMutation:
    @changes("Enrols a customer by hand, where the playbook lets people and the lot does not leave them alone.")
    async def enrol_in_playbook(
        self, info: Info, party_id: UUID, playbook: str, idempotency_key: Key = None
    ) -> EnrolmentResult:
        return await _enrolment(
            info, lambda ctx: service.enrol(ctx, party_id, playbook), idempotency_key, str(party_id), playbook
        )

    @changes("Answers the call or task that is under way; the course goes on from there.")
    async def answer_playbook_step(
        self, info: Info, record_id: Id, step: str, answer: str, idempotency_key: Key = None
    ) -> EnrolmentResult:
        return await _enrolment(
            info,
            lambda ctx: service.answer(ctx, record_id, step, answer),
            idempotency_key,
            str(record_id),
            step,
            answer,
        )

    @changes("Takes a customer out: no further step is taken, the goal is looked for all the same.")
    async def take_out_of_playbook(
        self, info: Info, record_id: Id, reason: PlaybookOutReason, idempotency_key: Key = None
    ) -> EnrolmentResult:
        why = OutReason(reason.value)
        return await _enrolment(
            info, lambda ctx: service.take_out(ctx, record_id, why), idempotency_key, str(record_id), why
        )

    @changes("Pauses a playbook: it takes nobody up and no step until it goes on.")
    async def pause_playbook(
        self, info: Info, playbook: str, reason: str, idempotency_key: Key = None
    ) -> PlaybookResult:
        return await _playbook(
            info, lambda ctx: service.pause(ctx, playbook, reason), playbook, idempotency_key, reason
        )

    @changes("Lets a paused playbook go on.")
    async def resume_playbook(self, info: Info, playbook: str, idempotency_key: Key = None) -> PlaybookResult:
        return await _playbook(info, lambda ctx: service.resume(ctx, playbook), playbook, idempotency_key)
