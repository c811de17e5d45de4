"""Requests of data subjects, legal holds, retention and erasures, as the contract shows them."""

from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.i18n import translate
from backend.customers.queries.sight import facts
from backend.rights import models, queries, rules, service
from backend.rights.rulesets import RetentionRules, request_rules
from backend.rights.service.loading import judged_whole, keeping_documents, retention
from backend.rights.standing import OPEN

_LISTED: Final = "privacyRequests"


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


@strawberry.enum(description="A hold protects from the moment it is placed until a second person has lifted it.")
class LegalHoldState(Enum):
    PLACED = "placed"
    IN_FORCE = "in_force"
    LIFT_PROPOSED = "lift_proposed"
    LIFTED = "lifted"
    REJECTED = "rejected"


@strawberry.enum
class RetentionBatchState(Enum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    DONE = "done"


@strawberry.type(
    description="What keeps data, or kept it: a period of the rule-set, a hold, a record of somebody else."
)
class KeepingTerm:
    code: str
    words: str
    article: str | None
    until: date | None

    @classmethod
    def of(cls, document: Any, words: str, locale: str) -> "KeepingTerm":
        until, article = document["until"], document["article"]
        return cls(
            code=document["code"],
            words=words,
            article=None if article is None else translate(locale, article),
            until=None if until is None else date.fromisoformat(until),
        )


_KEEPS: Final = {
    "shared_account": "An account shared with another customer",
    "open_case": "A case that is not decided",
    "hold.litigation": "Legal hold: litigation",
    "hold.investigation": "Legal hold: investigation by an authority",
    "hold.complaint": "Legal hold: complaint or dispute",
    "hold.authority_order": "Legal hold: order of an authority",
}
"""What keeps data besides the periods of the rule-set."""


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
        return await info.context.read(lambda ctx: _terms(ctx, self.row.deferral or []))

    @resolved("What the viewer may do to it now.", weight=2, size=5)
    async def actions(self, info: Info) -> list[str]:
        return list(await info.context.read(lambda ctx: service.actions(ctx, self.row)))

    @resolved("The words that its steps take, from the rule-set.", weight=2)
    async def choices(self, info: Info) -> PrivacyChoices:
        return await info.context.read(lambda ctx: _choices(ctx, self.row.jurisdiction))


@strawberry.type
class PrivacyFigure:
    state: PrivacyRequestState
    count: int
    overdue: int
    next_due_on: date | None


@strawberry.type
class LegalHold:
    id: UUID
    reason: str
    words: str
    reference: str | None
    state: LegalHoldState
    placed_at: datetime
    confirmed_at: datetime | None
    lift_proposed_at: datetime | None
    lifted_at: datetime | None
    may_confirm: bool = strawberry.field(description="The viewer may take the second person's step that waits.")
    may_place: bool
    row: strawberry.Private[models.LegalHold]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def placed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.placed_by)

    @strawberry.field
    def confirmed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.confirmed_by)

    @strawberry.field
    def lift_proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.lift_proposed_by)


@strawberry.type(description="One period of the retention rules, with its reason and article.")
class RetentionPeriod:
    code: str
    record: str
    starts: str
    keep: str
    article: str
    words: str


@strawberry.type
class RetentionDue:
    id: UUID
    due_since: date
    state: str
    reason: str | None
    row: strawberry.Private[models.RetentionDue]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved(weight=1, size=4)
    async def terms(self, info: Info) -> list[KeepingTerm]:
        return await info.context.read(lambda ctx: _terms(ctx, self.row.terms))


@strawberry.type
class RetentionCount:
    state: str
    count: int


@strawberry.type
class RetentionBatch:
    id: UUID
    state: RetentionBatchState
    computed_on: date
    ruleset: str
    decided_at: datetime | None
    row: strawberry.Private[models.RetentionBatch]

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved(weight=2, size=4)
    async def counts(self, info: Info) -> list[RetentionCount]:
        found = await info.context.read(lambda ctx: queries.due_counts(ctx, self.id))
        return [RetentionCount(state=state, count=count) for state, count in sorted(found.items())]

    @resolved("Who is in it, the first hundred.", weight=5, size=100)
    async def due(self, info: Info) -> list[RetentionDue]:
        rows = await info.context.read(lambda ctx: queries.due_in(ctx, self.id))
        return [
            RetentionDue(id=row.id, due_since=row.due_since, state=row.state, reason=row.reason, row=row)
            for row in rows
        ]


