"""What people do about early warnings; each answers with the warning as it is afterwards."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

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
    write,
)
from backend.api.request import Info
from backend.api.watch import read_warning
from backend.api.watch_types import EarlyWarning
from backend.engagement.watch import service

EarlyWarningResult = Annotated[
    EarlyWarning | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("EarlyWarningResult"),
]


async def _handled(
    info: Info, act: Callable[[Context], Awaitable[Any]], key: str | None, *given: str | None
) -> EarlyWarningResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=list(given))
    return outcome if isinstance(outcome, Problem) else await read_warning(info, outcome)


@strawberry.type
class WatchMutation:
    @changes("Says that a warning was seen.")
    async def acknowledge_warning(self, info: Info, record_id: Id, idempotency_key: Key = None) -> EarlyWarningResult:
        return await _handled(info, lambda ctx: service.acknowledge(ctx, record_id), idempotency_key, str(record_id))

    @changes("Puts a warning off until a day.")
    async def snooze_warning(
        self, info: Info, record_id: Id, until: date, note: str | None = None, idempotency_key: Key = None
    ) -> EarlyWarningResult:
        return await _handled(
            info,
            lambda ctx: service.snooze(ctx, record_id, until, note),
            idempotency_key,
            str(record_id),
            until.isoformat(),
            note,
        )

    @changes("Records what was done about a warning; the facts will say how it ended.")
    async def act_on_warning(
        self, info: Info, record_id: Id, act: str, note: str | None = None, idempotency_key: Key = None
    ) -> EarlyWarningResult:
        return await _handled(
            info, lambda ctx: service.act(ctx, record_id, act, note), idempotency_key, str(record_id), act, note
        )
