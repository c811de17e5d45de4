"""Adverse information about customers: what was found where, by whom, and what was withdrawn."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes, resolved
from backend.api.inputs import INPUT, Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    Problem,
    Problems,
    unseen,
    write,
)
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.risk import models, queries, service


@strawberry.enum
class AdverseStanding(Enum):
    NONE = "none"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"


@strawberry.type(
    description="What public sources say against a customer, or that a search of them found nothing (NONE)."
)
class AdverseFinding:
    id: UUID
    standing: AdverseStanding
    publisher: str | None = strawberry.field(description="Where it stood, or what was searched.")
    summary: str | None
    published_on: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawal: str | None = strawberry.field(description="Why it was withdrawn.")
    row: strawberry.Private[models.AdverseFinding]

    @strawberry.field
    def recorded_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.recorded_by)

    @strawberry.field
    def withdrawn_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.withdrawn_by)

    @classmethod
    def of(cls, told: service.ToldFinding) -> "AdverseFinding":
        row = told.row
        return cls(
            id=row.id,
            standing=AdverseStanding(row.standing),
            publisher=told.publisher,
            summary=told.summary,
            published_on=row.published_on,
            recorded_at=row.recorded_at,
            withdrawn_at=row.withdrawn_at,
            withdrawal=told.withdrawal,
            row=row,
        )


AdverseFindingResult = Annotated[
    AdverseFinding | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("AdverseFindingResult"),
]


@strawberry.input(description="`publishedOn` is the day of the report; left out for a search that found nothing.")
class AdverseFindingInput:
    party_id: UUID
    standing: AdverseStanding
    publisher: str
    summary: str = ""
    published_on: date | None = None

    def report(self) -> service.Report:
        return service.Report(
            standing=models.Standing(self.standing.value),
            publisher=self.publisher,
            summary=self.summary,
            published_on=self.published_on,
        )


@strawberry.type
class RiskFindingQuery:
    @resolved(
        "Adverse information about a customer, the newest first; empty to who may not know it.", weight=10, size=5
    )
    async def adverse_findings(self, info: Info, party_id: UUID) -> list[AdverseFinding]:
        return [AdverseFinding.of(each) for each in await info.context.read(lambda c: service.findings(c, party_id))]


@strawberry.type
class RiskFindingMutation:
    @changes("Records adverse information about a customer, or that a search found none; the customer is rated anew.")
    async def record_adverse_finding(
        self, info: Info, given: Annotated[AdverseFindingInput, INPUT], idempotency_key: Key = None
    ) -> AdverseFindingResult:
        report = given.report()
        told = [str(given.party_id), report.standing.value, report.publisher, report.summary, str(report.published_on)]
        outcome = await write(
            info,
            lambda ctx: service.record_finding(ctx, given.party_id, report),
            lambda row: row.id,
            key=idempotency_key,
            given=told,
        )
        return await _told(info, outcome)

    @changes("Withdraws adverse information and says why; the customer is rated anew.")
    async def withdraw_adverse_finding(
        self, info: Info, finding_id: Id, why: str, idempotency_key: Key = None
    ) -> AdverseFindingResult:
        outcome = await write(
            info,
            lambda ctx: service.withdraw_finding(ctx, finding_id, why),
            lambda row: row.id,
            key=idempotency_key,
            given=[str(finding_id), why],
        )
        return await _told(info, outcome)


async def _told(info: Info, outcome: UUID | Problems) -> AdverseFindingResult:
    if isinstance(outcome, Problem):
        return outcome

    async def found(ctx: Context) -> service.ToldFinding | None:
        row = await queries.finding(ctx, outcome, lock=False)
        return next((each for each in await service.findings(ctx, row.party_id) if each.row.id == outcome), None)

    told = await info.context.read(found)
    return unseen(info) if told is None else AdverseFinding.of(told)