@strawberry.type
class Retention:
    jurisdiction: str
    ruleset: str
    may_approve: bool
    periods: list[RetentionPeriod] = strawberry.field(directives=[Cost(weight=0, size=8)])
    open: RetentionBatch | None
    batches: list[RetentionBatch] = strawberry.field(directives=[Cost(weight=0, size=10)])


@strawberry.type(description="The destruction of one person's keys, and how far it has come.")
class Erasure:
    id: UUID
    party_id: UUID
    ground: str
    state: str
    approved_at: datetime
    completed_at: datetime | None
    row: strawberry.Private[models.Erasure]

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)


@strawberry.type(description="Whether a person's data could be erased today, and what keeps it.")
class ErasureOutlook:
    erasable: bool
    free_from: date | None
    keeping: list[KeepingTerm] = strawberry.field(directives=[Cost(weight=0, size=5)])


async def _details(ctx: Context, row: models.PrivacyRequest) -> str | None:
    if row.details is None or await queries.erasure_of(ctx, row.party_id) is not None:
        return None
    await ctx.vault.load([row.party_id])
    ctx.saw(("party", row.party_id), "privacy_request_details")
    return ctx.vault.open("privacy_request", "details", row.id, row.party_id, row.details)


async def _terms(ctx: Context, documents: list[dict[str, Any]]) -> list[KeepingTerm]:
    under = (await retention(ctx)).rules
    locale = ctx.actor.locale
    return [KeepingTerm.of(document, _words(ctx, under, document["code"]), locale) for document in documents]


def _words(ctx: Context, under: RetentionRules, code: str) -> str:
    period = next((period for period in under.periods if period.code == code), None)
    if period is not None:
        return period.reason.text(ctx.actor.locale)
    return translate(ctx.actor.locale, _KEEPS.get(code, code))


async def _choices(ctx: Context, jurisdiction: str) -> PrivacyChoices:
    under, locale = request_rules(ctx.policies, jurisdiction, ctx.now.date()).rules, ctx.actor.locale
    groups = ("identity_methods", "extension_reasons", "refusal_reasons", "hold_reasons")
    return PrivacyChoices(
        **{
            group: [PrivacyChoice(code=term.code, words=term.text(locale)) for term in getattr(under, group)]
            for group in groups
        }
    )


async def _request(ctx: Context, row: models.PrivacyRequest) -> PrivacyRequest:
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
    return await _request(ctx, await queries.request(ctx, request_id))


async def hold_of(ctx: Context, row: models.LegalHold) -> LegalHold:
    own = request_rules(ctx.policies, await queries.jurisdiction(ctx), ctx.now.date()).rules
    words = next((term.text(ctx.actor.locale) for term in own.hold_reasons if term.code == row.reason), row.reason)
    maker = row.placed_by if row.state == models.HoldState.PLACED else row.lift_proposed_by
    waits = row.state in {models.HoldState.PLACED, models.HoldState.LIFT_PROPOSED}
    return LegalHold(
        id=row.id,
        reason=row.reason,
        words=words,
        reference=row.reference,
        state=LegalHoldState(row.state),
        placed_at=row.placed_at,
        confirmed_at=row.confirmed_at,
        lift_proposed_at=row.lift_proposed_at,
        lifted_at=row.lifted_at,
        may_confirm=waits and ctx.may("confirm", "legal_hold", await queries.standing_with(ctx, row.party_id, maker)),
        may_place=ctx.may("place", "legal_hold", await facts(ctx, row.party_id)),
        row=row,
    )


def batch_of(row: models.RetentionBatch) -> RetentionBatch:
    return RetentionBatch(
        id=row.id,
        state=RetentionBatchState(row.state),
        computed_on=row.computed_on,
        ruleset=row.ruleset,
        decided_at=row.decided_at,
        row=row,
    )


async def _retention(ctx: Context) -> Retention:
    queries.require_sight(ctx)
    loaded, locale = await retention(ctx), ctx.actor.locale
    rows = await queries.batches(ctx, 10)
    standing = next((row for row in rows if row.state == models.BatchState.PROPOSED), None)
    return Retention(
        jurisdiction=await queries.jurisdiction(ctx),
        ruleset=loaded.sha256,
        may_approve=queries.may_approve(ctx, standing),
        periods=[
            RetentionPeriod(
                code=period.code,
                record=period.record.value,
                starts=period.starts.value,
                keep=rules.in_words(period.keep),
                article=period.article,
                words=period.reason.text(locale),
            )
            for period in loaded.rules.periods
        ],
        open=None if standing is None else batch_of(standing),
        batches=[batch_of(row) for row in rows if row is not standing],
    )


