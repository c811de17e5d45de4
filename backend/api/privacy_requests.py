"""Requests of data subjects, as the contract shows them."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.keeping import KeepingTerm, keeping_terms
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.rights import models, queries, service
from backend.rights.rulesets import request_rules
from backend.rights.standing import OPEN


@strawberry.enum
class PrivacyRequestKind(Enum):
    ACCESS = "access"
    CORRECTION = "correction"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    ERASURE = "erasure"
    OBJECTION = "objection"


@strawberry.enum
class PrivacyRequestState(Enum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    PENDING_APPROVAL = "pending_approval"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@strawberry.type(description="A word of the rule-set in the reader's language.")
class PrivacyChoice:
    code: str
    words: str


@strawberry.type
class PrivacyChoices:
    identity_methods: list[PrivacyChoice] = strawberry.field(directives=[Cost(weight=0, size=8)])
    extension_reasons: list[PrivacyChoice] = strawberry.field(directives=[Cost(weight=0, size=4)])
    refusal_reasons: list[PrivacyChoice] = strawberry.field(directives=[Cost(weight=0, size=8)])
    hold_reasons: list[PrivacyChoice] = strawberry.field(directives=[Cost(weight=0, size=8)])


@strawberry.type
class PrivacyRequest:
    id: UUID
    number: str
    kind: PrivacyRequestKind
    state: PrivacyRequestState
    jurisdiction: str
    article: str
    clock_article: str
    ruleset: str
    channel: str
    purposes: list[str] = strawberry.field(directives=[Cost(weight=0, size=3)])
    received_at: datetime
    first_due_on: date
    due_on: date
    days_left: int
    overdue: bool
    identity_method: str | None
    identified_at: datetime | None
    extension_reason: str | None
    extended_at: datetime | None
    deferred_until: date | None
    outcome: str | None
    package_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    closed_at: datetime | None
    row: strawberry.Private[models.PrivacyRequest]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def received_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.received_by)

    @strawberry.field
    def identified_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.identified_by)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)

    @strawberry.field
    def closed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.closed_by)

    @resolved("The person's own words; null once erased.", weight=2)
    async def details(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: _details(ctx, self.row))

    @resolved("What keeps the data, for a request that was put off.", weight=2, size=5)
    async def deferral(self, info: Info) -> list[KeepingTerm]:
        return await info.context.read(lambda ctx: keeping_terms(ctx, self.row.deferral or []))

    @resolved("What the viewer may do to it now.", weight=2, size=5)
    async def actions(self, info: Info) -> list[str]:
        return list(await info.context.read(lambda ctx: service.actions(ctx, self.row)))

    @resolved("The words that its steps take, from the rule-set.", weight=2)
    async def choices(self, info: Info) -> PrivacyChoices:
        return await info.context.read(lambda ctx: choices_under(ctx, self.row.jurisdiction))


@strawberry.type
class PrivacyFigure:
    state: PrivacyRequestState
    count: int
    overdue: int
    next_due_on: date | None


async def _details(ctx: Context, row: models.PrivacyRequest) -> str | None:
    if row.details is None or await queries.erasure_of(ctx, row.party_id) is not None:
        return None
    await ctx.vault.load([row.party_id])
    ctx.saw(("party", row.party_id), "privacy_request_details")
    return ctx.vault.open("privacy_request", "details", row.id, row.party_id, row.details)


async def choices_under(ctx: Context, jurisdiction: str) -> PrivacyChoices:
    under, locale = request_rules(ctx.policies, jurisdiction, ctx.now.date()).rules, ctx.actor.locale
    groups = ("identity_methods", "extension_reasons", "refusal_reasons", "hold_reasons")
    return PrivacyChoices(
        **{
            group: [PrivacyChoice(code=term.code, words=term.text(locale)) for term in getattr(under, group)]
            for group in groups
        }
    )


async def request_shown(ctx: Context, row: models.PrivacyRequest) -> PrivacyRequest:
    under = request_rules(ctx.policies, row.jurisdiction, row.received_at.date()).rules
    left = (row.due_on - ctx.now.date()).days
    running = models.RequestState(row.state) in OPEN - {models.RequestState.DEFERRED}
    return PrivacyRequest(
        id=row.id,
        number=row.number,
        kind=PrivacyRequestKind(row.kind),
        state=PrivacyRequestState(row.state),
        jurisdiction=row.jurisdiction,
        article=under.kinds[models.RequestKind(row.kind)].article,
        clock_article=under.clock_article,
        ruleset=row.ruleset,
        channel=row.channel,
        purposes=row.purposes,
        received_at=row.received_at,
        first_due_on=row.first_due_on,
        due_on=row.due_on,
        days_left=left,
        overdue=running and left < 0,
        identity_method=row.identity_method,
        identified_at=row.identified_at,
        extension_reason=row.extension_reason,
        extended_at=row.extended_at,
        deferred_until=row.deferred_until,
        outcome=row.outcome,
        package_at=row.package_at,
        warned_at=row.warned_at,
        breached_at=row.breached_at,
        closed_at=row.closed_at,
        row=row,
    )


async def request_by_id(ctx: Context, request_id: UUID) -> PrivacyRequest:
    return await request_shown(ctx, await queries.request(ctx, request_id))
