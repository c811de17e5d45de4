"""What a person's data may be used for: each purpose with its legal basis, the consents given, and what limits them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, changes, resolved
from backend.api.inputs import INPUT, Key, plain
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.consent import models, queries, service
from backend.consent.rules import Decision
from backend.consent.rulesets import Purpose, purposes_on
from backend.customers import sharing
from backend.customers.queries.sight import facts, facts_of

sharing.register("partner_sharing", service.shareable)


@strawberry.enum
class ConsentAct(Enum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@strawberry.enum(
    description="A restriction stops all processing but what the law lets go on; an objection one purpose."
)
class LimitKind(Enum):
    RESTRICTION = "restriction"
    OBJECTION = "objection"


@strawberry.type(description="One line of the history of consents; lines are only added.")
class Consent:
    id: UUID
    party_id: UUID
    purpose: str
    channel: str
    act: ConsentAct
    text_version: int | None
    text_locale: str | None
    evidence: str
    document_id: UUID | None
    effective_at: datetime
    expires_on: date | None
    recorded_at: datetime
    recorded_by_id: strawberry.Private[UUID]

    @strawberry.field
    def recorded_by(self, info: Info) -> Agent | None:
        return agent(info, self.recorded_by_id)

    @classmethod
    def of(cls, row: models.ConsentEvent) -> "Consent":
        return cls(
            id=row.id,
            party_id=row.party_id,
            purpose=row.purpose,
            channel=row.channel,
            act=ConsentAct(row.act),
            text_version=row.text_version,
            text_locale=row.text_locale,
            evidence=row.evidence,
            document_id=row.document_id,
            effective_at=row.effective_at,
            expires_on=row.expires_on,
            recorded_at=row.recorded_at,
            recorded_by_id=row.recorded_by,
        )


@strawberry.type(description="May data be used for the purpose through the channel today, and why (not)?")
class PurposeDecision:
    purpose: str
    words: str
    channel: str
    allowed: bool
    reason: str
    basis: str
    article: str
    until: date | None
    text_version: int | None = strawberry.field(description="The version of the text to be read now.")
    text: str | None

    @classmethod
    def of(
        cls, name: str, purpose: Purpose, channel: str, decision: Decision, today: date, locale: str
    ) -> "PurposeDecision":
        text = purpose.text_on(today) if decision.basis == "consent" else None
        return cls(
            purpose=name,
            words=purpose.wording.text(locale),
            channel=channel,
            allowed=decision.allowed,
            reason=decision.reason.value,
            basis=decision.basis.value,
            article=decision.article,
            until=decision.until,
            text_version=None if text is None else text.version,
            text=None if text is None else text.text(locale),
        )


@strawberry.type
class ProcessingLimit:
    id: UUID
    kind: LimitKind
    purpose: str | None
    ground: str
    since: datetime
    set_by_id: strawberry.Private[UUID]

    @strawberry.field
    def set_by(self, info: Info) -> Agent | None:
        return agent(info, self.set_by_id)

    @classmethod
    def of(cls, row: models.ProcessingLimit) -> "ProcessingLimit":
        kind = LimitKind(row.kind)
        return cls(id=row.id, kind=kind, purpose=row.purpose, ground=row.ground, since=row.since, set_by_id=row.set_by)


@strawberry.type
class UseOfData:
    decisions: list[PurposeDecision] = strawberry.field(directives=[Cost(weight=0, size=12)])
    consents: list[Consent] = strawberry.field(directives=[Cost(weight=0, size=20)])
    limits: list[ProcessingLimit] = strawberry.field(directives=[Cost(weight=0, size=3)])


@strawberry.input
class ConsentInput:
    purpose: str
    channel: str = models.ANY_CHANNEL
    text_version: int
    text_locale: str = "en"
    evidence: str
    document_id: UUID | None = None
    effective_at: datetime | None = None


ConsentResult = Annotated[
    Consent | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ConsentResult"),
]


async def _use(ctx: Context, party_id: UUID, channels: Sequence[str]) -> UseOfData:
    ctx.require("view", "consent", await facts(ctx, party_id))
    today, decisions = ctx.now.date(), []
    for name, purpose in purposes_on(ctx.policies, today).rules.purposes.items():
        wanted = [channel for channel in purpose.all_channels if not channels or channel in channels]
        for channel in wanted:
            decided = (await service.allowed(ctx, [party_id], name, channel))[party_id]
            decisions.append(PurposeDecision.of(name, purpose, channel, decided, today, ctx.actor.locale))
    history = (await queries.history(ctx, [party_id])).get(party_id, [])
    limits = (await queries.limits(ctx, [party_id])).get(party_id, [])
    return UseOfData(
        decisions=decisions,
        consents=[Consent.of(row) for row in history],
        limits=[ProcessingLimit.of(row) for row in limits],
    )


async def _limits(ctx: Context, party_id: UUID) -> list[ProcessingLimit]:
    known = (await facts_of(ctx, [party_id])).get(party_id)
    if known is None or not ctx.may("view", "consent", known):
        return []
    return [ProcessingLimit.of(row) for row in (await queries.limits(ctx, [party_id])).get(party_id, [])]


@strawberry.type
class ConsentQuery:
    @resolved("What a person's data may be used for, with the history of consents.", weight=30)
    async def use_of_data(self, info: Info, party_id: UUID, channels: list[str] | None = None) -> UseOfData:
        return await info.context.read(lambda ctx: _use(ctx, party_id, channels or ()))

    @resolved("What limits the use of a person's data now; empty without the right to see consents.", weight=2, size=3)
    async def processing_limits(self, info: Info, party_id: UUID) -> list[ProcessingLimit]:
        return await info.context.read(lambda ctx: _limits(ctx, party_id))


@strawberry.type
class ConsentMutation:
    @changes("Records a consent to the text that the person read, with the evidence for it.")
    async def record_consent(
        self, info: Info, party_id: UUID, given: Annotated[ConsentInput, INPUT], idempotency_key: Key = None
    ) -> ConsentResult:
        async def recorded(ctx: Context) -> models.ConsentEvent:
            return await service.record_consent(ctx, party_id, service.ConsentInput(**plain(given)))

        return await _answered(info, recorded, idempotency_key, [party_id, given])

    @changes("Withdraws a consent: for one channel, or for all of them.")
    async def withdraw_consent(
        self,
        info: Info,
        party_id: UUID,
        purpose: str,
        channel: str = models.ANY_CHANNEL,
        evidence: str = "request",
        idempotency_key: Key = None,
    ) -> ConsentResult:
        async def withdrawn(ctx: Context) -> models.ConsentEvent:
            return await service.withdraw_consent(ctx, party_id, purpose, channel, evidence)

        return await _answered(info, withdrawn, idempotency_key, [party_id, purpose, channel, evidence])


async def _answered(info: Info, act: object, key: str | None, given: object) -> ConsentResult:
    outcome = await write(info, act, lambda row: row.id, key=key, given=given)  # type: ignore[arg-type]
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> models.ConsentEvent | None:
        return await ctx.session.get(models.ConsentEvent, outcome)

    row = await info.context.read(found)
    return unseen(info) if row is None else Consent.of(row)
