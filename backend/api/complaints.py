"""Complaints, their course, letters and redress, and the figures that a supervisor asks for."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.complaint_codes import (
    ComplaintChannel,
    ComplaintLetterKind,
    ComplaintLetterState,
    ComplaintOutcome,
    ComplaintRedressState,
    ComplaintState,
)
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.request import Info
from backend.api.scalars import Money
from backend.api.staff import Agent, AgentKind, agent, fetch_agents
from backend.complaints import models, queries, service, stages
from backend.complaints.ruleset import Word, complaint_clocks, complaint_handling, said
from backend.core import money
from backend.privacy.errors import DataKeyDestroyed

_STRANGER: Final = Agent(id=UUID(int=0), kind=AgentKind.OTHER, name=None)


@strawberry.type(description="A word of the rule-set in the reader's language.")
class ComplaintWord:
    code: str
    words: str


def _words(words: Iterable[Word], locale: str) -> list[ComplaintWord]:
    return [ComplaintWord(code=word.code, words=word.text(locale)) for word in words]


@strawberry.type(description="The words that steps take, from the rule-sets.")
class ComplaintChoices:
    categories: list[ComplaintWord] = strawberry.field(directives=[Cost(weight=0, size=12)])
    causes: list[ComplaintWord] = strawberry.field(directives=[Cost(weight=0, size=10)])
    redress_kinds: list[ComplaintWord] = strawberry.field(directives=[Cost(weight=0, size=4)])
    extension_reasons: list[ComplaintWord] = strawberry.field(directives=[Cost(weight=0, size=2)])
    pauses: list[ComplaintWord] = strawberry.field(directives=[Cost(weight=0, size=2)])


@strawberry.type(description="One line of a complaint's course, the oldest first.")
class ComplaintStep:
    kind: str
    code: str | None
    code_words: str
    at: datetime
    words: str | None
    row: strawberry.Private[models.ComplaintStep]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.row.by)


@strawberry.type(description="A letter; `sha256` is that of the file that was sent.")
class ComplaintLetter:
    id: UUID
    kind: ComplaintLetterKind
    state: ComplaintLetterState
    locale: str
    subject: str
    body: str | None
    needs_approval: bool
    drafted_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    sent_through: str | None
    sha256: str | None
    may_approve: bool
    row: strawberry.Private[models.ComplaintLetter]

    @strawberry.field
    def drafted_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.drafted_by)

    @strawberry.field
    def approved_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.approved_by)


@strawberry.type(description="What is given to make good; above the proposer's authority a second person signs.")
class ComplaintRedress:
    id: UUID
    kind: str
    kind_words: str
    amount: Money
    state: ComplaintRedressState
    needs_signature: bool
    proposed_at: datetime
    signed_at: datetime | None
    paid_at: datetime | None
    may_sign: bool
    row: strawberry.Private[models.ComplaintRedress]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def signed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.signed_by)


@strawberry.type
class Complaint:
    id: UUID
    number: str
    state: ComplaintState
    channel: ComplaintChannel
    category: str
    category_words: str
    product: str | None
    jurisdiction: str
    article: str
    clock_words: str
    ruleset: str
    locale: str
    vulnerable: bool
    received_on: date
    recorded_at: datetime
    acknowledge_by: date | None
    summary_by: date | None
    first_due_on: date
    due_on: date
    days_left: int
    running: bool
    overdue: bool
    paused_on: date | None
    acknowledged_at: datetime | None
    outcome: ComplaintOutcome | None
    cause: str | None
    cause_words: str
    decided_at: datetime | None
    response_at: datetime | None
    response_kind: ComplaintLetterKind | None
    referred_at: datetime | None
    closed_at: datetime | None
    reopened: int
    warned_at: datetime | None
    breached_at: datetime | None
    row: strawberry.Private[models.Complaint]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @strawberry.field
    def received_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.received_by)

    @strawberry.field
    def handler(self, info: Info) -> Agent | None:
        return agent(info, self.row.handler_id)

    @resolved("The colleagues who are complained of; they do not handle it.", size=2)
    async def staff(self, info: Info) -> list[Agent]:
        known = info.context.loader(fetch_agents, _STRANGER)
        return [await known.get(UUID(each)) for each in self.row.staff]

    @resolved("Who complains, where nobody on record does. Noted in the log.", weight=2)
    async def complainant(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.complainant(ctx, self.row))

    @resolved("How to reach them. Noted in the log.", weight=2)
    async def contact(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "contact"))

    @resolved("What is complained of, in the person's own words. Noted in the log.", weight=2)
    async def details(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "details"))

    @resolved("What the person asks for. Noted in the log.", weight=2)
    async def wish(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "wish"))

    @resolved("What was found. Noted in the log.", weight=2)
    async def finding(self, info: Info) -> str | None:
        return await info.context.read(lambda ctx: service.read(ctx, self.row, "finding"))

    @resolved("Everything that happened, the oldest first. Noted in the log.", weight=3, size=20)
    async def course(self, info: Info) -> list[ComplaintStep]:
        return await info.context.read(lambda ctx: _course(ctx, self.row))

    @resolved("The oldest first. Noted in the log.", weight=3, size=4)
    async def letters(self, info: Info) -> list[ComplaintLetter]:
        return await info.context.read(lambda ctx: _letters(ctx, self.row))

    @resolved("The oldest first.", weight=3, size=3)
    async def redress(self, info: Info) -> list[ComplaintRedress]:
        return await info.context.read(lambda ctx: _redress(ctx, self.row))

    @resolved("What the viewer may do to it now.", weight=2, size=8)
    async def actions(self, info: Info) -> list[str]:
        return list(await info.context.read(lambda ctx: service.actions(ctx, self.row)))

    @resolved("The words that its steps take.", weight=2)
    async def choices(self, info: Info) -> ComplaintChoices:
        return await info.context.read(lambda ctx: complaint_choices(ctx, self.row))


@strawberry.type(description="One line a state: how many, how many of them late, and the nearest day.")
class ComplaintFigure:
    state: ComplaintState
    count: int
    overdue: int
    next_due_on: date | None


def complaint_shown(ctx: Context, row: models.Complaint) -> Complaint:
    today, locale = ctx.now.date(), ctx.actor.locale
    under = complaint_handling(ctx.policies, today).rules
    clock = complaint_clocks(ctx.policies, row.jurisdiction, row.received_on).rules.named(row.clock)
    running = models.State(row.state) in stages.RUNNING and row.paused_on is None
    left = (row.due_on - today).days
    same = ("id", "number", "category", "jurisdiction", "ruleset", "locale", "received_on", "recorded_at", "due_on")
    days = ("acknowledge_by", "summary_by", "first_due_on", "paused_on", "cause", "reopened")
    times = ("acknowledged_at", "decided_at", "response_at", "referred_at", "closed_at", "warned_at", "breached_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*same, *days, *times)}
    return Complaint(
        **told,
        state=ComplaintState(row.state),
        channel=ComplaintChannel(row.channel),
        category_words=said(row.category, under.categories, locale),
        product=row.product_code,
        article=clock.article,
        clock_words=clock.wording.text(locale),
        vulnerable=bool(row.vulnerable),
        days_left=left,
        running=running,
        overdue=running and left < 0,
        outcome=None if row.outcome is None else ComplaintOutcome(row.outcome),
        cause_words=said(row.cause, under.causes, locale),
        response_kind=None if row.response_kind is None else ComplaintLetterKind(row.response_kind),
        row=row,
    )


async def fetch_complaints(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Complaint | None]:
    return {found: complaint_shown(ctx, row) for found, row in (await queries.by_ids(ctx, ids)).items()}


async def _course(ctx: Context, row: models.Complaint) -> list[ComplaintStep]:
    await ctx.vault.load([row.owner_id])
    found = (await queries.steps(ctx, [row.id])).get(row.id, [])
    return [_step(ctx, row, step) for step in found]


def _step(ctx: Context, row: models.Complaint, step: models.ComplaintStep) -> ComplaintStep:
    under = complaint_handling(ctx.policies, ctx.now.date()).rules
    law = complaint_clocks(ctx.policies, row.jurisdiction, row.received_on).rules
    reasons = (*law.named(row.clock).extension_reasons, *law.pauses)
    words = (*under.categories, *under.redress_kinds, *reasons)
    named = next((word.text(ctx.actor.locale) for word in words if word.code == step.code), "")
    return ComplaintStep(
        kind=step.kind,
        code=step.code,
        code_words=named,
        at=step.at,
        words=_opened(ctx, row, ("complaint_step", "words"), step.id, step.words),
        row=step,
    )


def _opened(
    ctx: Context, row: models.Complaint, where: tuple[str, str], record_id: UUID, value: bytes | None
) -> str | None:
    if value is None:
        return None
    try:
        text = ctx.vault.open(*where, record_id, row.owner_id, value)
    except DataKeyDestroyed:
        return None
    service.saw(ctx, row, where[0])
    return text


async def _letters(ctx: Context, row: models.Complaint) -> list[ComplaintLetter]:
    await ctx.vault.load([row.owner_id])
    return [
        ComplaintLetter(
            id=each.id,
            kind=ComplaintLetterKind(each.kind),
            state=ComplaintLetterState(each.state),
            locale=each.locale,
            subject=each.subject,
            body=_opened(ctx, row, ("complaint_letter", "body"), each.id, each.body),
            needs_approval=each.needs_approval,
            drafted_at=each.drafted_at,
            approved_at=each.approved_at,
            sent_at=each.sent_at,
            sent_through=each.sent_through,
            sha256=each.sha256,
            may_approve=each.state == models.LetterState.DRAFTED
            and each.needs_approval
            and ctx.may("approve", queries.OBJECT, await queries.access(ctx, row, each.drafted_by)),
            row=each,
        )
        for each in (await queries.letters(ctx, [row.id])).get(row.id, [])
    ]


async def _redress(ctx: Context, row: models.Complaint) -> list[ComplaintRedress]:
    kinds = complaint_handling(ctx.policies, ctx.now.date()).rules.redress_kinds
    return [
        ComplaintRedress(
            id=each.id,
            kind=each.kind,
            kind_words=said(each.kind, kinds, ctx.actor.locale),
            amount=Money.of(money.Money(each.amount, each.currency)),
            state=ComplaintRedressState(each.state),
            needs_signature=each.needs_signature,
            proposed_at=each.proposed_at,
            signed_at=each.signed_at,
            paid_at=each.paid_at,
            may_sign=each.state == models.RedressState.PROPOSED
            and ctx.may("approve", queries.OBJECT, await queries.access(ctx, row, each.proposed_by)),
            row=each,
        )
        for each in (await queries.redress(ctx, [row.id])).get(row.id, [])
    ]


async def complaint_choices(ctx: Context, row: models.Complaint | None) -> ComplaintChoices:
    under, locale = complaint_handling(ctx.policies, ctx.now.date()).rules, ctx.actor.locale
    law = None if row is None else complaint_clocks(ctx.policies, row.jurisdiction, row.received_on).rules
    return ComplaintChoices(
        categories=_words(under.categories, locale),
        causes=_words(under.causes, locale),
        redress_kinds=_words(under.redress_kinds, locale),
        extension_reasons=[] if law is None or row is None else _words(law.named(row.clock).extension_reasons, locale),
        pauses=[] if law is None else _words(law.pauses, locale),
    )
