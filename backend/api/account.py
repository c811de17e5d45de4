"""The own way of signing in, and confirming to be there; for administrators, how colleagues sign in."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from backend.access import credential_list, passwords, session_list
from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    problem,
    write,
)
from backend.api.request import Info
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.edge import accounts


@strawberry.enum(description="How the viewer confirms to be there.")
class ConfirmBy(Enum):
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a way
    PROVIDER = "provider"


@strawberry.type
class OwnSession:
    id: UUID
    device: str | None
    opened_at: datetime
    seen_at: datetime
    here: bool
    same_network: bool


@strawberry.type(description="How the viewer signs in. Only for people with a session.")
class OwnAccess:
    confirm_by: ConfirmBy
    confirmed_at: datetime | None
    confirmation_minutes: int = strawberry.field(description="How long a confirmation counts for approvals.")
    second_factor_since: datetime | None
    second_factor_required: bool
    recovery_codes: int
    sessions: list[OwnSession] = strawberry.field(directives=[Cost(weight=0, size=10)])

    @classmethod
    def of(cls, found: accounts.Account) -> "OwnAccess":
        return cls(
            confirm_by=ConfirmBy(found.way),
            confirmed_at=found.confirmed_at,
            confirmation_minutes=found.step_up_minutes,
            second_factor_since=found.enrolled_at,
            second_factor_required=found.factor_required,
            recovery_codes=found.recovery_codes,
            sessions=[
                OwnSession(
                    id=each.id,
                    device=each.device,
                    opened_at=each.opened_at,
                    seen_at=each.seen_at,
                    here=each.here,
                    same_network=each.same_network,
                )
                for each in found.devices
            ],
        )


@strawberry.type(description="How a colleague signs in; never what with.")
class StaffAccess:
    id: UUID
    login: str
    display_name: str
    active: bool
    second_factor: bool
    second_factor_required: bool
    locked_until: datetime | None
    temporary_password: bool
    last_sign_in: datetime | None
    resettable: bool = strawberry.field(description="The viewer may reset it.")

    @classmethod
    def of(cls, found: credential_list.Access) -> "StaffAccess":
        return cls(
            id=found.user.id,
            login=found.user.login,
            display_name=found.user.display_name,
            active=found.user.active,
            second_factor=found.enrolled,
            second_factor_required=found.required,
            locked_until=found.locked_until,
            temporary_password=found.temporary,
            last_sign_in=found.last_sign_in,
            resettable=found.resettable,
        )


@strawberry.type(description="`password` is shown once: null when the request was a repetition.")
class StaffReset:
    id: UUID
    password: str | None = None


OwnAccessResult = Annotated[
    OwnAccess | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("OwnAccessResult"),
]
StaffResetResult = Annotated[
    StaffReset | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("StaffResetResult"),
]


async def _colleagues(ctx: Context) -> list[StaffAccess]:
    return [StaffAccess.of(found) for found in await credential_list.listed(ctx)]


async def _account(info: Info, actor: Actor) -> OwnAccess:
    return OwnAccess.of(await accounts.account(info.context.platform, actor))


@strawberry.type
class AccountQuery:
    @resolved("How the viewer signs in, and where.", weight=3)
    async def own_access(self, info: Info) -> OwnAccess:
        return await _account(info, info.context.actor)

    @resolved("How colleagues sign in.", weight=5, size=50)
    async def staff_access(self, info: Info) -> list[StaffAccess]:
        return await info.context.read(_colleagues)


@strawberry.type
class AccountMutation:
    @changes("Proves that the viewer is there, by the way that `ownAccess.confirmBy` names; approvals ask for it.")
    async def confirm_identity(self, info: Info, secret: str) -> OwnAccessResult:
        try:
            return await _account(info, await accounts.confirm(info.context.platform, info.context.actor, secret))
        except TenureError as error:
            answer = problem(error, info.context.actor)
            if answer is None:
                raise
            return answer

    @changes("Ends one of the viewer's sessions.")
    async def end_session(self, info: Info, session_id: Id, idempotency_key: Key = None) -> OwnAccessResult:
        outcome = await write(
            info,
            lambda ctx: session_list.end(ctx, session_id),
            lambda row: row.id,
            key=idempotency_key,
            given=session_id,
        )
        return outcome if isinstance(outcome, Problem) else await _account(info, info.context.actor)

    @changes("Gives a colleague a temporary password and ends all their sessions.")
    async def reset_password(self, info: Info, staff_id: Id, idempotency_key: Key = None) -> StaffResetResult:
        shown: list[str] = []

        async def reset(ctx: Context) -> UUID:
            shown[:] = [await passwords.reset_password(ctx, staff_id)]
            return staff_id

        outcome = await write(info, reset, lambda each: each, key=idempotency_key, given=staff_id)
        return outcome if isinstance(outcome, Problem) else StaffReset(id=outcome, password="".join(shown) or None)

    @changes("Ends all sessions of a colleague.")
    async def end_sessions_of(self, info: Info, staff_id: Id, idempotency_key: Key = None) -> StaffResetResult:
        async def end(ctx: Context) -> UUID:
            await session_list.end_for(ctx, staff_id)
            return staff_id

        outcome = await write(info, end, lambda each: each, key=idempotency_key, given=staff_id)
        return outcome if isinstance(outcome, Problem) else StaffReset(id=outcome)
