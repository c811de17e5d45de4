"""What people do with alerts; each answers with the alert as it is afterwards, or with why not."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes
from backend.api.inputs import INPUT, Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    answered_as,
    problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.screening_alerts import Alert, fetch_alerts
from backend.api.screening_enums import AlertOutcome, AlertState
from backend.core.errors import TenureError
from backend.screening.alerts import service
from backend.screening.alerts.models import Outcome
from backend.screening.alerts.service import Triaged, Verdict

AlertResult = Annotated[
    Alert | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("AlertResult"),
]
_Act = Callable[[Context], Awaitable[Any]]


@strawberry.input(description="`reason` is a code of the rule-set (screeningReasons); `comment` are one's own words.")
class VerdictInput:
    outcome: AlertOutcome
    reason: str
    comment: str | None = None

    def verdict(self) -> Verdict:
        return Verdict(Outcome(self.outcome.value), self.reason, self.comment or None)


@strawberry.type(description="What became of one alert of a batch; `problem` says why it was left as it was.")
class TriagedAlert:
    alert_id: UUID
    state: AlertState | None
    problem: Problem | None


@strawberry.type(description="One line for each alert that was named, in their order.")
class Triage:
    alerts: list[TriagedAlert] = strawberry.field(directives=[Cost(weight=0, size=50)])


TriageResult = Annotated[
    Triage | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("TriageResult"),
]


async def _alert(info: Info, act: _Act, key: str | None, given: Any, *, four_eyes: bool = False) -> AlertResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given, four_eyes=four_eyes)
    return await answered_as(info, outcome, fetch_alerts, Alert.of)


@strawberry.type
class ScreeningMutation:
    @changes("Takes an alert to decide it.")
    async def take_alert(self, info: Info, alert_id: Id, idempotency_key: Key = None) -> AlertResult:
        return await _alert(info, lambda ctx: service.take(ctx, alert_id), idempotency_key, alert_id)

    @changes("Gives an alert back that one has taken.")
    async def release_alert(self, info: Info, alert_id: Id, idempotency_key: Key = None) -> AlertResult:
        return await _alert(info, lambda ctx: service.release(ctx, alert_id), idempotency_key, alert_id)

    @changes("Gives an alert to a colleague who works on alerts.")
    async def assign_alert(self, info: Info, alert_id: Id, person_id: UUID, idempotency_key: Key = None) -> AlertResult:
        given = [alert_id, person_id]
        return await _alert(info, lambda ctx: service.assign(ctx, alert_id, person_id), idempotency_key, given)

    @changes("Hands an alert up, with words for who decides it.")
    async def escalate_alert(self, info: Info, alert_id: Id, comment: str, idempotency_key: Key = None) -> AlertResult:
        given = [alert_id, comment]
        return await _alert(
            info, lambda ctx: service.escalate(ctx, alert_id, comment), idempotency_key, given, four_eyes=True
        )

    @changes("Notes something on an alert; not to be disclosed to the customer.")
    async def comment_on_alert(
        self, info: Info, alert_id: Id, comment: str, idempotency_key: Key = None
    ) -> AlertResult:
        given = [alert_id, comment]
        return await _alert(info, lambda ctx: service.comment(ctx, alert_id, comment), idempotency_key, given)

    @changes("Decides an alert, or proposes the decision where the rule-set wants two people.")
    async def decide_alert(
        self, info: Info, alert_id: Id, given: Annotated[VerdictInput, INPUT], idempotency_key: Key = None
    ) -> AlertResult:
        said = given.verdict()
        return await _alert(
            info, lambda ctx: service.decide(ctx, alert_id, said), idempotency_key, [alert_id, given], four_eyes=True
        )

    @changes("Agrees with a proposed decision, as second person.")
    async def confirm_alert(
        self, info: Info, alert_id: Id, comment: str | None = None, idempotency_key: Key = None
    ) -> AlertResult:
        given = [alert_id, comment]
        return await _alert(
            info, lambda ctx: service.confirm(ctx, alert_id, comment), idempotency_key, given, four_eyes=True
        )

    @changes("Sends a proposed decision back to who made it, as second person.")
    async def send_alert_back(self, info: Info, alert_id: Id, comment: str, idempotency_key: Key = None) -> AlertResult:
        given = [alert_id, comment]
        return await _alert(
            info, lambda ctx: service.send_back(ctx, alert_id, comment), idempotency_key, given, four_eyes=True
        )

    @changes("Reopens an alert that was decided.")
    async def reopen_alert(self, info: Info, alert_id: Id, comment: str, idempotency_key: Key = None) -> AlertResult:
        given = [alert_id, comment]
        return await _alert(
            info, lambda ctx: service.reopen(ctx, alert_id, comment), idempotency_key, given, four_eyes=True
        )

    @changes("Gives many alerts the same verdict; one that cannot be decided is reported and holds no other up.")
    async def triage_alerts(self, info: Info, ids: list[UUID], given: Annotated[VerdictInput, INPUT]) -> TriageResult:
        request, said = info.context, given.verdict()
        await request.reading.renew()
        try:
            found = await request.platform.run(
                request.actor, lambda ctx: service.triage(ctx, ids, said), serializable=True
            )
        except TenureError as error:
            return problem(error, request.actor) or unseen(info)
        return Triage(alerts=[_triaged(info, each) for each in found])


def _triaged(info: Info, found: Triaged) -> TriagedAlert:
    refused = None if found.problem is None else problem(found.problem, info.context.actor) or unseen(info)
    state = None if found.state is None else AlertState(found.state.value)
    return TriagedAlert(alert_id=found.alert_id, state=state, problem=refused)
