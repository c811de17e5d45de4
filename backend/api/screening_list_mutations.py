"""What people do with lists, and screenings that they ask for; files come in by the web client and the command."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    answered,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.screening_errors import NothingToScreen
from backend.api.screening_lists import ScreeningList, ScreeningRun, fetch_lists
from backend.api.screening_standing import PartyScreening, fetch_screening
from backend.screening import queries, service

ListResult = Annotated[
    ScreeningList | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ListResult"),
]
RunResult = Annotated[
    ScreeningRun | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("RunResult"),
]
PartyScreeningResult = Annotated[
    PartyScreening | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("PartyScreeningResult"),
]


async def _list(info: Info, act: Callable[[Context], Awaitable[UUID]], key: str | None, given: Any) -> ListResult:
    """`act` answers with the id of the list."""
    outcome = await write(info, act, lambda list_id: list_id, key=key, given=given, four_eyes=True)
    return await answered(info, outcome, fetch_lists)


@strawberry.type
class ScreeningListMutation:
    @changes("Confirms, as second person, a version from which much was removed.")
    async def confirm_list_version(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ListResult:
        async def confirmed(ctx: Context) -> UUID:
            return (await service.confirm(ctx, version_id)).list_id

        return await _list(info, confirmed, idempotency_key, version_id)

    @changes("Dismisses a version from which much was removed; the one in force stays.")
    async def dismiss_list_version(self, info: Info, version_id: Id, idempotency_key: Key = None) -> ListResult:
        async def dismissed(ctx: Context) -> UUID:
            return (await service.dismiss(ctx, version_id)).list_id

        return await _list(info, dismissed, idempotency_key, version_id)

    @changes("Puts a former version in force again, as a version of its own.")
    async def roll_back_list(self, info: Info, code: str, number: int, idempotency_key: Key = None) -> ListResult:
        async def rolled_back(ctx: Context) -> UUID:
            return (await service.rollback(ctx, code=code, number=number)).list_id

        return await _list(info, rolled_back, idempotency_key, [code, number])

    @changes("Takes a list out of use, or in use again.")
    async def use_list(self, info: Info, list_id: Id, active: bool, idempotency_key: Key = None) -> ListResult:
        async def used(ctx: Context) -> UUID:
            return (await service.use_list(ctx, list_id, active=active)).id

        return await _list(info, used, idempotency_key, [list_id, active])

    @changes("Screens everybody against everything, in the background.")
    async def start_rescan(self, info: Info, idempotency_key: Key = None) -> RunResult:
        async def started(ctx: Context) -> UUID:
            run = await service.start_rescan(ctx)
            if run is None:
                raise NothingToScreen()
            return run.id

        outcome = await write(info, started, lambda run_id: run_id, key=idempotency_key, given=None)
        if isinstance(outcome, Problem):
            return outcome
        runs = await info.context.read(queries.runs)
        found = next((run for run in runs if run.id == outcome), None)
        return unseen(info) if found is None else ScreeningRun.of(found)

    @changes("Screens one party now.")
    async def screen_party(self, info: Info, party_id: UUID, idempotency_key: Key = None) -> PartyScreeningResult:
        async def screened(ctx: Context) -> UUID:
            await service.screen_party(ctx, party_id, "request")
            return party_id

        outcome = await write(info, screened, lambda each: each, key=idempotency_key, given=party_id)
        return await answered(info, outcome, fetch_screening)
