"""Giving and taking roles, locking colleagues out and letting them in again."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access import appointing, directory
from backend.access.appointment_models import Appointment
from backend.access.context import Context
from backend.api.colleagues import Colleague, RoleAppointment, appointment, colleague
from backend.api.costs import changes
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    Problems,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.core.errors import NotFound, Refused

ColleagueResult = Annotated[
    Colleague | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ColleagueResult"),
]
RoleAppointmentResult = Annotated[
    RoleAppointment | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RoleAppointmentResult"),
]


async def _appointed(
    info: Info, act: Callable[[Context], Awaitable[Appointment]], key: str | None, given: Any
) -> RoleAppointmentResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=True)
    if isinstance(outcome, Problem):
        return outcome
    try:
        return await appointment(info, outcome)
    except (NotFound, Refused) as error:
        return problem(error, info.context.actor) or unseen(info)


async def _changed(
    info: Info, act: Callable[[Context], Awaitable[Any]], staff_id: UUID, key: str | None
) -> ColleagueResult:
    return await _shown(info, await write(info, act, lambda _: staff_id, key=key, given=staff_id, four_eyes=True))


async def _shown(info: Info, outcome: UUID | Problems) -> ColleagueResult:
    if isinstance(outcome, Problem):
        return outcome
    try:
        return await colleague(info, outcome)
    except (NotFound, Refused) as error:
        return problem(error, info.context.actor) or unseen(info)


@strawberry.type
class ColleagueMutation:
    @changes("Gives a role; a sensitive one waits for a second person.")
    async def propose_role(
        self,
        info: Info,
        holder_id: UUID,
        role: str,
        reason: str,
        valid_from: datetime | None = None,
        valid_to: datetime | None = None,
        idempotency_key: Key = None,
    ) -> RoleAppointmentResult:
        return await _appointed(
            info,
            lambda ctx: appointing.propose_role(
                ctx, holder_id=holder_id, role=role, reason=reason, valid_from=valid_from, valid_to=valid_to
            ),
            idempotency_key,
            [holder_id, role, reason, valid_from, valid_to],
        )

    @changes("Approves a proposed role as second person.")
    async def approve_role(self, info: Info, record_id: Id, idempotency_key: Key = None) -> RoleAppointmentResult:
        return await _appointed(info, lambda ctx: appointing.approve_role(ctx, record_id), idempotency_key, record_id)

    @changes("Refuses a proposed role as second person.")
    async def reject_role(self, info: Info, record_id: Id, idempotency_key: Key = None) -> RoleAppointmentResult:
        return await _appointed(info, lambda ctx: appointing.reject_role(ctx, record_id), idempotency_key, record_id)

    @changes("Withdraws a role that one has proposed.")
    async def withdraw_role(self, info: Info, record_id: Id, idempotency_key: Key = None) -> RoleAppointmentResult:
        return await _appointed(info, lambda ctx: appointing.withdraw_role(ctx, record_id), idempotency_key, record_id)

    @changes("Takes a role from a colleague at once.")
    async def revoke_role(self, info: Info, holder_id: UUID, role: str, idempotency_key: Key = None) -> ColleagueResult:
        return await _changed(
            info, lambda ctx: directory.revoke_role(ctx, holder_id=holder_id, role=role), holder_id, idempotency_key
        )

    @changes("Says where reports of the platform reach a colleague; null ends that.")
    async def set_work_email(
        self, info: Info, record_id: Id, address: str | None = None, idempotency_key: Key = None
    ) -> ColleagueResult:
        outcome = await write(
            info,
            lambda ctx: directory.set_work_email(ctx, record_id, address),
            lambda _: record_id,
            key=idempotency_key,
            given=[record_id, address],
        )
        return await _shown(info, outcome)

    @changes("Locks a colleague out; every session ends at once.")
    async def deactivate_colleague(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ColleagueResult:
        return await _changed(info, lambda ctx: appointing.deactivate(ctx, record_id), record_id, idempotency_key)

    @changes("Lets a colleague in again, with the roles that have not ended.")
    async def reactivate_colleague(self, info: Info, record_id: Id, idempotency_key: Key = None) -> ColleagueResult:
        return await _changed(info, lambda ctx: appointing.reactivate(ctx, record_id), record_id, idempotency_key)