async def _outlook(ctx: Context, party_id: UUID) -> ErasureOutlook:
    ctx.require("view", "retention", await facts(ctx, party_id))
    verdict = await judged_whole(ctx, party_id, (await retention(ctx)).rules)
    return ErasureOutlook(
        erasable=verdict.erasable,
        free_from=verdict.free_from,
        keeping=await _terms(ctx, keeping_documents(verdict)),
    )


async def _erasure(ctx: Context, party_id: UUID) -> Erasure | None:
    ctx.require("view", "retention", await facts(ctx, party_id))
    row = await queries.erasure_of(ctx, party_id)
    return None if row is None else _erasure_of(row)


def _erasure_of(row: models.Erasure) -> Erasure:
    return Erasure(
        id=row.id,
        party_id=row.party_id,
        ground=row.ground,
        state=row.state,
        approved_at=row.approved_at,
        completed_at=row.completed_at,
        row=row,
    )


@strawberry.type
class PrivacyQuery:
    @resolved(
        "Requests of data subjects: the open ones, or the closed ones; what is due first comes first.",
        weight=5,
        sliced_by="first",
    )
    async def privacy_requests(
        self,
        info: Info,
        open: bool = True,  # noqa: A002 - the contract's name
        first: First = 20,
        after: After = None,
    ) -> Connection[PrivacyRequest]:
        states = OPEN if open else set(models.RequestState) - OPEN
        listed, limit = f"{_LISTED} {open}", page_size(first)
        start = _after(place(info, listed, after))

        async def page(ctx: Context) -> list[PrivacyRequest]:
            rows = await queries.requests(ctx, states=states, after=start, limit=limit + 1)
            return [await _request(ctx, row) for row in rows]

        rows = await info.context.read(page)
        more = f"{rows[limit - 1].due_on.isoformat()}|{rows[limit - 1].id}" if len(rows) > limit else None
        return Connection.of(info, listed, rows[:limit], more)

    @resolved("A request that may be seen.", weight=3)
    async def privacy_request(self, info: Info, record_id: Id) -> PrivacyRequest:
        return await info.context.read(lambda ctx: request_by_id(ctx, record_id))

    @resolved("All requests of a person, the newest first.", weight=3, size=10)
    async def privacy_requests_of(self, info: Info, party_id: UUID) -> list[PrivacyRequest]:
        async def found(ctx: Context) -> list[PrivacyRequest]:
            rows = (await queries.requests_of(ctx, [party_id])).get(party_id, [])
            return [await _request(ctx, row) for row in rows]

        return await info.context.read(found)

    @resolved("How many requests stand where, and how many are late.", weight=3, size=7)
    async def privacy_figures(self, info: Info) -> list[PrivacyFigure]:
        return [
            PrivacyFigure(
                state=PrivacyRequestState(figure.state),
                count=figure.count,
                overdue=figure.overdue,
                next_due_on=figure.next_due_on,
            )
            for figure in await info.context.read(queries.figures)
        ]

    @resolved("The words of the institution's own rule-set.", weight=2)
    async def privacy_choices(self, info: Info) -> PrivacyChoices:
        async def found(ctx: Context) -> PrivacyChoices:
            return await _choices(ctx, await queries.jurisdiction(ctx))

        return await info.context.read(found)

    @resolved("Legal holds that protect; of one person, or all that may be seen.", weight=5, size=50)
    async def legal_holds(self, info: Info, party_id: UUID | None = None, standing: bool = True) -> list[LegalHold]:
        async def found(ctx: Context) -> list[LegalHold]:
            rows = await queries.holds(ctx, standing=standing)
            return [await hold_of(ctx, row) for row in rows if party_id in {None, row.party_id}]

        return await info.context.read(found)

    @resolved("What is kept how long, and what is due.", weight=5)
    async def retention(self, info: Info) -> Retention:
        return await info.context.read(_retention)

    @resolved("Could the person's data be erased today?", weight=5)
    async def erasure_outlook(self, info: Info, party_id: UUID) -> ErasureOutlook:
        return await info.context.read(lambda ctx: _outlook(ctx, party_id))

    @resolved("The erasure of a person, if there is one.", weight=2)
    async def erasure(self, info: Info, party_id: UUID) -> Erasure | None:
        return await info.context.read(lambda ctx: _erasure(ctx, party_id))

    @resolved("The latest erasures.", weight=3, size=50)
    async def erasures(self, info: Info) -> list[Erasure]:
        return [_erasure_of(row) for row in await info.context.read(queries.erasures)]


def _after(text: str | None) -> queries.After | None:
    if text is None:
        return None
    day, _, record_id = text.partition("|")
    return queries.After(date.fromisoformat(day), UUID(record_id))
