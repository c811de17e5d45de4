"""Lists of alerts, figures over them, and the reasons that a decision may have."""

from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.costs import resolved
from backend.api.errors import CursorInvalid
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.screening_alerts import Alert
from backend.api.screening_enums import AlertOutcome, AlertSeverity, AlertState, ListKind
from backend.screening.alerts import models, queries
from backend.screening.alerts.ruleset import AlertRules, in_force

_ALERTS: Final = "screeningAlerts"


@strawberry.input(description="Conditions that all hold; of each list any; `mine` are those that the viewer has taken.")
class AlertFilter:
    states: list[AlertState] | None = None
    kinds: list[ListKind] | None = None
    severities: list[AlertSeverity] | None = None
    list_ids: list[UUID] | None = None
    score_from: int | None = None
    score_to: int | None = None
    opened_before: datetime | None = None
    assignee_id: UUID | None = None
    mine: bool = False
    unassigned: bool = False
    party_id: UUID | None = None

    def wanted(self, info: Info) -> queries.AlertFilter:
        return queries.AlertFilter(
            states=frozenset(models.AlertState(each.value) for each in self.states or ()),
            kinds=frozenset(each.value for each in self.kinds or ()),
            severities=frozenset(each.value for each in self.severities or ()),
            list_ids=frozenset(self.list_ids or ()),
            score_from=self.score_from,
            score_to=self.score_to,
            opened_before=self.opened_before,
            assignee_id=info.context.actor.id if self.mine else self.assignee_id,
            unassigned=self.unassigned,
            party_id=self.party_id,
        )


@strawberry.type
class AlertConnection(Connection[Alert]):
    wanted: strawberry.Private[queries.AlertFilter]

    @resolved("How many there are in all; counted only when asked for.", weight=50)
    async def total_count(self, info: Info) -> int:
        wanted = self.wanted
        return await info.context.read(lambda ctx: queries.alerts_count(ctx, wanted))


@strawberry.type
class AlertFigure:
    state: AlertState
    severity: AlertSeverity
    alerts: int


@strawberry.type(description="A reason of the rule-set in force, and the outcomes it is a reason for.")
class ReasonChoice:
    code: str
    words: str
    outcomes: list[AlertOutcome]
    in_batch: list[AlertOutcome] = strawberry.field(description="Of these, what may be decided for many at once.")


@strawberry.type
class ScreeningQuery:
    @resolved("Alerts that may be seen, the strongest first.", weight=5, sliced_by="first")
    async def screening_alerts(
        self, info: Info, where: AlertFilter | None = None, first: First = 50, after: After = None
    ) -> AlertConnection:
        wanted = (where or AlertFilter()).wanted(info)
        start, limit = _start(place(info, _ALERTS, after)), page_size(first)
        rows = await info.context.read(lambda ctx: queries.alerts(ctx, wanted, after=start, limit=limit + 1))
        shown = rows[:limit]
        following = f"{shown[-1].strength}|{shown[-1].id}" if len(rows) > limit else None
        return AlertConnection.of(info, _ALERTS, [Alert.of(row) for row in shown], following, wanted=wanted)

    @resolved("An alert that may be seen.", weight=2)
    async def screening_alert(self, info: Info, record_id: Id) -> Alert:
        return Alert.of(await info.context.read(lambda ctx: queries.alert(ctx, record_id)))

    @resolved("Alerts that may be seen, counted by state and severity.", weight=20, size=28)
    async def screening_figures(self, info: Info) -> list[AlertFigure]:
        return [
            AlertFigure(state=AlertState(each.state.value), severity=AlertSeverity(each.severity), alerts=each.alerts)
            for each in await info.context.read(queries.figures)
        ]

    @resolved("The reasons that the rule-set in force has for a decision.", weight=2, size=20)
    async def screening_reasons(self, info: Info) -> list[ReasonChoice]:
        rules, locale = await info.context.read(_rules), info.context.actor.locale
        return [_choice(rules, code, locale) for code in rules.reasons]


def _choice(rules: AlertRules, code: str, locale: str) -> ReasonChoice:
    reason = rules.reasons[code]
    outcomes = [AlertOutcome(each.value) for each in models.Outcome if each in reason.outcomes]
    return ReasonChoice(
        code=code,
        words=reason.wording.text(locale),
        outcomes=outcomes,
        in_batch=[each for each in outcomes if models.Outcome(each.value) in rules.batch.outcomes],
    )


async def _rules(ctx: Context) -> AlertRules:
    ctx.require("view", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    return in_force(ctx).rules


def _start(text: str | None) -> queries.After | None:
    if text is None:
        return None
    strength, bar, alert_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return queries.After(int(strength), UUID(alert_id))
