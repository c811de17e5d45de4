"""Screening alerts: a customer beside an entry of a list, what was decided before, and what may be done now."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import faults, graph
from backend.api.costs import resolved
from backend.api.graph import LazyAlert, LazyParty, LazyWorkItem
from backend.api.personal import SHOWN, PersonalText
from backend.api.request import Info
from backend.api.screening_enums import AlertOutcome, AlertSeverity, AlertState, AlertVerb, ListKind
from backend.api.screening_explanations import AlertExplanation
from backend.api.staff import Agent, agent
from backend.screening.alerts import queries, view
from backend.screening.alerts.explanation import Explanation
from backend.screening.alerts.models import ScreeningAlert, ScreeningDisposition
from backend.screening.alerts.ruleset import in_force


@strawberry.type(description="A reason as the rule-set words it; a code that it no longer has stands for itself.")
class AlertReason:
    code: str
    words: str


@strawberry.type(description="Something people do to the alert in this state, and if the viewer may not, why not.")
class AlertAct:
    verb: AlertVerb
    available: bool
    why_not: str | None


@strawberry.type(description="What somebody noted; not to be disclosed to the customer.")
class AlertComment:
    id: UUID
    written_at: datetime
    text: PersonalText
    author_id: strawberry.Private[UUID]

    @strawberry.field
    def author(self, info: Info) -> Agent | None:
        return agent(info, self.author_id)

    @classmethod
    def of(cls, found: view.CommentView) -> "AlertComment":
        text = PersonalText(value=found.text, visibility=SHOWN[found.visibility], field="customer.compliance_note")
        return cls(id=found.id, written_at=found.written_at, text=text, author_id=found.author_id)


@strawberry.type(description="What was decided, by whom, on which facts and rules.")
class Disposition:
    id: UUID
    outcome: AlertOutcome
    decided_at: datetime
    valid_until: date | None
    four_eyes: bool
    score: int
    entity_digest: str | None
    list_version_id: UUID
    ruleset: str
    row: strawberry.Private[ScreeningDisposition]

    @resolved()
    async def reason(self, info: Info) -> AlertReason:
        return await reason(info, self.row.reason)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @classmethod
    def of(cls, row: ScreeningDisposition) -> "Disposition":
        return cls(
            id=row.id,
            outcome=AlertOutcome(row.outcome),
            decided_at=row.decided_at,
            valid_until=row.valid_until,
            four_eyes=row.four_eyes,
            score=row.score,
            entity_digest=row.entity_digest,
            list_version_id=row.list_version_id,
            ruleset=row.ruleset,
            row=row,
        )


@strawberry.type(description="A pair of customer and list entry that screening found to look alike.")
class Alert:
    id: UUID
    version: int
    state: AlertState
    severity: AlertSeverity
    score: int = strawberry.field(description="In per cent.")
    four_eyes: bool
    confirmed: bool = strawberry.field(description="A true match was decided and stands, also while it is reviewed.")
    listed: bool
    list_id: UUID
    list_code: str
    list_kind: ListKind
    list_version_id: UUID
    entity_ref: str | None
    cause: str = strawberry.field(description="The trigger that opened it, or why it was reopened or closed.")
    opened_at: datetime
    seen_at: datetime
    proposal: AlertOutcome | None
    decided_at: datetime | None
    remembered_until: date | None
    suppressed: int = strawberry.field(description="Screenings that found the pair again since it was decided.")
    suppressed_at: datetime | None
    row: strawberry.Private[ScreeningAlert]

    @strawberry.field
    def assignee(self, info: Info) -> Agent | None:
        return agent(info, self.row.assignee_id)

    @strawberry.field
    def escalated_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.escalated_by)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved()
    async def proposal_reason(self, info: Info) -> AlertReason | None:
        return None if self.row.proposal_reason is None else await reason(info, self.row.proposal_reason)

    @resolved("As its list calls the entry; null once the customer was erased.")
    async def entity_name(self, info: Info) -> str | None:
        return await info.context.loader(queries.entry_names, None).get(self.id)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("Null where the customer, or what compliance notes of it, may not be seen.", weight=5)
    async def explanation(self, info: Info) -> AlertExplanation | None:
        found = await info.context.loader(fetch_explanations, None).get(self.id)
        return None if found is None else AlertExplanation.of(found)

    @resolved("On the same pair, of records that were merged into this customer's.", weight=2, size=1)
    async def joined(self, info: Info) -> list[LazyAlert]:
        none: list[ScreeningAlert] = []
        return [Alert.of(row) for row in await info.context.loader(queries.joined_of, none).get(self.id)]

    @resolved("The latest first.", weight=2, size=2)
    async def dispositions(self, info: Info) -> list[Disposition]:
        none: list[ScreeningDisposition] = []
        return [Disposition.of(row) for row in await info.context.loader(queries.dispositions_of, none).get(self.id)]

    @resolved("In the order in which they were written.", weight=2, size=4)
    async def comments(self, info: Info) -> list[AlertComment]:
        none: list[view.CommentView] = []
        return [AlertComment.of(found) for found in await info.context.loader(view.comments_of, none).get(self.id)]

    @resolved("What people do to it in this state.", weight=2, size=6)
    async def acts(self, info: Info) -> list[AlertAct]:
        found = await info.context.read(lambda ctx: _acts(ctx, self.row))
        return [
            AlertAct(
                verb=AlertVerb(act.verb.value),
                available=act.refusal is None,
                why_not=None if act.refusal is None else faults.words(act.refusal, info.context.actor),
            )
            for act in found
        ]

    @resolved("The open piece of work on it.", weight=2)
    async def work(self, info: Info) -> LazyWorkItem | None:
        return await graph.work_on(info, self.id)

    @classmethod
    def of(cls, row: ScreeningAlert) -> "Alert":
        return cls(
            id=row.id,
            version=row.ver,
            state=AlertState(row.state),
            severity=AlertSeverity(row.severity),
            score=row.score,
            four_eyes=row.four_eyes,
            confirmed=row.confirmed,
            listed=row.listed,
            list_id=row.list_id,
            list_code=row.list_code,
            list_kind=ListKind(row.list_kind),
            list_version_id=row.list_version_id,
            entity_ref=row.entity_ref,
            cause=row.cause,
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            proposal=None if row.proposal is None else AlertOutcome(row.proposal),
            decided_at=row.decided_at,
            remembered_until=row.remembered_until,
            suppressed=row.suppressed,
            suppressed_at=row.suppressed_at,
            row=row,
        )


async def reason(info: Info, code: str) -> AlertReason:
    async def worded(ctx: Context) -> str:
        known = in_force(ctx).rules.reasons.get(code)
        return code if known is None else known.wording.text(ctx.actor.locale)

    return AlertReason(code=code, words=await info.context.read(worded))


async def fetch_alerts(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, ScreeningAlert | None]:
    return {row.id: row for row in await queries.by_ids(ctx, alert_ids)}


async def fetch_explanations(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, Explanation | None]:
    return {**await view.explanations_of(ctx, await queries.by_ids(ctx, alert_ids))}


async def _acts(ctx: Context, row: ScreeningAlert) -> list[view.Act]:
    return view.acts(ctx, row)
