"""Expected refusals are answers, not errors: every mutation says in its type what may come back instead."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.sign_in_errors import StepUpNeeded
from backend.api import faults
from backend.api.errors import WrittenUnseen
from backend.api.inputs import path, plain
from backend.api.reading import Fetch, V
from backend.api.request import Info
from backend.core.actor import Actor
from backend.core.errors import Conflict, Invalid, NotFound, Refused, TenureError
from backend.core.i18n import translate


@strawberry.interface(description="Why nothing was changed: a stable code, and a sentence in the reader's language.")
class Problem:
    code: str
    message: str


@strawberry.type(
    description="The person must confirm to be there (`confirmIdentity`), and then may repeat the request."
)
class Confirmation:
    minutes: int = strawberry.field(description="How long a confirmation counts.")


@strawberry.type(description="A policy or rule said no; `explain` says more. Partners are told code and message.")
class NotAllowedProblem(Problem):
    object: str | None = strawberry.field(default=None, description="The object of the right that was missing.")
    action: str | None = None
    missing: list[str] = strawberry.field(default_factory=list, description="Scopes that the record does not meet.")
    roles: list[str] = strawberry.field(default_factory=list, description="Roles that could do it.")
    confirm: Confirmation | None = strawberry.field(
        default=None, description="Present when the right is there and only this is missing."
    )


@strawberry.type(description="The input is wrong; `field` is its path.")
class InvalidProblem(Problem):
    field: str | None = None


@strawberry.type(description="The state of the record does not allow it now.")
class ConflictProblem(Problem):
    pass


@strawberry.type(description="There is no such record, or it may not be seen.")
class NotFoundProblem(Problem):
    pass


T = TypeVar("T")
Problems = NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem
_FAMILIES: Final[Mapping[type[TenureError], type[Problems]]] = {
    Refused: NotAllowedProblem,
    Invalid: InvalidProblem,
    Conflict: ConflictProblem,
    NotFound: NotFoundProblem,
}


def problem(error: TenureError, actor: Actor) -> Problems | None:
    """None for an error that is of no family, and so not expected."""
    family = next((kind for base, kind in _FAMILIES.items() if isinstance(error, base)), None)
    if family is None:
        return None
    details: dict[str, Any] = {}
    if isinstance(error, NotAllowed):
        told = faults.told(error, actor)
        details = {name: told[name] for name in ("object", "action", "missing", "roles") if name in told}
    elif isinstance(error, StepUpNeeded):
        details = {"confirm": Confirmation(minutes=error.params["minutes"])}
    elif family is InvalidProblem:
        details = {"field": path(error.field)}
    return family(code=error.code, message=faults.words(error, actor), **details)


async def write(
    info: Info,
    act: Callable[[Context], Awaitable[Any]],
    id_of: Callable[[Any], UUID],
    *,
    key: str | None,
    given: Any,
    four_eyes: bool = False,
) -> UUID | Problems:
    """The id of the record that the answer shows, or the problem that is answered instead."""
    request = info.context

    async def use_case(ctx: Context) -> UUID:
        return id_of(await act(ctx))

    try:
        return await request.write(use_case, field=info.field_name, key=key, given=plain(given), four_eyes=four_eyes)
    except TenureError as error:
        answer = problem(error, request.actor)
        if answer is None:
            raise
        return answer


def unseen(info: Info) -> NotFoundProblem:
    """It was written, and the actor may not see it."""
    return NotFoundProblem(code=WrittenUnseen.code, message=translate(info.context.actor.locale, WrittenUnseen.text))


async def answered(info: Info, outcome: UUID | Problems, fetch: Fetch[UUID, V | None]) -> V | Problems:
    """What was written as the actor sees it now, or the problem that is answered instead."""
    return await answered_as(info, outcome, fetch, lambda found: found)


async def answered_as(
    info: Info, outcome: UUID | Problems, fetch: Fetch[UUID, V | None], of: Callable[[V], T]
) -> T | Problems:
    """As `answered`, made into what the contract shows."""
    if isinstance(outcome, Problem):
        return outcome
    found = await info.context.loader(fetch, None).get(outcome)
    return unseen(info) if found is None else of(found)
